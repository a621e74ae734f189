/// A JSON value whose numbers keep the digits that they were written with.
///
/// A parser of `Double` would turn 0.1 into 0.10000000000000001 on its way to the result.
enum JsonValue: Equatable {
  case null
  case boolean(Bool)
  /// The number as written.
  case number(String)
  case string(String)
  case array([JsonValue])
  /// Members in the order of the file; a name that comes twice counts by its last value.
  case object([(name: String, value: JsonValue)])

  static func == (left: JsonValue, right: JsonValue) -> Bool { left.text() == right.text() }

  /// The value of a member of an object.
  subscript(name: String) -> JsonValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The scalars in a value, as text: one, or those of a list; nothing for anything else.
  var scalars: [String] {
    switch self {
    case .null, .object: []
    case .boolean(let value): [value ? "true" : "false"]
    case .number(let digits): [digits]
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.listed)
    }
  }

  /// The scalar in an element of a list; nothing for a list within a list.
  private var listed: [String] {
    if case .array = self { [] } else { scalars }
  }

  /// The value as JSON, members sorted by name, indented by two spaces.
  func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .number(let digits): return digits
    case .string(let text): return Self.quoted(text)
    case .array(let elements):
      guard !elements.isEmpty else { return "[]" }
      let lines = elements.map { inner + $0.text(indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      let last = Dictionary(members.map { ($0.name, $0.value) }) { $1 }
      let lines = last.sorted { $0.key < $1.key }.map { name, value in
        inner + Self.quoted(name) + ": " + value.text(indent: inner)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
