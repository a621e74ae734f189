extension NiftiExtension {
  /// Takes the bytes after a header apart.
  ///
  /// What does not keep to the standard ends the list, as the reference library has it.
  ///
  /// - Parameters:
  ///   - bytes: From the four bytes after the header on, to the voxels.
  ///   - isBigEndian: The header's byte order.
  /// - Returns: The extensions in the order of the file.
  static func parse(_ bytes: [UInt8], isBigEndian: Bool) -> [NiftiExtension] {
    guard bytes.count >= 4, bytes[0] != 0 else { return [] }
    func number(_ offset: Int) -> Int32 {
      let field = bytes[offset..<(offset + 4)]
      let ordered = isBigEndian ? Array(field) : field.reversed()
      return Int32(bitPattern: ordered.reduce(0) { $0 << 8 | UInt32($1) })
    }
    var extensions: [NiftiExtension] = []
    var offset = 4
    while offset + 8 <= bytes.count {
      let size = Int(number(offset))
      guard size >= 8, size <= bytes.count - offset else { break }
      extensions.append(
        NiftiExtension(
          code: number(offset + 4), content: Array(bytes[(offset + 8)..<(offset + size)])))
      offset += size
    }
    return extensions
  }

  /// The extension with its size and code, least significant byte first, padded to 16 bytes.
  var encoded: [UInt8] {
    let size = (content.count + 8 + 15) / 16 * 16
    let numbers = [UInt32(truncatingIfNeeded: size), UInt32(bitPattern: code)]
    let head = numbers.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
    }
    return head + content + Array(repeating: 0, count: size - 8 - content.count)
  }
}
