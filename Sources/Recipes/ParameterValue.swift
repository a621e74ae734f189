/// The value of a step's parameter.
public enum ParameterValue: Sendable, Equatable {
  /// A flag.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number, in the unit that the parameter's specification names.
  case number(Double)
  /// A word out of a few, or a name.
  case text(String)
  /// Several of one kind, in order.
  indirect case list([ParameterValue])

  /// The flag; nil for anything else.
  public var flag: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The whole number, also when it is written as a number; nil for anything else.
  public var wholeNumber: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, also when it is whole; nil for anything else.
  public var realNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The word; nil for anything else.
  public var word: String? {
    if case .text(let value) = self { value } else { nil }
  }

  /// The elements of a list, or the single value as a list of one.
  public var elements: [ParameterValue] {
    if case .list(let values) = self { values } else { [self] }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as it is written in YAML's flow style: `4`, `0.5`, `auto`, `[50, 50]`.
  public var description: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): Self.written(value)
    case .text(let value): YAMLText.scalar(value)
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    }
  }

  private static func written(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(value) < 1e15 { return String(whole) }
    return String(value)
  }
}

extension ParameterValue: Codable {
  /// Reads a plain JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      // What is no scalar has to be a list; its own error says what is wrong otherwise.
      self = .list(try container.decode([ParameterValue].self))
    }
  }

  /// Writes a plain JSON value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    }
  }
}
