/// One parameter of a step: its name, what it may be, and what it is when nobody says.
public struct ParameterSpecification: Sendable, Equatable {
  /// The stable name in recipes, snake_case.
  public let name: String
  /// What the value may be; any of these.
  public let kinds: [ParameterKind]
  /// The unit of a number, such as `mm`; nil for pure numbers and words.
  public let unit: String?
  /// The value when nobody says; nil when the parameter then plays no part.
  public let standard: ParameterValue?
  /// Other values when nobody says, by Modality (0008,0060).
  public let modalityStandards: [String: ParameterValue]
  /// What the parameter does, in one line.
  public let meaning: String

  /// Creates a specification.
  public init(
    _ name: String, _ kinds: ParameterKind..., unit: String? = nil, standard: ParameterValue?,
    by modalityStandards: [String: ParameterValue] = [:], _ meaning: String
  ) {
    self.name = name
    self.kinds = kinds
    self.unit = unit
    self.standard = standard
    self.modalityStandards = modalityStandards
    self.meaning = meaning
  }

  /// The value when nobody says, for a modality; nil for the modality means it is not known.
  public func standard(for modality: String?) -> ParameterValue? {
    modality.flatMap { modalityStandards[$0] } ?? standard
  }

  /// The value in the form of the first kind that takes it; nil when none does.
  public func accept(_ value: ParameterValue) -> ParameterValue? {
    for kind in kinds {
      if let accepted = kind.accept(value) { return accepted }
    }
    return nil
  }

  /// The types in words: `integer or text`.
  public var typeName: String { kinds.map(\.typeName).joined(separator: " or ") }

  /// Everything that is allowed, in words, with the unit.
  public var allowed: String {
    kinds.map(\.allowed).joined(separator: ", or ") + (unit.map { " (\($0))" } ?? "")
  }
}
