import Configuration
import Recipes
import Testing

@Suite("Settings")
struct SettingsTests {
  @Test("The contract's example is read as it stands")
  func contractExample() throws {
    let settings = try Settings.load(yaml: Checkout.contractExample(), file: "contract.yaml")
    let inbox = Inbox(
      name: "mri", path: "/srv/restorad/mri/inbox", outbox: "/srv/restorad/mri/outbox")
    let when = Condition([
      Condition.Clause("Modality", .anyOf(["MR"])),
      Condition.Clause("MRAcquisitionType", .anyOf(["2D", "3D"])),
    ])
    let recipe = Recipe(
      name: "mr-structural", condition: when,
      steps: [
        try RecipeStep("n4", ["shrink": .integer(4)]),
        try RecipeStep(
          "nlm",
          [
            "noise": .text("rician"), "strength": .number(0.8), "dimensions": .text("auto"),
            "variant": .text("rotation_invariant"),
          ]),
      ])
    let expected = Settings(
      in: "/", state: "/var/lib/restorad", inboxes: [inbox], recipes: [recipe], http: HTTPSettings()
    )
    #expect(settings == expected)
  }

  @Test("The commented file holds the defaults, with its three folders stated")
  func commentedFile() throws {
    let settings = try Settings.load(
      yaml: Checkout.text("etc/restorad.yaml"), file: "restorad.yaml")
    let inbox = Inbox(name: "inbox", path: "/srv/restorad/inbox", outbox: "/srv/restorad/outbox")
    #expect(settings == Settings(in: "/", state: "/var/lib/restorad", inboxes: [inbox]))
  }

  @Test(
    "A file without content gives the defaults",
    arguments: ["", "# nothing\n", "---\n", "{}\n", "inboxes:\n"])
  func empty(yaml: String) throws {
    let settings = try Settings.load(yaml: yaml, file: "x.yaml", directory: "/home/x")
    #expect(settings == Settings(in: "/home/x"))
    #expect(settings.inboxes.map(\.path) == ["/home/x/inbox"])
    #expect(settings.inboxes.map(\.outbox) == ["/home/x/outbox"])
    #expect(settings.state == "/home/x/state")
  }

  @Test("Settings printed as YAML load again as equal settings")
  func roundTrip() throws {
    var texts = [Settings(in: "/home/x").yaml, try Checkout.contractExample(), Self.everything]
    texts.append(try Checkout.text("etc/restorad.yaml"))
    for text in texts {
      let settings = try Settings.load(yaml: text, file: "x.yaml", directory: "/home/x")
      let copy = try Settings.load(yaml: settings.yaml, file: "x.yaml", directory: "/elsewhere")
      #expect(copy == settings)
      #expect(copy.yaml == settings.yaml)
    }
  }

  @Test("A recipe for one modality is printed with that modality's defaults")
  func modalityDefaults() throws {
    let yaml = "recipes: [{ name: x, when: { Modality: MR, HasMetal: no }, steps: [nlm] }]"
    let printed = try Settings.load(yaml: yaml, file: "x.yaml").yaml
    #expect(printed.contains("noise: rician\n"))
    #expect(printed.contains("when: { HasMetal: false, Modality: MR }"))
    #expect(!printed.contains("#"))
  }

  @Test("Printed settings name every key")
  func printed() throws {
    let yaml = Settings(in: "/home/x").yaml
    for key in [
      "state", "inboxes", "name", "path", "outbox", "recipe", "settle", "file", "series", "longest",
      "watch", "poll", "originals", "duplicates", "incomplete", "assume", "workers", "limits",
      "memory", "time", "attempts", "recipes", "log", "level", "format", "names", "http",
    ] { #expect(yaml.contains("\(key):")) }
  }

  @Test("Relative folders start from the given one and lose their dots")
  func relativeFolders() throws {
    let yaml = "inboxes: [{ path: ./a/../in//x, outbox: ../out }]"
    let settings = try Settings.load(yaml: yaml, file: "x.yaml", directory: "/home/x")
    #expect(settings.inboxes == [Inbox(name: "x", path: "/home/x/in/x", outbox: "/home/out")])
  }

  @Test("Bytes that are no UTF-8 are refused with their line")
  func bytes() {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.load(bytes: Array("state: /a\n# ".utf8) + [0xFF], file: "x.yaml")
    }
    #expect(error?.mistakes.first?.line == 2)
  }

  static let everything = """
    state: "/with \\"quotes\\" and # signs/\\u00fc"
    inboxes:
      - { name: a, path: ./a, outbox: ./o, recipe: own, watch: poll, poll: 500ms, originals: leave }
      - name: "2024"
        path: 'yes'
        outbox: ./o
        settle: { file: 0s, series: 1.5s, longest: 1h30m }
        duplicates: reprocess
        incomplete: process
        originals: delete
        watch: events
        assume: { Modality: MR, BodyPartExamined: "no", EchoTime: 12.50 }
    workers: 3
    limits: { memory: 500MB, time: 7d, attempts: 100 }
    recipes:
      - name: own
        when:
          Modality: [MR, CT]
          Format: NIfTI
          Dimensions: 3
          HasMetal: no
          EchoTime: { min: 10, max: 20.5 }
          RepetitionTime: { max: 3e3 }
          SeriesDescription: { matches: '^t1\\s"x"' }
        steps:
          - nlm
          - gaussian: { sigma: 2 }
          - wavelet:
          - resample: { spacing: [1, 1, 0] }
        output: { type: int16, transfer_syntax: rle, equipment: standard }
      - { name: nothing, when: { Modality: OT }, steps: [] }
    log: { level: debug, format: json, names: yes }
    http: { listen: "[::1]:80" }
    """
}
