public import Foundation

/// Moments as RFC 3339 text in UTC.
public enum Timestamp {
  /// The moment to the microsecond, such as `2026-11-21T08:15:30.000123Z`.
  public static func text(_ moment: Date) -> String {
    let microseconds = Int((moment.timeIntervalSince1970 * 1_000_000).rounded())
    let seconds = Int((Double(microseconds) / 1_000_000).rounded(.down))
    let parts = civil(seconds)
    return "\(pad(parts.year, 4))-\(pad(parts.month, 2))-\(pad(parts.day, 2))"
      + "T\(pad(parts.hour, 2)):\(pad(parts.minute, 2)):\(pad(parts.second, 2))"
      + ".\(pad(microseconds - seconds * 1_000_000, 6))Z"
  }

  /// The moment to the second without punctuation, such as `20261121T081530Z`.
  public static func compact(_ moment: Date) -> String {
    let parts = civil(Int(moment.timeIntervalSince1970.rounded(.down)))
    return "\(pad(parts.year, 4))\(pad(parts.month, 2))\(pad(parts.day, 2))"
      + "T\(pad(parts.hour, 2))\(pad(parts.minute, 2))\(pad(parts.second, 2))Z"
  }

  private struct Civil {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
  }

  /// Days to a date of the proleptic Gregorian calendar, by the `civil_from_days` of Howard Hinnant.
  private static func civil(_ seconds: Int) -> Civil {
    let days = (Double(seconds) / 86_400).rounded(.down)
    let rest = seconds - Int(days) * 86_400
    let shifted = Int(days) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return Civil(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
      hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  private static func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
