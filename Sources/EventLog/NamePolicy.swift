/// How file names appear in logs: as they are, or as a mark that only serves to tell them apart.
public struct NamePolicy: Sendable {
  private let key: UInt64?

  /// Names are shown.
  public static let shown = NamePolicy(key: nil)

  /// Names are replaced by marks that are the same within one run of the process.
  public static func hidden() -> NamePolicy {
    NamePolicy(key: UInt64.random(in: .min ... .max))
  }

  func text(for name: String) -> String {
    guard let key else { return name }
    // FNV-1a under a key that dies with the process: nobody can test a guessed name against a log.
    var hash = 0xcbf2_9ce4_8422_2325 ^ key
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return "file-" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
