import CZlib

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

  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private var place = Place.beforeFirst

  /// Prepares for a stream.
  init() throws(NiftiError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe input = .allocate(byteCount: Self.inputBytes, alignment: 64)
    // 15 bits of window, plus 16 for gzip's own header and trailer.
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      unsafe stream.deallocate()
      unsafe input.deallocate()
      throw NiftiError(.readFailed, "zlib cannot start")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
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
        guard isFed else { throw NiftiError(.truncated, "the gzip stream ends early") }
        try step()
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
    switch unsafe inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      place = .between
      unsafe inflateReset(stream)
    case Z_MEM_ERROR: throw NiftiError(.readFailed, "zlib ran out of memory")
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw NiftiError(.damaged, "the gzip stream is damaged (\(words ?? "no gzip coding"))")
    }
  }
}
