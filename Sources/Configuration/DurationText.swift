/// Durations as people write them: `500ms`, `2s`, `15m`, `1h30m`, `7d`, `12w`.
package enum DurationText {
  /// What to write, for messages.
  package static let allowed = "a time with its unit: 500ms, 2s, 15m, 1h, 7d, 12w"

  private static let units = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads a duration in whole milliseconds; nil for anything else.
  package static func duration(_ text: String) -> Duration? {
    var rest = Substring(text)
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let value = Double(digits), let unit = units.first(where: { $0.0 == name }) else {
        return nil
      }
      total += value * Double(unit.1)
    }
    // Ten thousand years: beyond it nobody means what was written, and Int would overflow.
    guard total < 3e14, let whole = Int(exactly: total) else { return nil }
    return .milliseconds(whole)
  }

  /// Writes a duration with the largest unit up to days that divides it.
  package static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    guard milliseconds != 0 else { return "0s" }
    let unit = units.dropFirst().first { milliseconds % $0.1 == 0 } ?? ("ms", 1)
    return "\(milliseconds / unit.1)\(unit.0)"
  }
}
