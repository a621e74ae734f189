/// A step of a recipe with the parameters that its author gave.
///
/// Two steps are equal when they do the same for every modality: a parameter that is given the
/// value it would have anyway makes no difference.
public struct RecipeStep: Sendable {
  /// The step's specification.
  public let specification: StepSpecification
  /// The parameters that were given, in their kinds' own form.
  public let given: [String: ParameterValue]

  /// Creates a step.
  ///
  /// - Throws: `RecipeError` when there is no such step or parameter, or a value is not allowed.
  public init(
    _ name: String, _ parameters: [String: ParameterValue] = [:]
  ) throws(RecipeError) {
    guard let specification = StepCatalogue.step(name) else {
      throw RecipeError("there is no step '\(name)'")
    }
    var accepted: [String: ParameterValue] = [:]
    for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
      guard let parameter = specification.parameter(key) else {
        throw RecipeError("step '\(name)' has no parameter '\(key)'")
      }
      guard let value = parameter.accept(value) else {
        throw RecipeError("'\(key)' of step '\(name)' has to be \(parameter.allowed)")
      }
      accepted[key] = value
    }
    if let contradiction = specification.contradiction(in: parameters.keys) {
      throw RecipeError(contradiction)
    }
    self.init(specification: specification, accepted: accepted)
  }

  /// Creates a step from parameters that its specification has accepted.
  init(specification: StepSpecification, accepted: [String: ParameterValue]) {
    self.specification = specification
    given = accepted
  }

  /// The step's name.
  public var name: String { specification.name }

  /// All parameters with their values, in the order of the specification.
  ///
  /// - Parameter modality: Modality (0008,0060), which some defaults follow; nil when not known.
  /// - Returns: Names and values; a parameter without a default is there only when it was given.
  public func resolved(for modality: String?) -> [(name: String, value: ParameterValue)] {
    specification.parameters.compactMap { parameter in
      (given[parameter.name] ?? parameter.standard(for: modality)).map { (parameter.name, $0) }
    }
  }

  /// The value of one parameter for a modality, given or by default.
  public func value(of parameter: String, for modality: String?) -> ParameterValue? {
    given[parameter] ?? specification.parameter(parameter)?.standard(for: modality)
  }

  /// The parameters whose values do not depend on the modality: given, or the same by default
  /// for all.
  package var pinned: [(name: String, value: ParameterValue)] {
    specification.parameters.compactMap { parameter in
      let standard = parameter.modalityStandards.isEmpty ? parameter.standard : nil
      return (given[parameter.name] ?? standard).map { (parameter.name, $0) }
    }
  }
}

extension RecipeStep {
  /// The step with the defaults given on which all of some modalities agree.
  func filled(for modalities: [String]) -> RecipeStep {
    guard let first = modalities.first else { return self }
    var given = given
    for parameter in specification.parameters where given[parameter.name] == nil {
      let standard = parameter.standard(for: first)
      if modalities.allSatisfy({ parameter.standard(for: $0) == standard }) {
        given[parameter.name] = standard
      }
    }
    return RecipeStep(specification: specification, accepted: given)
  }
}

extension RecipeStep {
  /// The step made to look at each slice by itself, where it would choose for itself whether to
  /// look across slices; one that was told to stays as it is.
  package func withinSlices(for modality: String?) -> RecipeStep {
    guard value(of: "dimensions", for: modality) == .text("auto") else { return self }
    var given = given
    given["dimensions"] = .integer(2)
    return RecipeStep(specification: specification, accepted: given)
  }
}

extension RecipeStep: Equatable {
  /// Whether both steps do the same for every modality.
  public static func == (a: RecipeStep, b: RecipeStep) -> Bool {
    a.name == b.name
      && a.pinned.elementsEqual(b.pinned) { $0.name == $1.name && $0.value == $1.value }
  }
}

extension RecipeStep: Codable {
  private enum CodingKeys: String, CodingKey {
    case name
    case parameters
  }

  /// Reads a step and checks it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(String.self, forKey: .name),
      container.decode([String: ParameterValue].self, forKey: .parameters))
  }

  /// Writes the name and the parameters that were given.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(given, forKey: .parameters)
  }
}
