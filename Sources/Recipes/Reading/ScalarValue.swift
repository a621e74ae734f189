/// What a plain YAML scalar means.
///
/// The rules are YAML 1.2's core schema, with 1.1's `yes`, `no`, `on` and `off` as flags, because
/// that is what people write. Sexagesimal numbers, octals and hexadecimals stay text.
package enum ScalarValue: Equatable {
  case null
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)

  /// Reads a scalar that was written without quotes.
  package init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .flag(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .flag(false)
    default:
      if let number = Self.decimal(text) {
        let isWhole = !text.utf8.contains {
          $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
        }
        self = (isWhole ? Int(text) : nil).map(ScalarValue.integer) ?? .number(number)
      } else {
        self = .text(text)
      }
    }
  }

  /// A finite number in decimal notation; nil for any other text.
  package static func decimal(_ text: String) -> Double? {
    let allowed = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
    }
    guard allowed,
      text.utf8.contains(where: { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }
}
