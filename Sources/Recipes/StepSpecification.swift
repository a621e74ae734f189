/// A step that recipes may use: its name, its purpose and its parameters.
public struct StepSpecification: Sendable, Equatable {
  /// The stable name in recipes, reports and logs.
  public let name: String
  /// What the step is for, in one line.
  public let purpose: String
  /// The parameters in the order in which they are listed.
  public let parameters: [ParameterSpecification]
  /// Parameters of which exactly one has to be given; empty for most steps.
  public let exactlyOneOf: [String]

  /// Creates a specification.
  public init(
    name: String, purpose: String, parameters: [ParameterSpecification],
    exactlyOneOf: [String] = []
  ) {
    self.name = name
    self.purpose = purpose
    self.parameters = parameters
    self.exactlyOneOf = exactlyOneOf
  }

  /// The parameter of that name.
  public func parameter(_ name: String) -> ParameterSpecification? {
    parameters.first { $0.name == name }
  }

  /// Why the parameters, taken together, make no sense; nil when they do.
  func contradiction(in given: some Collection<String>) -> String? {
    guard !exactlyOneOf.isEmpty else { return nil }
    let count = exactlyOneOf.filter { given.contains($0) }.count
    return count == 1
      ? nil : "'\(name)' needs exactly one of: \(exactlyOneOf.joined(separator: ", "))"
  }
}
