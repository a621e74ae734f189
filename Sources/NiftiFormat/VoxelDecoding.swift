import VolumeModel

/// Turns stored voxels into `Float`, chunk by chunk.
///
/// Without a rescale each value is the nearest `Float`, and `float32` keeps its bits; with one the
/// map is computed in `Double` and rounded once.
struct VoxelDecoder {
  private let type: StoredType
  private let isSwapped: Bool
  private let rescale: Rescale?

  /// A decoder for the voxels that a header describes; their type must be readable.
  init(_ header: NiftiHeader) {
    type = header.storedType
    isSwapped = header.isBigEndian != (1.bigEndian == 1)
    rescale = header.rescale
  }

  /// Reads voxels and shows every chunk of stored bytes to `watch`.
  ///
  /// - Throws: `truncated` when the file ends first.
  func read(
    _ count: Int, from source: inout ScanBytes, watch: (RawSpan) -> Void
  ) throws(NiftiError) -> [Float] {
    let bytes = count * type.bitsPerVoxel / 8
    var failure: NiftiError?
    let start = source.position
    let values = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(NiftiError) {
        let found = try source.forEachChunk(of: bytes) { chunk in
          watch(chunk)
          unsafe chunk.withUnsafeBytes { stored in
            let values = unsafe UnsafeMutableBufferPointer(rebasing: buffer[initialized...])
            unsafe initialized += decode(stored, into: values)
          }
          return true
        }
        if found < bytes { failure = ScanBytes.tooShort(start + found, of: start + bytes) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  /// Decodes as many voxels as there are whole ones, and says how many.
  private func decode(
    _ stored: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    switch type {
    case .uint8: unsafe decode(UInt8.self, stored, values)
    case .int8: unsafe decode(Int8.self, stored, values)
    case .int16: unsafe decode(Int16.self, stored, values)
    case .uint16: unsafe decode(UInt16.self, stored, values)
    case .int32: unsafe decode(Int32.self, stored, values)
    case .uint32: unsafe decode(UInt32.self, stored, values)
    case .int64: unsafe decode(Int64.self, stored, values)
    case .uint64: unsafe decode(UInt64.self, stored, values)
    case .float64: unsafe decode(Double.self, stored, values)
    default: unsafe decode(Float.self, stored, values)
    }
  }

  /// The loops for one stored type; inlined, so that each case above gets its own vector code.
  ///
  /// `stored` is aligned to 64 bytes, being the start of the chunk buffer.
  @inline(__always)
  private func decode<Stored: StoredVoxel>(
    _: Stored.Type, _ stored: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let count = min(stored.count / MemoryLayout<Stored>.size, values.count)
    guard count > 0, let to = values.baseAddress, let start = stored.baseAddress else { return 0 }
    let from = unsafe start.assumingMemoryBound(to: Stored.self)
    switch (rescale, isSwapped) {
    case (nil, false): for i in 0..<count { unsafe to[i] = from[i].float }
    case (nil, true): for i in 0..<count { unsafe to[i] = from[i].swapped.float }
    case (let map?, false):
      let (slope, intercept) = (map.slope, map.intercept)
      for i in 0..<count { unsafe to[i] = Float(from[i].double * slope + intercept) }
    case (let map?, true):
      let (slope, intercept) = (map.slope, map.intercept)
      for i in 0..<count { unsafe to[i] = Float(from[i].swapped.double * slope + intercept) }
    }
    return count
  }
}

/// A number as a file stores it.
///
/// Says for each concrete type what generic code would do by way of protocol witnesses.
private protocol StoredVoxel: BitwiseCopyable {
  /// The nearest `Float`.
  var float: Float { get }
  /// The nearest `Double`.
  var double: Double { get }
  /// The number of the same bytes in the other order.
  var swapped: Self { get }
}

extension UInt8: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: UInt8 { self }
}

extension Int8: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: Int8 { self }
}

extension Int16: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: Int16 { byteSwapped }
}

extension UInt16: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: UInt16 { byteSwapped }
}

extension Int32: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: Int32 { byteSwapped }
}

extension UInt32: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: UInt32 { byteSwapped }
}

extension Int64: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: Int64 { byteSwapped }
}

extension UInt64: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: UInt64 { byteSwapped }
}

extension Float: StoredVoxel {
  fileprivate var float: Float { self }
  fileprivate var double: Double { Double(self) }
  fileprivate var swapped: Float { Float(bitPattern: bitPattern.byteSwapped) }
}

extension Double: StoredVoxel {
  fileprivate var float: Float { Float(self) }
  fileprivate var double: Double { self }
  fileprivate var swapped: Double { Double(bitPattern: bitPattern.byteSwapped) }
}
