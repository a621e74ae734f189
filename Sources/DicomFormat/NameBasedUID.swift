import Crypto

/// UIDs that follow from what they name, so that the same work done twice gives the same object.
///
/// The UID is `2.25.` and the decimal value of a UUID (PS3.5 B.2). The UUID is of version 8
/// (RFC 9562, 5.8): the first 128 bits of SHA-256 over Restorad's namespace and the parts of the
/// name, each ended by a zero byte.
public enum NameBasedUID {
  /// Restorad's namespace, drawn at random once; never to change.
  static let namespace: [UInt8] = [
    0x6c, 0x1f, 0x0a, 0x52, 0x9b, 0x7e, 0x4d, 0x35, 0xa8, 0x90, 0x3e, 0xd4, 0x57, 0xc2, 0x1b, 0x66,
  ]

  /// The UID of a name.
  ///
  /// - Parameter parts: What makes the name, such as source UID, recipe hash and version; no part
  ///   holds a zero byte.
  /// - Returns: At most 44 characters.
  public static func make(_ parts: [String]) -> String {
    var hash = SHA256()
    hash.update(data: namespace)
    for part in parts {
      hash.update(data: Array(part.utf8))
      hash.update(data: [0] as [UInt8])
    }
    var number = hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    number = number & ~(UInt128(0xf) << 76) | UInt128(8) << 76
    number = number & ~(UInt128(0b11) << 62) | UInt128(0b10) << 62
    return "2.25.\(number)"
  }
}
