package import Foundation

/// A moment as DICOM writes it: DA, TM and DT.
package struct DerivedMoment: Sendable, Equatable {
  package var date: String
  package var time: String
  package var dateTime: String

  /// Writes a moment in the zone of a source's Timezone Offset From UTC, else in the given one.
  package init(_ moment: Date, sourceOffset: String?, utcOffsetMinutes: Int) {
    let minutes = sourceOffset.flatMap(Self.minutes) ?? utcOffsetMinutes
    // Whole seconds: what comes after would differ between machines' roundings.
    let seconds = Int(moment.timeIntervalSince1970.rounded(.down)) + minutes * 60
    let day = Int((Double(seconds) / 86_400).rounded(.down))
    let second = seconds - day * 86_400
    let (year, month, monthDay) = Self.civil(day)
    date = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(monthDay, 2)
    time =
      Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2)
      + Self.digits(second % 60, 2)
    dateTime =
      date + time + (minutes < 0 ? "-" : "+") + Self.digits(abs(minutes) / 60, 2)
      + Self.digits(abs(minutes) % 60, 2)
  }

  /// Reads `&ZZXX`.
  private static func minutes(_ text: String) -> Int? {
    guard text.utf8.count == 5, let number = Int(text), abs(number) <= 1400 else { return nil }
    return number / 100 * 60 + number % 100
  }

  /// The Gregorian date of a day counted from 1970-01-01.
  ///
  /// Source: Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
