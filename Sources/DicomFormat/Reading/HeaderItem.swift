internal import CDicomBridge

/// A data set or an item of one of its sequences; not to be used once its file is closed.
@safe struct HeaderItem {
  private let handle: OpaquePointer
  /// The file of a data set, which reads an element when it is asked for; nil for items.
  private let file: OpaquePointer?

  fileprivate init(_ handle: OpaquePointer, of file: OpaquePointer? = nil) {
    unsafe self.handle = handle
    unsafe self.file = file
  }

  /// Whether an element of a data set is not there; items are looked into.
  private func lacks(_ tag: Tag) -> Bool {
    guard let file = unsafe file else { return false }
    return unsafe rdcm_file_need(file, tag.code) == 0
  }

  /// The values of an element without their padding; empty where there are none.
  func values(_ tag: Tag) -> [String] {
    guard !lacks(tag), let text = unsafe rdcm_item_text(handle, tag.code) else { return [] }
    let value = unsafe String(cString: text)
    if value.isEmpty { return [] }
    return value.split(separator: "\\", omittingEmptySubsequences: false).map(\.trimmingPadding)
  }

  /// The values of a private element of a text VR, also where its VR is unknown.
  func privateValues(_ tag: Tag) -> [String] {
    if lacks(tag) { return [] }
    guard unsafe String(cString: rdcm_item_vr(handle, tag.code)) == "UN" else { return values(tag) }
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
    guard !lacks(tag), let bytes = unsafe rdcm_item_bytes(handle, tag.code, &count) else {
      return []
    }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The tags of attribute-tag (AT) values, as numbers.
  func tags(_ tag: Tag) -> [UInt32] {
    values(tag).compactMap { text in
      let digits = text.filter { $0.isHexDigit }
      return digits.count == 8 ? UInt32(digits, radix: 16) : nil
    }
  }

  /// The items of a sequence.
  func items(_ sequence: Tag) -> [HeaderItem] {
    if lacks(sequence) { return [] }
    return (0..<(unsafe rdcm_item_count(handle, sequence.code))).compactMap { index in
      unsafe rdcm_item_at(handle, sequence.code, index).map { unsafe HeaderItem($0) }
    }
  }

  /// The first item of a sequence.
  func item(_ sequence: Tag) -> HeaderItem? {
    if lacks(sequence) { return nil }
    return unsafe rdcm_item_at(handle, sequence.code, 0).map { unsafe HeaderItem($0) }
  }
}

extension DicomFile {
  /// Gives the data set to a body; nothing of it may leave the body.
  func withRoot<Result>(_ body: (HeaderItem) -> Result) -> Result? {
    let file = unsafe fileHandle
    return unsafe dataSet.map { body(unsafe HeaderItem($0, of: file)) }
  }
}
