public import SystemPackage

extension FilePath {
  /// The path's bytes, as the system takes them.
  public var bytes: [UInt8] {
    unsafe withPlatformString {
      unsafe UnsafeBufferPointer(start: $0, count: length).map(UInt8.init(bitPattern:))
    }
  }

  /// The path as text that keeps every byte: bytes that are no UTF-8, control characters and `%`
  /// stand as `%XX`.
  public var encoded: String {
    var text = ""
    let raw = bytes
    if let whole = String(validating: raw, as: UTF8.self) {
      for scalar in whole.unicodeScalars {
        if scalar.value < 0x20 || scalar.value == 0x7F || scalar == "%" {
          text += escape(UInt8(scalar.value))
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
    for byte in raw {
      let isPlain = byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "%")
      text += isPlain ? String(UnicodeScalar(byte)) : escape(byte)
    }
    return text
  }

  /// The path that a text made by `encoded` stands for.
  public init(encoded text: String) {
    var bytes: [CChar] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, digits.first != UInt8(ascii: "+"),
        let value = UInt8(String(Substring(digits)), radix: 16)
      {
        bytes.append(CChar(bitPattern: value))
        rest.removeFirst(2)
      } else {
        bytes.append(CChar(bitPattern: byte))
      }
    }
    bytes.append(0)
    self = unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return FilePath() }
      return unsafe FilePath(platformString: start)
    }
  }
}

private func escape(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "%" + (digits.count < 2 ? "0" : "") + digits
}
