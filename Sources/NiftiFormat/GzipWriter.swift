import CIsal
import Dispatch

/// Writes gzip with all cores: one member, whose deflate stream is made of pieces.
///
/// Each piece is deflated alone and ends at a byte (a sync flush), so the pieces can be set one
/// after the other. Every reader of gzip reads the result, which does not depend on the number of
/// cores; ISA-L cuts the stream by the processor's abilities, so other machines may write other
/// bytes for the same voxels.
///
/// - SeeAlso: pigz, whose scheme this is; RFC 1951 and 1952.
enum GzipWriter {
  /// How many pieces are made before they are written: 16 MiB of `float32`.
  private static let batch = 16

  /// Writes all pieces.
  static func write(_ pieces: VoxelPieces, to file: borrowing OutputFile) throws(NiftiError) {
    // No name, no time: the same voxels give the same bytes again.
    try file.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 3])
    var checksum = UInt32(0)
    var length = 0
    for first in stride(from: 0, to: pieces.count, by: batch) {
      let deflated = deflate(pieces, first..<min(first + batch, pieces.count))
      for piece in deflated {
        guard let bytes = piece?.bytes else {
          throw NiftiError(.writeFailed, "the voxels cannot be deflated")
        }
        // A fortieth of the deflating: not worth computing apart and putting together.
        checksum =
          unsafe piece?.source.withUnsafeBytes { source in
            unsafe crc32_gzip_refl(
              checksum, source.baseAddress?.assumingMemoryBound(to: UInt8.self),
              UInt64(source.count))
          } ?? checksum
        length += piece?.source.count ?? 0
        try file.write(bytes)
      }
    }
    let trailer = [checksum, UInt32(truncatingIfNeeded: length)]
    try file.write(
      trailer.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
      })
  }

  private static func deflate(_ pieces: VoxelPieces, _ range: Range<Int>) -> [DeflatedPiece?] {
    // A small scan is a header and one piece more, and needs no second thread.
    if range.upperBound <= 2 {
      return range.map { DeflatedPiece(pieces[$0], isLast: $0 == pieces.count - 1) }
    }
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

/// A piece of a deflate stream, with the bytes that it stands for.
private struct DeflatedPiece: Sendable {
  /// The bytes as they were.
  let source: [UInt8]
  /// The deflated bytes; nil when ISA-L could not make them.
  let bytes: [UInt8]?

  init(_ source: [UInt8], isLast: Bool) {
    self.source = source
    // Stored blocks add five bytes to 64 KiB; only blocks that ISA-L cuts short add more.
    let capacity = source.count + source.count / 16 + 4096
    bytes =
      deflated(source, isLast: isLast, capacity: capacity)
      ?? deflated(source, isLast: isLast, capacity: 2 * capacity)
  }
}

/// Deflates bytes without a header of deflate's own; nil when they do not fit.
///
/// ISA-L's level 1: on filtered voxels as small as zlib's level 1, in a tenth of its time.
private func deflated(_ source: [UInt8], isLast: Bool, capacity: Int) -> [UInt8]? {
  // On the heap: the stream is larger than 200 KiB, and ISA-L remembers where it lies.
  let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
  defer { unsafe stream.deallocate() }
  let work = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(cisal_level1_bytes))
  defer { unsafe work.deallocate() }
  unsafe isal_deflate_init(stream)
  unsafe stream.pointee.level = 1
  unsafe stream.pointee.level_buf = work
  unsafe stream.pointee.level_buf_size = cisal_level1_bytes
  unsafe stream.pointee.end_of_stream = isLast ? 1 : 0
  unsafe stream.pointee.flush = UInt16(isLast ? NO_FLUSH : SYNC_FLUSH)
  var isDone = false
  let output = unsafe source.withUnsafeBytes { input in
    unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      // ISA-L does not write to its input.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(input.count)
      unsafe stream.pointee.next_out = buffer.baseAddress
      unsafe stream.pointee.avail_out = UInt32(capacity)
      let status = unsafe isal_deflate(stream)
      // Room that is left over says that nothing waits inside to be written.
      isDone =
        unsafe status == COMP_OK && stream.pointee.avail_in == 0 && stream.pointee.avail_out > 0
      count = unsafe capacity - Int(stream.pointee.avail_out)
    }
  }
  return isDone ? output : nil
}
