extension Recipe {
  /// The recipe as an element of a YAML list, with the defaults filled in that do not depend on
  /// the modality; those that do stand in comments.
  package var yamlLines: [String] {
    var lines = ["- name: \(YAMLText.scalar(name))"]
    if !condition.clauses.isEmpty { lines.append("  when: \(condition.yaml)") }
    lines.append(steps.isEmpty ? "  steps: []" : "  steps:")
    for step in steps {
      lines.append("    - \(step.name):")
      for (name, value) in step.pinned { lines.append("        \(name): \(value)") }
      for parameter in step.specification.parameters where step.isOpen(parameter) {
        lines.append("        # \(parameter.name): \(parameter.standardInWords)")
      }
    }
    let options = output.entries.map { "\($0.key): \($0.word)" }
    lines.append("  output: { \(options.joined(separator: ", ")) }")
    return lines
  }
}

extension Condition {
  /// The condition as YAML's flow style: `{ Modality: MR, Dimensions: [2, 3] }`.
  package var yaml: String {
    "{ " + clauses.map { "\($0.key): \($0.matcher.yaml)" }.joined(separator: ", ") + " }"
  }
}

extension RecipeStep {
  /// Whether a parameter was not given and its default depends on the modality.
  fileprivate func isOpen(_ parameter: ParameterSpecification) -> Bool {
    given[parameter.name] == nil && !parameter.modalityStandards.isEmpty
  }
}

extension ParameterSpecification {
  /// The default for people: `auto (MR: rician)`, or `none`.
  package var standardInWords: String {
    let standard = standard?.description ?? "none"
    let byValue = Dictionary(grouping: modalityStandards.keys) {
      modalityStandards[$0]?.description ?? ""
    }
    let others = byValue.map { value, modalities in
      modalities.sorted().joined(separator: ", ") + ": " + value
    }.sorted()
    return others.isEmpty ? standard : "\(standard) (\(others.joined(separator: "; ")))"
  }
}
