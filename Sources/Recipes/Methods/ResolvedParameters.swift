/// The parameters of a step with all defaults filled in, as its method wants them.
struct ResolvedParameters {
  private let values: [String: ParameterValue]

  init(_ step: RecipeStep, modality: String?) {
    values = Dictionary(step.resolved(for: modality).map { ($0.name, $0.value) }) { $1 }
  }

  subscript(name: String) -> ParameterValue? { values[name] }

  /// A number; nil for `auto` or when nothing is said.
  func number(_ name: String) -> Double? { values[name]?.realNumber }

  /// A whole number; nil for `auto` or when nothing is said.
  func integer(_ name: String) -> Int? { values[name]?.wholeNumber }

  /// Whether a flag is set.
  func flag(_ name: String) -> Bool { values[name]?.flag == true }

  /// A word; empty when nothing is said.
  func word(_ name: String) -> String { values[name]?.word ?? "" }

  /// Three numbers, from three or from one for all axes; nil when nothing is said.
  func vector(_ name: String) -> SIMD3<Double>? {
    let numbers = values[name]?.elements.compactMap(\.realNumber) ?? []
    switch numbers.count {
    case 1: return SIMD3(repeating: numbers[0])
    case 3: return SIMD3(numbers[0], numbers[1], numbers[2])
    default: return nil
    }
  }
}
