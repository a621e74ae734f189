import Crypto

/// Names content by its hash.
enum ContentKey {
  /// SHA-256 of a text's UTF-8, in lower-case hexadecimal.
  static func sha256(of text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
