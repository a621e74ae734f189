/// Writes JSON values as text on one line.
enum JSONText {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func value(_ field: EventField, names: NamePolicy) -> String {
    switch field {
    case .text(let text): quoted(text)
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? String(number) : "null"
    case .flag(let flag): flag ? "true" : "false"
    case .fileName(let name): quoted(names.text(for: name))
    case .list(let fields):
      "[" + fields.map { value($0, names: names) }.joined(separator: ",") + "]"
    case .object(let fields):
      "{"
        + fields.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(value($0.value, names: names))" }.joined(separator: ",") + "}"
    }
  }
}
