import Configuration
import Recipes
import RestoradTestSupport
import Testing

/// Ten thousand broken configurations: none crashes the reader, each is taken whole or refused with
/// lines that exist.
@Suite("Broken configurations")
struct MutationTests {
  private static let inserts = Array(
    "{}[]:,#&*!|>'\"%@`-?\t\n \\~0x9.\u{0}\u{FF}".utf8)
  private static let words = [
    "99999999999999999999", "-1", "1e308", "NaN", "0x7fffffffffffffff", "8GiB", "1h", "auto", "~",
    "true", "\"\"", "&a", "*a", "<<: *a", "!!binary", "!!set", "? ", "- - - -", "[[[[[[",
    "{a: {b: {", "|2\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n",
    "inboxes:", "state:", "\u{0}", "\u{FFFD}", "\u{85}", "\u{FEFF}", "\u{2028}",
    "\u{E000}", "\u{1F600}", "\u{301}",
  ].map { Array($0.utf8) }

  @Test("No change crashes the reader, every refusal names lines that exist", arguments: 0..<20)
  func mutations(seed: UInt64) throws {
    let sources = [
      Array(try Checkout.contractExample().utf8), Array(SettingsTests.everything.utf8),
    ]
    let tokens = sources.map(Self.tokens)
    var random = SplitMix64(seed: seed)
    for round in 0..<500 {
      var bytes = sources[round % 2]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        Self.mutate(&bytes, tokens[round % 2], &random)
      }
      try Self.check(bytes)
    }
  }

  /// The words of a text, to swap for one another.
  private static func tokens(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split { " \n:,{}[]".utf8.contains($0) }.map(Array.init)
  }

  private static func check(_ bytes: [UInt8]) throws {
    let settings: Settings
    do {
      settings = try Settings.load(bytes: bytes, file: "x.yaml", directory: "/home/x")
    } catch {
      let text = String(decoding: bytes, as: UTF8.self)
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
      #expect(!error.mistakes.isEmpty)
      for mistake in error.mistakes {
        let isInside = (1...(lines + 1)).contains(mistake.line) && mistake.column >= 1
        #expect(isInside, "\(mistake) in \(text)")
      }
      return
    }
    let copy = try Settings.load(yaml: settings.yaml, file: "x.yaml", directory: "/home/x")
    #expect(copy == settings, "\(String(decoding: bytes, as: UTF8.self))")
  }

  private static func mutate(
    _ bytes: inout [UInt8], _ tokens: [[UInt8]], _ random: inout SplitMix64
  ) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(place + Int.random(in: 1...30, using: &random), bytes.count)
    switch Int.random(in: 0..<9, using: &random) {
    case 0: bytes.remove(at: place)
    case 1: bytes[place] = inserts.randomElement(using: &random) ?? 0
    case 2: bytes.insert(inserts.randomElement(using: &random) ?? 0, at: place)
    case 3: bytes.removeSubrange(place..<end)
    case 4:
      let target = Int.random(in: 0..<bytes.count, using: &random)
      bytes.insert(contentsOf: bytes[place..<end], at: target)
    case 5: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 6: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
    case 7: swap(&bytes, tokens, &random)
    default: bytes.removeSubrange(place..<bytes.count)
    }
  }

  /// Puts one word of the text in place of another.
  private static func swap(
    _ bytes: inout [UInt8], _ tokens: [[UInt8]], _ random: inout SplitMix64
  ) {
    guard let old = tokens.randomElement(using: &random),
      let new = (tokens + words).randomElement(using: &random),
      let place = bytes.firstRange(of: old)
    else { return }
    bytes.replaceSubrange(place, with: new)
  }
}
