import Crypto
import JobLedger

/// Names content by its hash.
enum ContentKey {
  /// SHA-256 of a text's UTF-8, in lower-case hexadecimal.
  static func sha256(of text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// The key of a scan: the same for the same contents under any names.
  static func of(_ files: [FileRecord]) -> String {
    sha256(of: Set(files.map(\.sha256)).sorted().joined(separator: "\n"))
  }
}
