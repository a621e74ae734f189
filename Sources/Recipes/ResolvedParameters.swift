/// All parameters of a step with their values, for whoever builds the method.
///
/// The word `auto` reads as nil: the method decides. Values have passed their specification, so a
/// nil means `auto`, or a parameter that was not given and has no default.
public struct ResolvedParameters: Sendable, Equatable {
  private let values: [String: ParameterValue]

  /// Takes the parameters of a step for a modality; nil when the modality is not known.
  public init(_ step: RecipeStep, for modality: String?) {
    values = Dictionary(
      uniqueKeysWithValues: step.resolved(for: modality).map { ($0.name, $0.value) })
  }

  /// The whole number.
  public func integer(_ name: String) -> Int? { values[name]?.wholeNumber }

  /// The number.
  public func number(_ name: String) -> Double? { values[name]?.realNumber }

  /// The flag.
  public func flag(_ name: String) -> Bool? { values[name]?.flag }

  /// The word, unless it is `auto`.
  public func word(_ name: String) -> String? {
    values[name]?.word.flatMap { $0 == "auto" ? nil : $0 }
  }

  /// The whole numbers of a list; a single one is a list of one.
  public func integers(_ name: String) -> [Int]? {
    values[name].map { $0.elements.compactMap(\.wholeNumber) }
  }

  /// The numbers of a list; a single one is a list of one.
  public func numbers(_ name: String) -> [Double]? {
    values[name].map { $0.elements.compactMap(\.realNumber) }
  }
}
