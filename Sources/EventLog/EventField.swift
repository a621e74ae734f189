import Logging

/// A value noted with an event, kept with its type so that machines need not parse text.
public enum EventField: Sendable, Equatable {
  /// Words.
  case text(String)
  /// A count, a size in bytes, a port.
  case integer(Int)
  /// A measurement; the key says the unit.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// Several values.
  indirect case list([EventField])
  /// Values by name.
  indirect case object([String: EventField])
  /// The name of a file, which may hold a person's: shown only where the configuration allows.
  case fileName(String)

  var metadataValue: Logger.MetadataValue { .stringConvertible(Boxed(field: self)) }

  init(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): self = .text(text)
    case .stringConvertible(let boxed as Boxed): self = boxed.field
    case .stringConvertible(let number as Int): self = .integer(number)
    case .stringConvertible(let number as Double): self = .number(number)
    case .stringConvertible(let flag as Bool): self = .flag(flag)
    case .stringConvertible(let other): self = .text(other.description)
    case .array(let values): self = .list(values.map(EventField.init))
    case .dictionary(let values): self = .object(values.mapValues(EventField.init))
    }
  }
}

/// Carries a field through swift-log; what prints it elsewhere sees no file name.
private struct Boxed: CustomStringConvertible, Sendable {
  let field: EventField

  var description: String {
    if case .fileName = field { "(file name)" } else { "\(field)" }
  }
}
