internal import Recipes

extension Settings {
  /// The settings as YAML with all defaults filled in; reading it gives equal settings.
  public var yaml: String {
    var lines = ["state: \(YAMLText.scalar(state))"]
    lines.append(inboxes.isEmpty ? "inboxes: []" : "inboxes:")
    for inbox in inboxes { lines += inbox.yamlLines.map { "  " + $0 } }
    lines.append("workers: \(workers.word)")
    lines.append(
      "limits: { memory: \(SizeText.text(limits.memory)), time: \(DurationText.text(limits.time)), "
        + "attempts: \(limits.attempts) }")
    lines.append(recipes.isEmpty ? "recipes: []" : "recipes:")
    for recipe in recipes { lines += recipe.yamlLines.map { "  " + $0 } }
    lines.append(
      "log: { level: \(log.level.rawValue), format: \(log.format.rawValue), names: \(log.names) }")
    lines.append("http: " + (http.map { "{ listen: \(YAMLText.scalar($0.listen)) }" } ?? "off"))
    return lines.joined(separator: "\n") + "\n"
  }
}

extension WorkerCount {
  fileprivate var word: String {
    switch self {
    case .auto: "auto"
    case .count(let count): String(count)
    }
  }
}

extension Inbox {
  fileprivate var yamlLines: [String] {
    let times = [
      "file: \(DurationText.text(settle.file))", "series: \(DurationText.text(settle.series))",
      "longest: \(DurationText.text(settle.longest))",
    ]
    let assumptions = assume.sorted { $0.key < $1.key }
      .map { "\($0.key): \(YAMLText.scalar($0.value))" }
    let assumed = assumptions.isEmpty ? "{}" : "{ " + assumptions.joined(separator: ", ") + " }"
    return [
      "- name: \(YAMLText.scalar(name))",
      "  path: \(YAMLText.scalar(path))",
      "  outbox: \(YAMLText.scalar(outbox))",
      "  recipe: \(YAMLText.scalar(recipe))",
      "  settle: { \(times.joined(separator: ", ")) }",
      "  watch: \(watch.rawValue)",
      "  poll: \(DurationText.text(poll))",
      "  originals: \(originals.rawValue)",
      "  duplicates: \(duplicates.rawValue)",
      "  incomplete: \(incomplete.rawValue)",
      "  assume: \(assumed)",
    ]
  }
}
