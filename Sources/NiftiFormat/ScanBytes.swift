/// The bytes of a file in order, inflated where its name ends in `.gz`.
@safe struct ScanBytes: ~Copyable {
  private static let chunkBytes = 512 << 10
  /// What may follow the voxels; more is taken for a trap (a small file that inflates for hours).
  private static let tolerated = 16 << 20
  /// Deflate cannot make less than one byte of this many (zlib's technical notes).
  private static let largestRatio = 1032
  /// Content that is this many bytes and `suspiciousRatio` times its file is taken for a trap: real
  /// scans, masks among them, do not shrink so far.
  private static let suspicious = 1 << 30
  private static let suspiciousRatio = 200
  /// From here on a gzip file must show that it holds what its header says before memory is asked.
  private static let trusted = 64 << 20

  private let path: String
  private let file: InputFile
  private var inflater: Inflater?
  private let chunk: UnsafeMutableRawBufferPointer
  /// How many bytes were handed out.
  private(set) var position = 0

  /// Opens a file.
  init(path: String) throws(NiftiError) {
    let file = try InputFile(path: path)
    let inflater = NiftiName.isCompressed(path) ? Inflater() : nil
    self.path = path
    self.file = file
    self.inflater = inflater
    unsafe chunk = .allocate(byteCount: Self.chunkBytes, alignment: 64)
  }

  deinit { unsafe chunk.deallocate() }

  /// Whether the file is gzip.
  var isCompressed: Bool { inflater != nil }

  private mutating func fill(_ count: Int) throws(NiftiError) -> Int {
    let buffer = unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[..<count])
    let filled =
      if inflater != nil {
        try unsafe inflater?.read(file, into: buffer) ?? 0
      } else {
        try unsafe file.read(into: buffer)
      }
    position += filled
    return filled
  }

  /// Runs over the next bytes in chunks of whole voxels.
  ///
  /// - Parameters:
  ///   - count: How many bytes are wanted; a multiple of a voxel's size.
  ///   - body: Called with at most 512 KiB, a multiple of 32 bytes but for the last; false stops.
  /// - Returns: How many bytes there were; fewer than `count` only where the file ends, or where
  ///   `body` said so.
  /// - Throws: `readFailed`, or what `Inflater` throws.
  mutating func forEachChunk(
    of count: Int, _ body: (RawSpan) -> Bool
  ) throws(NiftiError) -> Int {
    var done = 0
    while done < count {
      let wanted = min(count - done, Self.chunkBytes)
      let filled = try fill(wanted)
      done += filled
      let goesOn = unsafe body(
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: chunk[..<filled])))
      if !goesOn || filled < wanted { break }
    }
    return done
  }

  /// The next bytes as an array; fewer only where the file ends.
  mutating func read(_ count: Int) throws(NiftiError) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try forEachChunk(of: count) { chunk in
      unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      return true
    }
    return bytes
  }

  /// Passes over bytes; fewer only where the file ends.
  mutating func skip(_ count: Int) throws(NiftiError) {
    _ = try forEachChunk(of: count) { _ in true }
  }

  /// Reads to the end of a compressed file, which is where its CRC and length are checked.
  ///
  /// - Throws: What the stream's end says, or `malformed` when far more follows than a header
  ///   announces.
  mutating func finish() throws(NiftiError) {
    guard isCompressed else { return }
    let extra = try forEachChunk(of: Self.tolerated) { _ in true }
    guard extra < Self.tolerated else {
      throw NiftiError(.malformed, "the file holds far more than its header announces")
    }
  }

  /// Makes sure that the file can hold bytes that a header announces, before memory is asked
  /// for them.
  ///
  /// - Parameter end: Where the announced bytes end, counted from the beginning of the content.
  /// - Throws: `truncated` when the file is too short.
  func checkHolds(_ end: Int) throws(NiftiError) {
    guard isCompressed else {
      guard file.size >= end else { throw Self.tooShort(file.size, of: end) }
      return
    }
    guard end / Self.largestRatio <= file.size else {
      throw NiftiError(.truncated, "the header announces more voxels than so small a file can hold")
    }
    guard end < Self.suspicious || end / Self.suspiciousRatio <= file.size else {
      throw NiftiError(
        .malformed, "the header announces over \(Self.suspiciousRatio) times the file's own size")
    }
    guard end > Self.trusted, UInt32(truncatingIfNeeded: end) != file.trailingLength() else {
      return
    }
    var whole = try ScanBytes(path: path)
    let count = try whole.forEachChunk(of: end) { _ in true }
    guard count == end else { throw Self.tooShort(count, of: end) }
  }

  /// What is said of content that ends too early.
  static func tooShort(_ count: Int, of end: Int) -> NiftiError {
    NiftiError(.truncated, "the voxels end at byte \(end), the content at byte \(count)")
  }
}
