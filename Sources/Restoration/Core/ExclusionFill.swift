import VolumeModel

/// Replaces excluded voxels by a smooth continuation of their neighbours.
///
/// Pull: means of usable voxels over ever larger blocks, until every block has some. Push: back
/// down, each excluded voxel interpolated linearly between the blocks above it.
///
/// - Parameters:
///   - voxels: Values; those excluded are not read.
///   - dimensions: Voxel counts along x, y and z.
///   - excluded: 1 for each voxel to replace; at least one is 0.
///   - axes: Along which axes voxels are neighbours, of 0, 1 and 2.
/// - Returns: `voxels` with finite values at excluded places.
/// - SeeAlso: Gortler, Grzeszczuk, Szeliski and Cohen, SIGGRAPH 1996, pages 43–54 (pull-push).
func fillExcluded(
  _ voxels: [Float], _ dimensions: SIMD3<Int>, excluded: [UInt8], axes: [Int]
) -> [Float] {
  guard excluded.contains(where: { $0 != 0 }) else { return voxels }
  let factor = SIMD3<Int>(
    axes.contains(0) ? 2 : 1, axes.contains(1) ? 2 : 1, axes.contains(2) ? 2 : 1)
  let coarse = pull(voxels, dimensions, excluded, factor)
  let above = fillExcluded(coarse.voxels, coarse.dimensions, excluded: coarse.excluded, axes: axes)
  return push(above, coarse.dimensions, into: voxels, dimensions, excluded, factor)
}

private func pull(
  _ voxels: [Float], _ dimensions: SIMD3<Int>, _ excluded: [UInt8], _ factor: SIMD3<Int>
) -> (voxels: [Float], dimensions: SIMD3<Int>, excluded: [UInt8]) {
  let shape = (dimensions &+ factor &- 1) / factor
  var sums = [Float](repeating: 0, count: shape.x * shape.y * shape.z)
  var counts = sums
  for z in 0..<dimensions.z {
    for y in 0..<dimensions.y {
      let source = (z * dimensions.y + y) * dimensions.x
      let target = ((z / factor.z) * shape.y + y / factor.y) * shape.x
      for x in 0..<dimensions.x where excluded[source + x] == 0 {
        sums[target + x / factor.x] += voxels[source + x]
        counts[target + x / factor.x] += 1
      }
    }
  }
  for i in sums.indices where counts[i] > 0 { sums[i] /= counts[i] }
  return (sums, shape, counts.map { $0 == 0 ? 1 : 0 })
}

private func push(
  _ coarse: [Float], _ shape: SIMD3<Int>, into voxels: [Float], _ dimensions: SIMD3<Int>,
  _ excluded: [UInt8], _ factor: SIMD3<Int>
) -> [Float] {
  var filled = voxels
  for z in 0..<dimensions.z {
    let (z0, z1, wz) = between(z, factor.z, shape.z)
    for y in 0..<dimensions.y {
      let (y0, y1, wy) = between(y, factor.y, shape.y)
      let row = (z * dimensions.y + y) * dimensions.x
      for x in 0..<dimensions.x where excluded[row + x] != 0 {
        let (x0, x1, wx) = between(x, factor.x, shape.x)
        func line(_ z: Int, _ y: Int) -> Float {
          let base = (z * shape.y + y) * shape.x
          return coarse[base + x0] * (1 - wx) + coarse[base + x1] * wx
        }
        filled[row + x] =
          (line(z0, y0) * (1 - wy) + line(z0, y1) * wy) * (1 - wz)
          + (line(z1, y0) * (1 - wy) + line(z1, y1) * wy) * wz
      }
    }
  }
  return filled
}

/// The blocks before and after a voxel's centre, and how far it is towards the second.
private func between(_ index: Int, _ factor: Int, _ count: Int) -> (Int, Int, Float) {
  guard factor == 2 else { return (index, index, 0) }
  let block = index / 2
  let other = index % 2 == 0 ? block - 1 : block + 1
  // The centre of a voxel is a quarter of a block from the centre of its own block.
  return (block, min(max(other, 0), count - 1), 0.25)
}
