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
    let strategy = DeflateStrategy.best(for: source)
    guard let bytes = deflated(source[...], strategy, flush: isLast ? Z_FINISH : Z_SYNC_FLUSH)
    else { return nil }
    self.bytes = bytes
    checksum = unsafe source.withUnsafeBytes { input in
      unsafe crc32(0, input.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(input.count))
    }
    length = source.count
  }
}

/// How zlib looks for repetitions.
private enum DeflateStrategy: Int32 {
  /// Anywhere in the last 32 KiB.
  case anywhere = 0
  /// Of single bytes only, with Huffman coding of the rest.
  case runs = 3

  /// The strategy for a piece, found by trying both on 32 KiB from its middle.
  ///
  /// The low bits of filtered voxels are noise: looking for repetitions in them takes three times
  /// as long and gains nothing. Values that were only moved about or cut do repeat.
  static func best(for source: [UInt8]) -> DeflateStrategy {
    let sampleBytes = 32 << 10
    let first = max((source.count - sampleBytes) / 2, 0)
    let sample = source[first..<min(first + sampleBytes, source.count)]
    guard let runs = deflated(sample, .runs, flush: Z_FINISH)?.count,
      let anywhere = deflated(sample, .anywhere, flush: Z_FINISH)?.count
    else { return .anywhere }
    return Double(runs) < 1.05 * Double(anywhere) ? .runs : .anywhere
  }
}

/// Deflates bytes without a header of deflate's own; nil when zlib gets no memory.
private func deflated(
  _ source: ArraySlice<UInt8>, _ strategy: DeflateStrategy, flush: Int32
) -> [UInt8]? {
  // On the heap, since zlib remembers where its stream lies.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  unsafe stream.initialize(to: z_stream())
  defer { unsafe stream.deallocate() }
  let size = unsafe Int32(MemoryLayout<z_stream>.size)
  // Level 1: higher ones gain a few hundredths. 8: zlib's usual memory.
  let status = unsafe deflateInit2_(
    stream, 1, Z_DEFLATED, -15, 8, strategy.rawValue, ZLIB_VERSION, size)
  guard status == Z_OK else { return nil }
  defer { unsafe deflateEnd(stream) }
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
      let status = unsafe deflate(stream, flush)
      isDone =
        unsafe status == (flush == Z_FINISH ? Z_STREAM_END : Z_OK) && stream.pointee.avail_in == 0
      count = unsafe bound - Int(stream.pointee.avail_out)
    }
  }
  return isDone ? output : nil
}
