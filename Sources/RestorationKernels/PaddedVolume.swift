/// A volume with a rim of mirrored voxels, so that a window fits at every voxel.
///
/// The mirror lies between voxels (`d c b a | a b c d | d c b a`): SciPy's `reflect`, half-sample
/// symmetry. A rim wider than the volume goes on mirroring.
package struct PaddedVolume: Sendable {
  /// Voxel counts along x, y and z without the rim.
  package let dimensions: SIMD3<Int>
  /// The width of the rim along x, y and z.
  package let rim: SIMD3<Int>
  /// Voxels with the rim, x fastest, and eight zeros more, so that lanes may read past the end.
  package let voxels: [Float]
  /// From a row to the next.
  package let rowStride: Int
  /// From a slice to the next.
  package let sliceStride: Int

  /// Pads voxels.
  package init(_ source: [Float], dimensions: SIMD3<Int>, rim: SIMD3<Int>) {
    self.dimensions = dimensions
    self.rim = rim
    let size = dimensions &+ rim &+ rim
    rowStride = size.x
    sliceStride = size.x * size.y
    let rowStride = rowStride
    voxels = [Float](unsafeUninitializedCapacity: size.x * size.y * size.z + 8) { padded, count in
      source.withUnsafeBufferPointer { source in
        guard let target = padded.baseAddress, let source = source.baseAddress else { return }
        for row in 0..<(size.y * size.z) {
          let slice = mirrored(row / size.y - rim.z, count: dimensions.z) * dimensions.y
          let line = slice + mirrored(row % size.y - rim.y, count: dimensions.y)
          pad(
            source + line * dimensions.x, count: dimensions.x, rim: rim.x,
            into: target + row * rowStride)
        }
        count = size.x * size.y * size.z + 8
        (target + count - 8).initialize(repeating: 0, count: 8)
      }
    }
  }

  /// The position in `voxels` of the voxel at (x, y, z) of the volume without the rim.
  package func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (z + rim.z) * sliceStride + (y + rim.y) * rowStride + x + rim.x
  }
}

/// Copies a row and mirrors it at both ends.
private func pad(
  _ row: UnsafePointer<Float>, count: Int, rim: Int, into target: UnsafeMutablePointer<Float>
) {
  (target + rim).initialize(from: row, count: count)
  for x in 0..<rim {
    target[x] = row[mirrored(x - rim, count: count)]
    target[rim + count + x] = row[mirrored(count + x, count: count)]
  }
}

/// Which voxel stands at an index that may lie outside `0..<count`, mirrored between voxels.
package func mirrored(_ index: Int, count: Int) -> Int {
  let period = 2 * count
  let folded = ((index % period) + period) % period
  return folded < count ? folded : period - 1 - folded
}
