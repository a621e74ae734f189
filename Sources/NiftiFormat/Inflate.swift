import CIsal

/// Undoes gzip, one member after the other, and checks each one's CRC and length.
///
/// After the last member anything may follow and is ignored, as gzip does.
@safe struct Inflater: ~Copyable {
  private enum Place {
    case beforeFirst
    case inside
    case between
    case atEnd
  }

  private static let inputBytes = 256 << 10

  private let stream: UnsafeMutablePointer<inflate_state>
  private let input: UnsafeMutableRawBufferPointer
  private var place = Place.beforeFirst

  /// Prepares for a stream.
  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe input = .allocate(byteCount: Self.inputBytes, alignment: 64)
    unsafe isal_inflate_init(stream)
    unsafe stream.pointee.avail_in = 0
  }

  deinit {
    unsafe stream.deallocate()
    unsafe input.deallocate()
  }

  /// Fills a buffer with the next inflated bytes; fewer only at the end of the last member.
  ///
  /// - Throws: `truncated` when the file ends within a member, `damaged` when a member's code,
  ///   CRC or length does not hold, `malformed` when there is no gzip at the beginning.
  mutating func read(
    _ file: borrowing InputFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws(NiftiError) -> Int {
    unsafe stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(buffer.count)
    while unsafe stream.pointee.avail_out > 0 && place != .atEnd {
      let isFed = try feed(file)
      switch place {
      case .inside:
        let room = unsafe stream.pointee.avail_out
        try step()
        // What it had read ahead may still have been the end.
        if !isFed && place == .inside, unsafe stream.pointee.avail_out == room {
          throw NiftiError(.truncated, "the gzip stream ends early")
        }
      case .beforeFirst, .between: try begin()
      case .atEnd: break
      }
    }
    return unsafe buffer.count - Int(stream.pointee.avail_out)
  }

  /// Starts the next member, or ends where there is none.
  private mutating func begin() throws(NiftiError) {
    let isMember =
      unsafe stream.pointee.avail_in >= 2
      && stream.pointee.next_in[0] == 0x1F && stream.pointee.next_in[1] == 0x8B
    if isMember {
      place = .inside
      unsafe isal_inflate_reset(stream)
      unsafe stream.pointee.crc_flag = UInt32(ISAL_GZIP)
    } else if place == .between {
      place = .atEnd
    } else {
      throw try foreign()
    }
  }

  /// Why a file does not begin with gzip's two bytes.
  private func foreign() throws(NiftiError) -> NiftiError {
    let count = unsafe Int(stream.pointee.avail_in)
    guard count > 0, unsafe input.prefix(count).contains(where: { $0 != 0 }) else {
      return NiftiError(.truncated, "the file holds nothing yet")
    }
    if count == 1, unsafe input[0] == 0x1F {
      return NiftiError(.truncated, "the gzip stream ends early")
    }
    return NiftiError(.malformed, "the name says gzip, the content is not gzip")
  }

  /// Makes sure that there is input, two bytes of it before a member; false at the file's end.
  private mutating func feed(_ file: borrowing InputFile) throws(NiftiError) -> Bool {
    let left = unsafe Int(stream.pointee.avail_in)
    guard left < (place == .inside ? 1 : 2) else { return true }
    if left == 1 { unsafe input[0] = stream.pointee.next_in[0] }
    let count = try unsafe file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: input[left...]))
    unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_in = UInt32(left + count)
    return count > 0
  }

  private mutating func step() throws(NiftiError) {
    let status = unsafe isal_inflate(stream)
    guard status == ISAL_DECOMP_OK else {
      throw NiftiError(.damaged, "the gzip stream is damaged (\(Self.words(for: status)))")
    }
    if unsafe stream.pointee.block_state == ISAL_BLOCK_FINISH { place = .between }
  }

  private static func words(for status: Int32) -> String {
    switch status {
    case ISAL_INVALID_BLOCK: "a block of no known kind"
    case ISAL_INVALID_SYMBOL: "a symbol without a meaning"
    case ISAL_INVALID_LOOKBACK: "a distance too far back"
    case ISAL_INVALID_WRAPPER, ISAL_UNSUPPORTED_METHOD: "no gzip coding"
    case ISAL_INCORRECT_CHECKSUM: "its CRC or length does not hold"
    default: "ISA-L says \(status)"
    }
  }
}
