import Recipes
import Restoration
import Testing
import VolumeModel

/// A step as a recipe may ask for it.
///
/// The tables over all steps are made from the catalogue, so a new step or a new word of a parameter
/// is in them by itself.
struct StepVariant: Sendable, CustomTestStringConvertible {
  let step: RecipeStep
  let modality: String?

  /// The step with all its parameters.
  var testDescription: String {
    let parameters = step.resolved(for: modality).map { "\($0.name): \($0.value)" }
    return "\(step.name) { \(parameters.joined(separator: ", ")) } for \(modality ?? "none")"
  }

  /// Whether a constant becomes another: OpenCV's equalisation puts it at the end of the range.
  var mapsConstants: Bool { step.value(of: "mode", for: modality) == .text("opencv") }

  var method: any RestorationMethod {
    get throws { try step.method(for: modality) }
  }

  /// What the step does by default for each modality that it knows, and with each word, flag and
  /// choice of dimensions.
  static func choices(of specification: StepSpecification) throws -> [StepVariant] {
    let modalities = Set(specification.parameters.flatMap(\.modalityStandards.keys)).sorted()
    var variants = try ([nil, "MR"] + modalities).map {
      StepVariant(step: try make(specification), modality: $0)
    }
    for parameter in specification.parameters {
      for value in parameter.kinds.flatMap(words) {
        variants.append(
          StepVariant(step: try make(specification, parameter.name, value), modality: "MR"))
      }
    }
    return distinct(variants)
  }

  /// The step with each number at each end of its range.
  static func extremes(of specification: StepSpecification) throws -> [StepVariant] {
    var variants: [StepVariant] = []
    for parameter in specification.parameters {
      for value in parameter.kinds.flatMap(ends) {
        variants.append(
          StepVariant(step: try make(specification, parameter.name, value), modality: "MR"))
      }
    }
    return distinct(variants)
  }

  private static func distinct(_ variants: [StepVariant]) -> [StepVariant] {
    var seen: Set<String> = []
    return variants.filter { variant in
      let key = variant.step.resolved(for: variant.modality).map { "\($0.name) \($0.value)" }
      return seen.insert(key.joined()).inserted
    }
  }

  private static func make(
    _ specification: StepSpecification, _ name: String? = nil, _ value: ParameterValue? = nil
  ) throws -> RecipeStep {
    var given: [String: ParameterValue] = [:]
    if let name { given[name] = value }
    if let needed = specification.exactlyOneOf.last,
      !specification.exactlyOneOf.contains(where: { given[$0] != nil })
    {
      given[needed] = .number(1.3)
    }
    return try RecipeStep(specification.name, given)
  }

  private static func words(_ kind: ParameterKind) -> [ParameterValue] {
    switch kind {
    case .flag: [.bool(false), .bool(true)]
    case .word(let words): words.map(ParameterValue.text)
    case .integer(let range) where range.count == 2: range.map(ParameterValue.integer)
    case .wavelet: [.text("haar"), .text("bior4.4"), .text("db20")]
    default: []
    }
  }

  private static func ends(_ kind: ParameterKind) -> [ParameterValue] {
    switch kind {
    case .integer(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
    case .number(let range):
      [.number(range.excludesLower ? range.upper * 1e-9 : range.lower), .number(range.upper)]
    case .list(let kind, let count):
      ends(kind).map { .list(Array(repeating: $0, count: count.lowerBound)) }
    default: []
    }
  }
}
