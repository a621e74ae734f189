import CZlib
import Dispatch

/// Writes gzip with all cores: one member, whose deflate stream is made of pieces.
///
/// Each piece is deflated alone and ends at a byte (`Z_SYNC_FLUSH`), so the pieces can be set one
/// after the other; their CRCs are combined. Every reader of gzip reads the result, which does
/// not depend on the number of cores.
///
/// - SeeAlso: pigz, whose scheme this is; RFC 1951 and 1952.
enum GzipWriter {
  /// The level of zlib; the voxels of a filtered image are mostly noise in their low bits, where
  /// more effort gains a few hundredths.
  static let level: Int32 = 1
  /// How many pieces are made before they are written: 32 MiB of `float32`.
  private static let batch = 32

  /// Writes all pieces.
  static func write(_ pieces: VoxelPieces, to file: borrowing OutputFile) throws(NiftiError) {
    // No name, no time: the same voxels give the same bytes.
    try file.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 3])
    var checksum = UInt(0)
    var length = 0
    for first in stride(from: 0, to: pieces.count, by: batch) {
      let deflated = deflate(pieces, first..<min(first + batch, pieces.count))
      for piece in deflated {
        guard let piece else { throw NiftiError(.writeFailed, "zlib ran out of memory") }
        checksum = crc32_combine(checksum, piece.checksum, piece.length)
        length += piece.length
        try file.write(piece.bytes)
      }
    }
    let trailer = [UInt32(truncatingIfNeeded: checksum), UInt32(truncatingIfNeeded: length)]
    try file.write(
      trailer.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
      })
  }

  private static func deflate(_ pieces: VoxelPieces, _ range: Range<Int>) -> [DeflatedPiece?] {
    var deflated = [DeflatedPiece?](repeating: nil, count: range.count)
    unsafe deflated.withUnsafeMutableBufferPointer { buffer in
      let slots = unsafe DeflatedSlots(buffer: buffer)
      DispatchQueue.concurrentPerform(iterations: range.count) { index in
        let piece = range.lowerBound + index
        let isLast = piece == pieces.count - 1
        // Each iteration fills its own slot.
        unsafe slots.buffer[index] = DeflatedPiece(pieces[piece], isLast: isLast)
      }
    }
    return deflated
  }
}

@unsafe private struct DeflatedSlots: @unchecked Sendable {
  let buffer: UnsafeMutableBufferPointer<DeflatedPiece?>
}

/// A piece of a deflate stream, with what the gzip trailer needs of it.
private struct DeflatedPiece: Sendable {
  /// The deflated bytes.
  let bytes: [UInt8]
  /// The CRC-32 of the bytes before.
  let checksum: UInt
  /// How many bytes there were before.
  let length: Int

  /// Deflates bytes; nil when zlib gets no memory.
  init?(_ source: [UInt8], isLast: Bool) {
    // On the heap, since zlib remembers where its stream lies.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    defer { unsafe stream.deallocate() }
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    // Minus 15: deflate without a header of its own; 8: zlib's usual memory.
    let status = unsafe deflateInit2_(
      stream, GzipWriter.level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    guard status == Z_OK else { return nil }
    defer { unsafe deflateEnd(stream) }
    guard let bytes = unsafe Self.run(stream, source, isLast: isLast) else { return nil }
    self.bytes = bytes
    checksum = unsafe source.withUnsafeBytes { input in
      unsafe crc32(0, input.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(input.count))
    }
    length = source.count
  }

  private static func run(
    _ stream: UnsafeMutablePointer<z_stream>, _ source: [UInt8], isLast: Bool
  ) -> [UInt8]? {
    // The bound is for a finished stream; a flushed one ends with five bytes more.
    let bound = unsafe Int(deflateBound(stream, UInt(source.count))) + 16
    var isDone = false
    let output = unsafe source.withUnsafeBytes { input in
      unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
        // zlib does not write to its input.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = buffer.baseAddress
        unsafe stream.pointee.avail_out = UInt32(bound)
        let status = unsafe CZlib.deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
        isDone = unsafe status == (isLast ? Z_STREAM_END : Z_OK) && stream.pointee.avail_in == 0
        count = unsafe bound - Int(stream.pointee.avail_out)
      }
    }
    return isDone ? output : nil
  }
}
