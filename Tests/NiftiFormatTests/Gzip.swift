/// Gzip without compression (stored blocks), written out so that tests can spoil any part of it.
enum Gzip {
  /// One member.
  static func member(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    let starts = content.isEmpty ? [0] : Array(stride(from: 0, to: content.count, by: 65_535))
    for start in starts {
      let block = content[start..<min(start + 65_535, content.count)]
      bytes.append(start == starts.last ? 1 : 0)
      bytes += littleEndian(UInt16(block.count)) + littleEndian(~UInt16(block.count))
      bytes += block
    }
    return bytes + littleEndian(checksum(content)) + littleEndian(UInt32(content.count))
  }

  /// A number's bytes, least significant first.
  static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// CRC-32 by its definition, bit by bit (RFC 1952, 8).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
      }
    }
  }
}
