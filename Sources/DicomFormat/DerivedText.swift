/// Texts in a file's own character set, cut to a length without breaking a character.
package struct DerivedText {
  /// How bytes of the upper half make characters.
  private enum Coding {
    case single
    case utf8
    case gb
    case iso2022
  }

  private let coding: Coding

  /// Reads Specific Character Set (0008,0005).
  package init(characterSets: [String]) {
    if characterSets.contains("ISO_IR 192") {
      coding = .utf8
    } else if characterSets.contains("GB18030") || characterSets.contains("GBK") {
      coding = .gb
    } else if characterSets.contains(where: { $0.hasPrefix("ISO 2022") }) {
      coding = .iso2022
    } else {
      coding = .single
    }
  }

  /// The first `limit` characters; ends in ASCII if ISO 2022 had switched away from it.
  package func prefix(_ bytes: [UInt8], characters limit: Int) -> [UInt8] {
    var index = 0
    var count = 0
    /// Bytes a character below and above 0x80.
    var low = 1
    var high = 1
    while index < bytes.count && count < limit {
      if coding == .iso2022, bytes[index] == 0x1b {
        let length = escape(bytes, at: index, low: &low, high: &high)
        index = min(bytes.count, index + length)
        continue
      }
      index = min(bytes.count, index + length(bytes, at: index, low: low, high: high))
      count += 1
    }
    let isSwitched = low > 1
    return Array(bytes[..<index]) + (isSwitched ? [0x1b, 0x28, 0x42] : [])
  }

  /// How many characters there are.
  package func count(_ bytes: [UInt8]) -> Int {
    var index = 0
    var count = 0
    var low = 1
    var high = 1
    while index < bytes.count {
      if coding == .iso2022, bytes[index] == 0x1b {
        index += escape(bytes, at: index, low: &low, high: &high)
      } else {
        index += length(bytes, at: index, low: low, high: high)
        count += 1
      }
    }
    return count
  }

  private func length(_ bytes: [UInt8], at index: Int, low: Int, high: Int) -> Int {
    let byte = bytes[index]
    switch coding {
    case .single: return 1
    case .iso2022: return byte < 0x80 ? low : high
    case .utf8: return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    case .gb:
      guard byte > 0x80, index + 1 < bytes.count else { return 1 }
      return (0x30...0x39).contains(bytes[index + 1]) ? 4 : 2
    }
  }

  /// Takes in an escape sequence (PS3.3 C.12.1.1.2); returns its length.
  ///
  /// `ESC $ B` and `ESC $ ( D` put a set of two bytes a character below 0x80, `ESC $ ) x` above.
  private func escape(_ bytes: [UInt8], at index: Int, low: inout Int, high: inout Int) -> Int {
    guard index + 2 < bytes.count else { return bytes.count - index }
    let isWide = bytes[index + 1] == 0x24
    guard isWide else {
      if bytes[index + 1] == 0x28 { low = 1 } else { high = 1 }
      return 3
    }
    switch bytes[index + 2] {
    case 0x28:
      low = 2
      return 4
    case 0x29:
      high = 2
      return 4
    default:
      low = 2
      return 3
    }
  }

  /// What is left of a text when only ASCII that any VR allows may be used.
  static func ascii(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { (0x20...0x7e).contains($0.value) && $0 != "\\" ? $0 : "?" }))
  }
}
