import CDicomBridge

/// A data set or an item of one of its sequences.
///
/// Keeps its file open. Must not be used once the item, or a sequence around it, was removed.
@safe package struct DerivedItem {
  private let owner: DerivedDataset
  private let handle: OpaquePointer

  init(owner: DerivedDataset, handle: OpaquePointer) {
    self.owner = owner
    unsafe self.handle = handle
  }

  /// The tags of the elements, ascending.
  package var tags: [DerivedTag] {
    let count = unsafe rdcm_item_tags(handle, nil, 0)
    let codes = unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe buffer.initialize(repeating: 0)
      initialized = unsafe min(count, rdcm_item_tags(handle, buffer.baseAddress, count))
    }
    return codes.map(DerivedTag.init)
  }

  /// Whether an element is there, with a value or without.
  package func has(_ tag: DerivedTag) -> Bool { !vr(tag).isEmpty }

  /// The VR of an element, or the empty string.
  package func vr(_ tag: DerivedTag) -> String {
    unsafe String(cString: rdcm_item_vr(handle, tag.code))
  }

  /// The text of an element in the file's own character set, all values; nil if there is none.
  package func bytes(_ tag: DerivedTag) -> [UInt8]? {
    guard let text = unsafe rdcm_item_text(handle, tag.code) else { return nil }
    var result: [UInt8] = []
    var index = 0
    while unsafe text[index] != 0 {
      result.append(UInt8(bitPattern: unsafe text[index]))
      index += 1
    }
    return result
  }

  /// The text of an element whose VR allows ASCII only, without spaces around it; nil if absent
  /// or empty.
  package func text(_ tag: DerivedTag) -> String? {
    guard let bytes = bytes(tag) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).drop { $0 == " " }
    let end = text.lastIndex { $0 != " " && $0 != "\0" }
    return end.map { String(text[...$0]) }
  }

  /// The values of an element, without spaces around them; empty if absent.
  package func values(_ tag: DerivedTag) -> [String] {
    guard let text = text(tag) else { return [] }
    return text.split(separator: "\\", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The numbers of an element; nil unless all its values are numbers.
  package func numbers(_ tag: DerivedTag) -> [Double]? {
    let texts = values(tag)
    let numbers = texts.compactMap { Double($0) }
    return numbers.isEmpty || numbers.count != texts.count ? nil : numbers
  }

  /// The bytes of an element of binary VR, in the machine's order.
  package func binary(_ tag: DerivedTag) -> [UInt8]? {
    var count = 0
    guard let bytes = unsafe rdcm_item_bytes(handle, tag.code, &count) else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The length in bytes of encapsulated pixel data; 0 if they are not encapsulated.
  var encapsulatedLength: Int { Int(clamping: unsafe rdcm_item_encapsulated_length(handle)) }

  /// Replaces an element, in the given VR or the dictionary's.
  package func put(_ tag: DerivedTag, _ text: String, vr: String? = nil) throws(DicomError) {
    try put(tag, Array(text.utf8), vr: vr)
  }

  /// Replaces an element by text in the file's own character set.
  package func put(_ tag: DerivedTag, _ bytes: [UInt8], vr: String? = nil) throws(DicomError) {
    let text = bytes.map { CChar(bitPattern: $0) } + [0]
    try check(unsafe rdcm_item_put_text(handle, tag.code, vr, text))
  }

  /// Replaces pixel data of 8 bits allocated.
  func putPixels(_ bytes: [UInt8]) throws(DicomError) {
    try check(unsafe rdcm_item_put_pixels8(handle, bytes, bytes.count))
  }

  /// Replaces pixel data of 16 bits allocated.
  func putPixels(_ words: [UInt16]) throws(DicomError) {
    try check(unsafe rdcm_item_put_pixels16(handle, words, words.count))
  }

  /// Replaces pixel data of 32 bits allocated.
  func putPixels(_ words: [UInt32]) throws(DicomError) {
    try check(unsafe rdcm_item_put_pixels32(handle, words, words.count))
  }

  /// Replaces Float Pixel Data.
  func putReals(_ values: [Float]) throws(DicomError) {
    try check(unsafe rdcm_item_put_floats(handle, values, values.count))
  }

  /// Replaces Double Float Pixel Data.
  func putReals(_ values: [Double]) throws(DicomError) {
    try check(unsafe rdcm_item_put_doubles(handle, values, values.count))
  }

  /// Removes an element if it is there.
  package func remove(_ tag: DerivedTag) { unsafe rdcm_item_remove(handle, tag.code) }

  /// Copies an element with all below it to another item.
  func copy(_ tag: DerivedTag, to item: DerivedItem) throws(DicomError) {
    try check(unsafe rdcm_item_copy(handle, item.handle, tag.code))
  }

  /// The items of a sequence; empty if it is absent.
  package func items(_ sequence: DerivedTag) -> [DerivedItem] {
    (0..<(unsafe rdcm_item_count(handle, sequence.code))).compactMap { index in
      unsafe rdcm_item_at(handle, sequence.code, index).map {
        unsafe DerivedItem(owner: owner, handle: $0)
      }
    }
  }

  /// Appends an empty item to a sequence, which is made if need be.
  func append(to sequence: DerivedTag) throws(DicomError) -> DerivedItem {
    guard let made = unsafe rdcm_item_append(handle, sequence.code) else {
      throw DerivedDataset.failure(RDCM_OUT_OF_MEMORY)
    }
    return unsafe DerivedItem(owner: owner, handle: made)
  }

  /// Makes an empty sequence unless the element is there.
  func putEmpty(_ sequence: DerivedTag) throws(DicomError) {
    try check(unsafe rdcm_item_put_empty(handle, sequence.code))
  }

  private func check(_ status: rdcm_status) throws(DicomError) {
    guard status == RDCM_OK else { throw DerivedDataset.failure(status) }
  }
}

extension DerivedTag {
  /// The keyword in the data dictionary, or `(gggg,eeee)` where it has none.
  package var keyword: String {
    let known = unsafe String(cString: rdcm_tag_keyword(code))
    return known.isEmpty ? text : known
  }
}
