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
    let columns = (0..<size.x).map { mirrored($0 - rim.x, count: dimensions.x) }
    voxels = [Float](unsafeUninitializedCapacity: size.x * size.y * size.z + 8) { padded, count in
      var target = 0
      for z in 0..<size.z {
        let slice = mirrored(z - rim.z, count: dimensions.z) * dimensions.y
        for y in 0..<size.y {
          let row = (slice + mirrored(y - rim.y, count: dimensions.y)) * dimensions.x
          for x in 0..<size.x { padded[target + x] = source[row + columns[x]] }
          target += size.x
        }
      }
      for spare in 0..<8 { padded[target + spare] = 0 }
      count = target + 8
    }
  }

  /// The position in `voxels` of the voxel at (x, y, z) of the volume without the rim.
  package func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (z + rim.z) * sliceStride + (y + rim.y) * rowStride + x + rim.x
  }
}

/// Which voxel stands at an index that may lie outside `0..<count`, mirrored between voxels.
package func mirrored(_ index: Int, count: Int) -> Int {
  let period = 2 * count
  let folded = ((index % period) + period) % period
  return folded < count ? folded : period - 1 - folded
}
