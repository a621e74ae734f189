import VolumeModel

/// Replaces excluded voxels by a smooth continuation of their neighbours, some slices at a time.
///
/// Pull: means of usable voxels over ever larger blocks, until every block has some. Push: back
/// down, each excluded voxel interpolated linearly between the blocks above it. Only the blocks are
/// held, an eighth of a volume.
///
/// - SeeAlso: Gortler, Grzeszczuk, Szeliski and Cohen, SIGGRAPH 1996, pages 43–54 (pull-push).
struct ExclusionFill: Sendable {
  private let voxels: [Float]
  private let dimensions: SIMD3<Int>
  private let excluded: [UInt8]
  private let factor: SIMD3<Int>
  /// The blocks above, all of them filled; none where nothing is excluded.
  private let blocks: (voxels: [Float], dimensions: SIMD3<Int>)?

  /// Makes the blocks.
  ///
  /// - Parameters:
  ///   - voxels: Values; those excluded are not read.
  ///   - dimensions: Voxel counts along x, y and z.
  ///   - excluded: 1 for each voxel to replace; at least one is 0.
  ///   - axes: Along which axes voxels are neighbours, of 0, 1 and 2.
  init(_ voxels: [Float], _ dimensions: SIMD3<Int>, excluded: [UInt8], axes: [Int]) {
    self.voxels = voxels
    self.dimensions = dimensions
    self.excluded = excluded
    factor = SIMD3<Int>(
      axes.contains(0) ? 2 : 1, axes.contains(1) ? 2 : 1, axes.contains(2) ? 2 : 1)
    guard excluded.contains(where: { $0 != 0 }) else {
      blocks = nil
      return
    }
    let coarse = pull(voxels, dimensions, excluded, factor)
    let above = ExclusionFill(
      coarse.voxels, coarse.dimensions, excluded: coarse.excluded, axes: axes)
    blocks = (above.filled(), coarse.dimensions)
  }

  /// All voxels, with finite values at excluded places.
  func filled() -> [Float] { filled(slices: 0..<dimensions.z) }

  /// The voxels of some slices.
  func filled(slices: Range<Int>) -> [Float] {
    let plane = dimensions.x * dimensions.y
    let range = (slices.lowerBound * plane)..<(slices.upperBound * plane)
    guard let blocks else { return range.count == voxels.count ? voxels : Array(voxels[range]) }
    var filled = Array(voxels[range])
    let shares = slabs(of: slices.count)
    let parts = shares.map { ($0.lowerBound * plane)..<($0.upperBound * plane) }
    fillConcurrently(&filled, parts: parts) { part, filled in
      for (position, z) in shares[part].enumerated() {
        push(blocks.voxels, blocks.dimensions, slices.lowerBound + z, into: &filled, at: position)
      }
    }
    return filled
  }

  /// Interpolates the excluded voxels of slice z, whose place is that of a slice of `filled`.
  private func push(
    _ coarse: [Float], _ shape: SIMD3<Int>, _ z: Int, into filled: inout MutableSpan<Float>,
    at position: Int
  ) {
    let (z0, z1, wz) = between(z, factor.z, shape.z)
    for y in 0..<dimensions.y {
      let (y0, y1, wy) = between(y, factor.y, shape.y)
      let source = (z * dimensions.y + y) * dimensions.x
      let target = (position * dimensions.y + y) * dimensions.x
      for x in 0..<dimensions.x where excluded[source + x] != 0 {
        let (x0, x1, wx) = between(x, factor.x, shape.x)
        func line(_ z: Int, _ y: Int) -> Float {
          let base = (z * shape.y + y) * shape.x
          return coarse[base + x0] * (1 - wx) + coarse[base + x1] * wx
        }
        filled[target + x] =
          (line(z0, y0) * (1 - wy) + line(z0, y1) * wy) * (1 - wz)
          + (line(z1, y0) * (1 - wy) + line(z1, y1) * wy) * wz
      }
    }
  }
}

private func pull(
  _ voxels: [Float], _ dimensions: SIMD3<Int>, _ excluded: [UInt8], _ factor: SIMD3<Int>
) -> (voxels: [Float], dimensions: SIMD3<Int>, excluded: [UInt8]) {
  let shape = (dimensions &+ factor &- 1) / factor
  let plane = shape.x * shape.y
  var sums = [Float](repeating: 0, count: plane * shape.z)
  let slices = slabs(of: shape.z)
  let parts = slices.map { ($0.lowerBound * plane)..<($0.upperBound * plane) }
  let empty = fillSummarising(&sums, parts: parts) { part, sums in
    pull(voxels, dimensions, excluded, factor, into: &sums, slices[part], shape)
  }
  return (sums, shape, Array(empty.joined()))
}

/// Fills blocks of some slices with the means of their usable voxels.
///
/// - Returns: 1 for each block that has none.
private func pull(
  _ voxels: [Float], _ dimensions: SIMD3<Int>, _ excluded: [UInt8], _ factor: SIMD3<Int>,
  into sums: inout MutableSpan<Float>, _ slices: Range<Int>, _ shape: SIMD3<Int>
) -> [UInt8] {
  var counts = [Float](repeating: 0, count: sums.count)
  for z in (slices.lowerBound * factor.z)..<min(slices.upperBound * factor.z, dimensions.z) {
    for y in 0..<dimensions.y {
      let source = (z * dimensions.y + y) * dimensions.x
      let target = ((z / factor.z - slices.lowerBound) * shape.y + y / factor.y) * shape.x
      for x in 0..<dimensions.x where excluded[source + x] == 0 {
        sums[target + x / factor.x] += voxels[source + x]
        counts[target + x / factor.x] += 1
      }
    }
  }
  for i in 0..<sums.count where counts[i] > 0 { sums[i] /= counts[i] }
  return counts.map { $0 == 0 ? 1 : 0 }
}

/// The blocks before and after a voxel's centre, and how far it is towards the second.
private func between(_ index: Int, _ factor: Int, _ count: Int) -> (Int, Int, Float) {
  guard factor == 2 else { return (index, index, 0) }
  let block = index / 2
  let other = index % 2 == 0 ? block - 1 : block + 1
  // The centre of a voxel is a quarter of a block from the centre of its own block.
  return (block, min(max(other, 0), count - 1), 0.25)
}
