/// The bytes of a header and how its numbers are stored; moves one field either way.
///
/// `NiftiHeader` names the place of each field once and runs through that list with a codec that
/// either fills the fields or the bytes.
struct HeaderCodec {
  /// Where a field lies and how many bytes it has.
  typealias Place = (offset: Int, width: Int)

  /// The header as stored.
  private(set) var bytes: [UInt8]
  private let version: NiftiVersion
  private let isBigEndian: Bool
  private let isWriting: Bool

  /// A codec that fills fields from bytes, at least `version.headerBytes` of them.
  init(reading bytes: [UInt8], version: NiftiVersion, isBigEndian: Bool) {
    precondition(bytes.count >= version.headerBytes, "the header is cut short")
    self.bytes = bytes
    self.version = version
    self.isBigEndian = isBigEndian
    isWriting = false
  }

  /// A codec that fills bytes from fields.
  init(writing version: NiftiVersion, isBigEndian: Bool) {
    bytes = Array(repeating: 0, count: version.headerBytes)
    self.version = version
    self.isBigEndian = isBigEndian
    isWriting = true
  }

  /// A whole number: unsigned when it has one byte, else signed.
  mutating func integer(_ value: inout Int, one: Place?, two: Place?) {
    guard let place = version == .one ? one : two else { return }
    guard !isWriting else { return store(UInt64(bitPattern: Int64(value)), place) }
    let unused = 64 - 8 * place.width
    let pattern = Int64(bitPattern: load(place) << UInt64(unused))
    value = place.width == 1 ? Int(load(place)) : Int(pattern >> Int64(unused))
  }

  /// A real: 32 bits in NIfTI-1, 64 in NIfTI-2.
  mutating func real(_ value: inout Double, one: Int, two: Int) {
    switch (version, isWriting) {
    case (.one, true): store(UInt64(Float(value).bitPattern), (one, 4))
    case (.two, true): store(value.bitPattern, (two, 8))
    case (.one, false): value = Double(Float(bitPattern: UInt32(load((one, 4)))))
    case (.two, false): value = Double(bitPattern: load((two, 8)))
    }
  }

  /// A field of bytes, as many as its place has.
  mutating func text(_ value: inout [UInt8], one: Place?, two: Place?) {
    guard let place = version == .one ? one : two else { return }
    let range = place.offset..<(place.offset + place.width)
    guard isWriting else {
      value = Array(bytes[range])
      return
    }
    let padded = value.prefix(place.width) + Array(repeating: 0, count: place.width)
    bytes.replaceSubrange(range, with: padded.prefix(place.width))
  }

  private func load(_ place: Place) -> UInt64 {
    var pattern: UInt64 = 0
    for index in 0..<place.width {
      let shift = 8 * (isBigEndian ? place.width - 1 - index : index)
      pattern |= UInt64(bytes[place.offset + index]) << UInt64(shift)
    }
    return pattern
  }

  private mutating func store(_ pattern: UInt64, _ place: Place) {
    for index in 0..<place.width {
      let shift = 8 * (isBigEndian ? place.width - 1 - index : index)
      bytes[place.offset + index] = UInt8(truncatingIfNeeded: pattern >> UInt64(shift))
    }
  }
}
