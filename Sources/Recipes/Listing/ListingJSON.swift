internal import Foundation

/// The JSON objects of `restorad recipes --json`.
enum ListingJSON {
  /// A recipe: kind, name, origin, when, steps, output.
  static func line(_ recipe: Recipe, isOwn: Bool) -> String {
    let when = recipe.condition.clauses.map { ($0.key, WhenValue(matcher: $0.matcher)) }
    return encode(
      RecipeLine(
        name: recipe.name, origin: isOwn ? "configured" : "built in",
        when: Dictionary(when) { first, _ in first }, steps: recipe.steps,
        output: Dictionary(uniqueKeysWithValues: recipe.output.entries.map { ($0.key, $0.word) })))
  }

  /// A step: kind, name, purpose, parameters.
  static func line(_ step: StepSpecification) -> String {
    encode(
      StepLine(
        name: step.name, purpose: step.purpose, parameters: step.parameters.map(ParameterLine.init),
        exactlyOneOf: step.exactlyOneOf))
  }

  private static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      // Text, flags and finite numbers always have a JSON form.
      preconditionFailure("a recipe has no JSON form: \(error)")
    }
  }
}

private struct RecipeLine: Encodable {
  let kind = "recipe"
  let name: String
  let origin: String
  let when: [String: WhenValue]
  let steps: [RecipeStep]
  let output: [String: String]
}

private struct StepLine: Encodable {
  let kind = "step"
  let name: String
  let purpose: String
  let parameters: [ParameterLine]
  let exactlyOneOf: [String]

  enum CodingKeys: String, CodingKey {
    case kind
    case name
    case purpose
    case parameters
    case exactlyOneOf = "exactly_one_of"
  }
}

private struct WhenValue: Encodable {
  let matcher: Matcher

  func encode(to encoder: any Encoder) throws {
    switch matcher {
    case .anyOf(let values):
      var container = encoder.singleValueContainer()
      try container.encode(values)
    case .range(let min, let max):
      var container = encoder.singleValueContainer()
      try container.encode(["min": min, "max": max].compactMapValues(\.self))
    case .pattern(let pattern):
      var container = encoder.singleValueContainer()
      try container.encode(["matches": pattern])
    }
  }
}

private struct ParameterLine: Encodable {
  let name: String
  let type: String
  let unit: String?
  let standard: ParameterValue?
  let modalityStandards: [String: ParameterValue]
  let allowed: String
  let choices: [String]?
  let range: [Double]?
  let meaning: String

  enum CodingKeys: String, CodingKey {
    case name
    case type
    case unit
    case standard = "default"
    case modalityStandards = "default_by_modality"
    case allowed
    case choices
    case range
    case meaning
  }

  init(_ parameter: ParameterSpecification) {
    name = parameter.name
    type = parameter.typeName
    unit = parameter.unit
    standard = parameter.standard
    modalityStandards = parameter.modalityStandards
    allowed = parameter.kinds.map(\.allowed).joined(separator: ", or ")
    choices = parameter.kinds.compactMap(Self.words).first
    range = parameter.kinds.compactMap(Self.ends).first
    meaning = parameter.meaning
  }

  private static func words(_ kind: ParameterKind) -> [String]? {
    if case .word(let words) = kind { words } else { nil }
  }

  private static func ends(_ kind: ParameterKind) -> [Double]? {
    switch kind {
    case .integer(let range): [Double(range.lowerBound), Double(range.upperBound)]
    case .number(let range): [range.lower, range.upper]
    case .list(let element, _): ends(element)
    case .flag, .word, .wavelet: nil
    }
  }
}
