import Configuration
import Recipes
import Testing

@Suite("Mistakes in a configuration")
struct MistakeTests {
  private func mistakes(_ yaml: String) -> [Mistake] {
    do {
      _ = try Settings.load(yaml: yaml, file: "x.yaml", directory: "/home/x")
      return []
    } catch {
      return error.mistakes
    }
  }

  private static let inbox = "inboxes: [{ path: /in, outbox: /out }]\n"

  @Test(
    "Each mistake is told with its line, its column and what is allowed",
    arguments: [
      ("stat: /x", 1, 1, "did you mean 'state'?"),
      ("limits: { memory: 8 }", 1, 19, "a size with its unit"),
      ("limits: { memory: 1KiB }", 1, 19, "64MiB to 64TiB"),
      ("limits:\n  time: 10", 2, 9, "a time with its unit"),
      ("limits:\n  attempts: three", 2, 13, "a whole number from 1 to 100"),
      ("workers: 0", 1, 10, "auto or a whole number from 1 to 1024"),
      ("workers: 2.5", 1, 10, "auto or a whole number"),
      ("log: { level: inform }", 1, 15, "did you mean 'info'?"),
      ("log: { names: maybe }", 1, 15, "true or false"),
      ("log: loud", 1, 6, "a mapping"),
      ("http: { listen: 8484 }", 1, 17, "an address and a port"),
      ("http: { listen: 127.0.0.1:99999 }", 1, 17, "an address and a port"),
      ("state: [a]", 1, 8, "a folder"),
      ("- a", 1, 1, "a mapping"),
      ("inboxes: []", 1, 10, "at least one inbox"),
      ("inboxes:\n  - path: /in", 2, 5, "needs 'outbox'"),
      ("inboxes: [{ path: /in, outbox: /out, recipe: mri }]", 1, 46, "did you mean 'mr'?"),
      ("inboxes: [{ path: /in, outbox: /in/out }]", 1, 32, "lies inside the inbox 'in'"),
      ("inboxes: [{ path: /in, outbox: /in }]", 1, 32, "is the same folder as"),
      (
        "state: /out\ninboxes: [{ path: /out/in, outbox: /o }]", 2, 19,
        "lies inside the state folder"
      ),
      (
        "inboxes: [{ path: /in, outbox: /o, assume: { Modalty: MR } }]", 1, 46,
        "did you mean 'Modality'?"
      ),
      (
        "inboxes: [{ path: /in, outbox: /o, assume: { HasMetal: true } }]", 1, 46,
        "cannot be assumed"
      ),
      ("inboxes: [{ path: /in, outbox: /o, poll: 1ms }]", 1, 42, "50ms to 1d"),
      (
        "inboxes: [{ path: /in, outbox: /o, settle: { file: 1h, longest: 1s } }]", 1, 65,
        "is shorter than"
      ),
      ("inboxes: [{ path: ~/in, outbox: /o }]", 1, 19, "without '~'"),
      ("recipes: [{ name: auto, steps: [] }]", 1, 19, "is no name for a recipe"),
      ("recipes: [{ steps: [] }]", 1, 11, "needs a name"),
      ("recipes: [{ name: x }]", 1, 11, "needs steps"),
      ("recipes: [{ name: x, steps: [blur] }]", 1, 30, "unknown step 'blur'"),
      ("recipes: [{ name: x, steps: [n4: { shrnk: 2 }] }]", 1, 36, "did you mean 'shrink'?"),
      ("recipes: [{ name: x, steps: [n4: { shrink: 17 }] }]", 1, 44, "1 to 16"),
      ("recipes: [{ name: x, steps: [n4: { shrink: '4' }] }]", 1, 44, "1 to 16"),
      ("recipes: [{ name: x, steps: [resample] }]", 1, 30, "exactly one of: spacing, factor"),
      (
        "recipes: [{ name: x, when: { Modalty: MR }, steps: [] }]", 1, 30,
        "did you mean 'Modality'?"
      ),
      ("recipes: [{ name: x, when: { EchoTime: { min: 3, max: 1 } }, steps: [] }]", 1, 40, "empty"),
      (
        "recipes: [{ name: x, when: { Modality: { matches: '(' } }, steps: [] }]", 1, 51,
        "no regular expression"
      ),
      ("recipes: [{ name: x, when: { Format: dicom }, steps: [] }]", 1, 38, "DICOM | NIfTI"),
      ("recipes: [{ name: x, when: { Dimensions: 5 }, steps: [] }]", 1, 42, "2 | 3 | 4"),
      (
        "recipes:\n  - name: x\n    when: { Modality: [MR, CT] }\n    steps:\n      - nlm\n      - n4: {}",
        6, 9, "may not be used on CT"
      ),
      (
        "recipes:\n  - name: x\n    when: { Modality: { matches: ^C } }\n    steps:\n      - clahe",
        5, 9, "presentation: true"
      ),
      (
        "recipes:\n  - name: x\n    when: { Modality: DX }\n    steps:\n"
          + "      - wavelet: { threshold: local }",
        5, 9, "wavelet on DX: threshold: local is of"
      ),
      (
        "recipes: [{ name: x, steps: [wavelet: { threshold: local, wavelet: db4 }] }]", 1, 30,
        "undecimated haar"
      ),
      ("recipes: [{ name: x, steps: [gibbs: { window: [3, 1] }] }]", 1, 30, "window"),
      (
        "recipes: [{ name: x, steps: [], output: { type: float64 } }]", 1, 49,
        "float32 | int16 | source"
      ),
    ])
  func single(yaml: String, line: Int, column: Int, text: String) throws {
    let found = mistakes(yaml)
    #expect(found.count == 1)
    let mistake = try #require(found.first)
    #expect(mistake.line == line && mistake.column == column, "\(mistake)")
    #expect(mistake.text.contains(text), "\(mistake)")
  }

  @Test(
    "Text that is no YAML is refused with its line",
    arguments: [
      ("state: [a", 2), ("a: b: c", 1), ("state: /a\n\tlog: x", 2), ("state: \"a", 1),
      ("state: /a\n\u{7}log: x", 2), ("state: /a\n--- \nstate: /b", 2), ("state: *none", 1),
    ])
  func syntax(yaml: String, line: Int) {
    let found = mistakes(yaml)
    #expect(found.count == 1)
    #expect(found.first?.line == line, "\(found)")
  }

  @Test("All mistakes are told at once, a repeated key among them, in the order of the file")
  func all() {
    let found = mistakes(
      """
      stat: /x
      workers: 0
      limits: { time: 1s, time: 2s, attempts: 0 }
      log:
        level: loud
        level: info
      inboxes:
        - { name: a, path: /a, outbox: /o }
        - { name: a, path: /a/b, outbox: /o }
      """)
    #expect(found.map(\.line) == [1, 2, 3, 3, 5, 9, 9])
  }

  @Test("Several repeated keys of one letter are each told once")
  func repeatedKeys() {
    let found = mistakes("{ a: 1, a: 2, b: 1, b: 2 }")
    #expect(found.filter { $0.text.contains("more than once") }.map(\.column) == [3, 15])
    #expect(found.filter { $0.text.contains("unknown key") }.map(\.column) == [9, 21])
  }

  @Test("Two inboxes may share an outbox")
  func sharedOutbox() {
    let yaml = "inboxes: [{ path: /a, outbox: /o }, { path: /b, outbox: /o }]"
    #expect(mistakes(yaml).isEmpty)
  }

  @Test("The description has one line a mistake, each with file, line and column")
  func description() {
    let error = #expect(throws: ConfigurationError.self) {
      try Settings.load(yaml: "stat: /x\nworkers: 0", file: "etc/x.yaml")
    }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("etc/x.yaml:1:1: ") == true)
    #expect(lines.last?.hasPrefix("etc/x.yaml:2:10: ") == true)
  }

  @Test("Aliases stand for what they name")
  func aliases() throws {
    let yaml = "inboxes: [{ path: /a, outbox: &o /o }, { path: /b, outbox: *o }]"
    let settings = try Settings.load(yaml: yaml, file: "x.yaml")
    #expect(settings.inboxes.map(\.outbox) == ["/o", "/o"])
  }
}
