internal import CDicomBridge

/// A data set or an item of one of its sequences; not to be used once its file is closed.
@safe struct HeaderItem {
  private let file: OpaquePointer
  private let node: rdcm_node

  fileprivate init(_ node: rdcm_node, of file: OpaquePointer) {
    unsafe self.node = node
    unsafe self.file = file
  }

  /// The values of an element without their padding; empty where there are none.
  func values(_ tag: Tag) -> [String] {
    var text = unsafe rdcm_text()
    guard unsafe rdcm_node_text(file, node, tag.code, &text) != 0 else { return [] }
    return unsafe text.values(separator: UInt8(ascii: "\\"))
  }

  /// The values of an element without their padding, between backslashes; empty without any.
  func joinedValues(_ tag: Tag) -> String {
    var text = unsafe rdcm_text()
    guard unsafe rdcm_node_text(file, node, tag.code, &text) != 0 else { return "" }
    return unsafe text.hasPadding
      ? text.values(separator: UInt8(ascii: "\\")).joined(separator: "\\")
      : String(
        decoding: UnsafeRawBufferPointer(start: text.bytes, count: Int(text.count)),
        as: UTF8.self)
  }

  /// The values of a private element of a data set, of a text VR or of an unknown one.
  func privateValues(_ tag: Tag) -> [String] {
    guard unsafe String(cString: rdcm_file_vr(file, tag.code)) == "UN" else { return values(tag) }
    let bytes = bytes(tag)
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return [] }
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\\", omittingEmptySubsequences: false).map(\.trimmingPadding)
  }

  /// The first value of an element; nil when it is absent or empty.
  func text(_ tag: Tag) -> String? { values(tag).first.flatMap { $0.isEmpty ? nil : $0 } }

  /// All values of an element as finite numbers; nil when one of them is none.
  func numbers(_ tag: Tag) -> [Double]? {
    let values = values(tag)
    let numbers = values.compactMap(Double.init).filter(\.isFinite)
    return numbers.isEmpty || numbers.count != values.count ? nil : numbers
  }

  /// The first value of an element as a finite number.
  func number(_ tag: Tag) -> Double? {
    text(tag).flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
  }

  /// So many finite numbers, or nil.
  func vector(_ tag: Tag, count: Int) -> [Double]? {
    numbers(tag).flatMap { $0.count == count ? $0 : nil }
  }

  /// The bytes of an element of binary VR.
  func bytes(_ tag: Tag) -> [UInt8] {
    var count = 0
    guard let bytes = unsafe rdcm_node_bytes(file, node, tag.code, &count) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The tags of attribute-tag (AT) values, as numbers.
  func tags(_ tag: Tag) -> [UInt32] {
    values(tag).compactMap { text in
      let digits = text.filter { $0.isHexDigit }
      return digits.count == 8 ? UInt32(digits, radix: 16) : nil
    }
  }

  /// Whether another item says the same, byte by byte; false where that is not known.
  func repeats(_ other: HeaderItem) -> Bool {
    unsafe rdcm_node_is_same(file, node, other.node) != 0
  }

  /// The items of a sequence.
  func items(_ sequence: Tag) -> [HeaderItem] {
    let count = unsafe rdcm_node_items(file, node, sequence.code, nil, 0)
    let nodes = unsafe [rdcm_node](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = unsafe min(
        count, rdcm_node_items(file, node, sequence.code, buffer.baseAddress, count))
    }
    return unsafe nodes.map { unsafe HeaderItem($0, of: file) }
  }

  /// The first item of a sequence.
  func item(_ sequence: Tag) -> HeaderItem? {
    var first = unsafe rdcm_node()
    guard unsafe rdcm_node_items(file, node, sequence.code, &first, 1) > 0 else { return nil }
    return unsafe HeaderItem(first, of: file)
  }
}

extension DicomFile {
  /// Gives the data set to a body; nothing of it may leave the body.
  func withRoot<Result>(_ body: (HeaderItem) -> Result) -> Result {
    let file = unsafe fileHandle
    return body(unsafe HeaderItem(rdcm_node(), of: file))
  }
}

extension rdcm_text {
  /// Whether a character is found that may fill up a value.
  fileprivate var hasPadding: Bool {
    let text = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
    return unsafe text.contains(where: \.isPadding)
  }

  /// The values between separators, each without its padding; none where there is no text at all.
  func values(separator: UInt8) -> [String] {
    let text = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
    if unsafe text.isEmpty { return [] }
    var values: [String] = []
    var start = 0
    for index in 0...text.count where unsafe index == text.count || text[index] == separator {
      unsafe values.append(UnsafeRawBufferPointer(rebasing: text[start..<index]).unpadded)
      start = index + 1
    }
    return values
  }
}

extension UnsafeRawBufferPointer {
  /// As text, without what fills values up.
  fileprivate var unpadded: String {
    var range = 0..<count
    while let first = range.first, unsafe self[first].isPadding { range.removeFirst() }
    while let last = range.last, unsafe self[last].isPadding { range.removeLast() }
    return unsafe String(decoding: UnsafeRawBufferPointer(rebasing: self[range]), as: UTF8.self)
  }
}

extension UInt8 {
  /// Space, null, line feed, carriage return or tab.
  fileprivate var isPadding: Bool {
    self == 0x20 || self == 0 || self == 0x0A || self == 0x0D || self == 0x09
  }
}
