/// Reads the `steps` of a recipe.
enum StepReader {
  /// Reads steps; mistakes, also against the prohibitions of the modalities that the condition
  /// names, are noted, and parameters that go together for none.
  ///
  /// Defaults on which these modalities agree are filled in, so that whoever prints the
  /// configuration sees what will be done.
  static func steps(_ field: Field, for condition: Condition) -> [RecipeStep] {
    guard let elements = field.elements else {
      field.expected("a list of steps")
      return []
    }
    let read = elements.compactMap { element in step(element).map { (element, $0) } }
    let modalities = Prohibitions.modalities(named: condition)
    // What a modality that nobody names does not allow shows when a scan has come.
    for (element, step) in read where modalities.isEmpty {
      if let conflict = ParameterConflicts.find(step, for: nil) { element.refuse(conflict.reason) }
    }
    for modality in modalities {
      for violation in Prohibitions.violations(read.map(\.1), modality: modality) {
        read[violation.step].0.refuse(violation.reason)
      }
    }
    return read.map { $0.1.filled(for: namedModalities(condition)) }
  }

  /// The modalities that a condition names one by one; a pattern may mean others, too.
  private static func namedModalities(_ condition: Condition) -> [String] {
    let matcher = condition.clauses.first { $0.key == "Modality" }?.matcher
    if case .anyOf(let values) = matcher { return values }
    return []
  }

  private static func step(_ field: Field) -> RecipeStep? {
    if case .text(let name) = field.scalar {
      return specification(name, field).flatMap { make($0, [:], field) }
    }
    let form = "a step's name, or one name with its parameters: n4: { shrink: 4 }"
    let step = Field("a step", field.node, near: field.place, mistakes: field.mistakes)
    guard let entries = Section.entries(of: step, allowed: form) else { return nil }
    guard entries.count == 1, let (name, key, value) = entries.first else {
      step.refuse("a step has to be \(form); \(entries.count) names were found")
      return nil
    }
    guard let specification = specification(name, key) else { return nil }
    if value.isNull { return make(specification, [:], key) }
    return parameters(value, of: specification).flatMap { make(specification, $0, key) }
  }

  private static func specification(_ name: String, _ field: Field) -> StepSpecification? {
    if let found = StepCatalogue.step(name) { return found }
    let names = StepCatalogue.all.map(\.name)
    let suggestion = Suggestion.text(for: name, among: names)
    field.refuse(
      "unknown step '\(name)'\(suggestion) (allowed: \(names.joined(separator: ", ")))")
    return nil
  }

  private static func parameters(
    _ field: Field, of specification: StepSpecification
  ) -> [String: ParameterValue]? {
    let names = specification.parameters.map(\.name)
    guard let section = Section(field, known: names) else { return nil }
    var accepted: [String: ParameterValue] = [:]
    var isWhole = true
    for parameter in specification.parameters {
      guard let value = section[parameter.name] else { continue }
      accepted[parameter.name] = value.parameterValue.flatMap(parameter.accept)
      if accepted[parameter.name] == nil {
        value.expected(parameter.allowed)
        isWhole = false
      }
    }
    return isWhole ? accepted : nil
  }

  private static func make(
    _ specification: StepSpecification, _ accepted: [String: ParameterValue], _ field: Field
  ) -> RecipeStep? {
    if let contradiction = specification.contradiction(in: accepted.keys) {
      field.refuse(contradiction)
      return nil
    }
    return RecipeStep(specification: specification, accepted: accepted)
  }
}
