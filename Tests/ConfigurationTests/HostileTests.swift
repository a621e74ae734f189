import Configuration
import Testing

@Suite("Configurations made to harm")
struct HostileTests {
  @Test("Deep nesting is refused", arguments: ["[", "{a: ", "- ", "? "])
  func deepNesting(opening: String) {
    let yaml = String(repeating: opening, count: 100_000)
    #expect(throws: ConfigurationError.self) { try Settings.load(yaml: yaml, file: "x.yaml") }
  }

  @Test(
    "Aliases that multiply are refused, not followed",
    arguments: ["state", "inboxes", "iterations"])
  func multipliedAliases(place: String) {
    var yaml = "a: &b [x, x]\n"
    for level in 0..<24 { yaml += "c\(level): &b [*b, *b, *b, *b, *b, *b, *b, *b]\n" }
    yaml +=
      place == "iterations"
      ? "recipes: [{ name: x, steps: [n4: { iterations: *b }] }]\n" : "\(place): *b\n"
    #expect(throws: ConfigurationError.self) { try Settings.load(yaml: yaml, file: "x.yaml") }
  }
}
