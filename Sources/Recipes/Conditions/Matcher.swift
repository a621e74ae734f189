internal import Foundation

/// What a condition asks of one value.
public enum Matcher: Sendable, Codable, Equatable {
  /// Any of these; numbers compare as numbers (`2` equals `2.0`), other text exactly.
  case anyOf([String])
  /// A number between two ends, both included; nil leaves an end open.
  case range(min: Double?, max: Double?)
  /// A text in which the regular expression (ICU) matches somewhere.
  case pattern(String)

  /// Whether a value is what was asked for.
  ///
  /// - Parameter value: The value; DICOM's padding (spaces and NUL at the ends) is no part of it.
  /// - Returns: False also for a value that is no number where a range is asked for.
  public func matches(_ value: String) -> Bool {
    let value = Self.trimmed(value)
    switch self {
    case .anyOf(let wanted):
      return wanted.contains { Self.areSame($0, value) }
    case .range(let min, let max):
      guard let number = ScalarValue.decimal(value) else { return false }
      return (min.map { number >= $0 } ?? true) && (max.map { number <= $0 } ?? true)
    case .pattern(let pattern):
      // A pattern that does not compile never got here: reading the configuration refuses it.
      guard let expression = try? Self.expression(pattern) else { return false }
      let whole = NSRange(value.startIndex..<value.endIndex, in: value)
      return expression.firstMatch(in: value, range: whole) != nil
    }
  }

  /// Compiles a regular expression.
  ///
  /// - Throws: Foundation's error when the pattern is no regular expression.
  static func expression(_ pattern: String) throws -> NSRegularExpression {
    try NSRegularExpression(pattern: pattern)
  }

  /// The matcher as YAML's flow style.
  package var yaml: String {
    switch self {
    case .anyOf(let wanted):
      let words = wanted.map(Self.written)
      return words.count == 1 ? words[0] : "[" + words.joined(separator: ", ") + "]"
    case .range(let min, let max):
      let ends = [("min", min), ("max", max)].compactMap { name, end in
        end.map { "\(name): \(ParameterValue.number($0))" }
      }
      return "{ " + ends.joined(separator: ", ") + " }"
    case .pattern(let pattern):
      return "{ matches: " + YAMLText.quoted(pattern) + " }"
    }
  }

  private static func written(_ text: String) -> String {
    // A condition's values are read as they are written, so numbers and flags need no quotes.
    switch ScalarValue(plain: text) {
    case .integer, .number, .flag: text
    case .text, .null: YAMLText.scalar(text)
    }
  }

  private static func areSame(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    guard let x = ScalarValue.decimal(a), let y = ScalarValue.decimal(b) else { return false }
    return x == y
  }

  private static func trimmed(_ value: String) -> String {
    value.trimmingCharacters(in: CharacterSet(charactersIn: " \0"))
  }
}
