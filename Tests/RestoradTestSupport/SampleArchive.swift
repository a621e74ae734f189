/// Archives made by hand, byte by byte, also such as no honest program writes.
public enum SampleArchive {
  /// A member.
  public struct Member: Sendable {
    /// Its path as bytes.
    public var name: [UInt8]
    /// Its content.
    public var bytes: [UInt8]
    /// Of a tar: the type, such as `5` for a folder.
    public var type: Character
    /// Of a tar: what a link points to.
    public var target: String
    /// Of a zip: whether it says that it is encrypted.
    public var isEncrypted = false
    /// Of a zip: what is added to its CRC.
    public var wrongness: UInt32 = 0

    /// Creates a member.
    public init(
      _ name: String, _ bytes: [UInt8] = [], type: Character = "0", target: String = ""
    ) {
      self.name = Array(name.utf8)
      self.bytes = bytes
      self.type = type
      self.target = target
    }
  }

  // MARK: Tar

  /// A tar of the ustar format, padded as tar does.
  public static func tar(_ members: [Member]) -> [UInt8] {
    var bytes: [UInt8] = []
    for member in members {
      bytes += header(member) + member.bytes
      bytes += [UInt8](repeating: 0, count: (512 - member.bytes.count % 512) % 512)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private static func header(_ member: Member) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: [UInt8], at place: Int) {
      block.replaceSubrange(place..<(place + text.count), with: text)
    }
    put(Array(member.name.prefix(100)), at: 0)
    put(Array("0000644\0".utf8), at: 100)
    put(Array("0000000\0".utf8), at: 108)
    put(Array("0000000\0".utf8), at: 116)
    put(Array((octal(member.bytes.count, 11) + "\0").utf8), at: 124)
    put(Array("00000000000\0".utf8), at: 136)
    put(Array("        ".utf8), at: 148)
    put(Array(String(member.type).utf8), at: 156)
    put(Array(member.target.utf8.prefix(100)), at: 157)
    put(Array("ustar\u{0}00".utf8), at: 257)
    let sum = block.reduce(0) { $0 + Int($1) }
    put(Array((octal(sum, 6) + "\0 ").utf8), at: 148)
    return block
  }

  private static func octal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  // MARK: Zip

  /// A zip whose members are stored as they are, with names in UTF-8.
  public static func zip(_ members: [Member]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let common = zipCommon(member)
      directory += little(0x0201_4B50, 4) + little(20 | 3 << 8, 2) + common
      directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0o100644 << 16, 4)
      directory += little(bytes.count, 4) + member.name
      bytes += little(0x0403_4B50, 4) + common + member.name + member.bytes
    }
    let start = bytes.count
    bytes += directory + little(0x0605_4B50, 4) + little(0, 4) + little(members.count, 2)
    return bytes + little(members.count, 2) + little(directory.count, 4) + little(start, 4)
      + little(0, 2)
  }

  /// What a member's local header and the directory say alike.
  private static func zipCommon(_ member: Member) -> [UInt8] {
    let flags = 1 << 11 | (member.isEncrypted ? 1 : 0)
    let count = member.bytes.count
    return little(20, 2) + little(flags, 2) + little(0, 2) + little(0, 2) + little(33, 2)
      + little(Int(crc(member.bytes) &+ member.wrongness), 4) + little(count, 4)
      + little(count, 4) + little(member.name.count, 2) + little(0, 2)
  }

  private static func little(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// The CRC-32 of zip and gzip.
  public static func crc(_ bytes: [UInt8]) -> UInt32 {
    var rest: UInt32 = .max
    for byte in bytes {
      rest ^= UInt32(byte)
      for _ in 0..<8 { rest = rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~rest
  }

  /// A gzip file of one block, its content stored as it is; 64 KiB at most.
  public static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(count, 2) + little(~count, 2) + bytes
      + little(Int(crc(bytes)), 4) + little(count, 4)
  }
}
