import Configuration
import Recipes
import RestoradTestSupport
import Testing

@Suite("Broken configurations")
struct MutationTests {
  private static let inserts = Array(
    "{}[]:,#&*!|>'\"%@`-?\t\n \\~0x9.\u{0}\u{85}\u{FEFF}\u{2028}\u{E000}\u{1F600}\u{301}"
      .unicodeScalars)

  @Test(
    "No change of the example crashes the reader, and every refusal names a line that exists",
    arguments: 0..<8)
  func mutations(seed: UInt64) throws {
    let sources = [try Checkout.contractExample(), SettingsTests.everything]
    var random = SplitMix64(seed: seed)
    for round in 0..<50 {
      var scalars = Array(sources[round % 2].unicodeScalars)
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&scalars, &random) }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      try Self.check(String(view))
    }
  }

  private static func check(_ yaml: String) throws {
    let settings: Settings
    do {
      settings = try Settings.load(yaml: yaml, file: "x.yaml", directory: "/home/x")
    } catch {
      let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
      #expect(!error.mistakes.isEmpty)
      for mistake in error.mistakes {
        let isInside = (1...(lines + 1)).contains(mistake.line) && mistake.column >= 1
        #expect(isInside, "\(mistake) in \(yaml)")
      }
      return
    }
    let copy = try Settings.load(yaml: settings.yaml, file: "x.yaml", directory: "/home/x")
    #expect(copy == settings, "\(yaml)")
  }

  private static func mutate(_ scalars: inout [Unicode.Scalar], _ random: inout SplitMix64) {
    guard !scalars.isEmpty else { return }
    let place = Int.random(in: 0..<scalars.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: scalars.remove(at: place)
    case 1: scalars[place] = inserts.randomElement(using: &random) ?? " "
    case 2: scalars.insert(inserts.randomElement(using: &random) ?? " ", at: place)
    case 3:
      let end = min(place + Int.random(in: 1...30, using: &random), scalars.count)
      scalars.removeSubrange(place..<end)
    default:
      let end = min(place + Int.random(in: 1...30, using: &random), scalars.count)
      let target = Int.random(in: 0..<scalars.count, using: &random)
      scalars.insert(contentsOf: scalars[place..<end], at: target)
    }
  }
}
