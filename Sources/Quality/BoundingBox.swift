import VolumeModel

/// The smallest box that holds all voxels of two masks.
struct BoundingBox {
  private var lower: SIMD3<Int>
  private var upper = SIMD3(repeating: -1)

  /// Finds the box; it has no voxel when both masks are empty.
  init(of a: Mask, _ b: Mask) {
    lower = a.dimensions
    for z in 0..<a.dimensions.z {
      for y in 0..<a.dimensions.y {
        let row = (z * a.dimensions.y + y) * a.dimensions.x
        let columns = row..<row + a.dimensions.x
        guard let first = columns.first(where: { a.bits[$0] | b.bits[$0] != 0 }),
          let last = columns.last(where: { a.bits[$0] | b.bits[$0] != 0 })
        else { continue }
        for corner in [SIMD3(first - row, y, z), SIMD3(last - row, y, z)] {
          lower = corner.replacing(with: lower, where: lower .< corner)
          upper = corner.replacing(with: upper, where: upper .> corner)
        }
      }
    }
  }

  /// The part of a mask inside the box.
  func crop(_ mask: Mask) -> Mask {
    let counts = upper &- lower &+ 1
    var bits: [UInt8] = []
    bits.reserveCapacity(counts.x * counts.y * counts.z)
    for z in lower.z...upper.z {
      for y in lower.y...upper.y {
        let row = (z * mask.dimensions.y + y) * mask.dimensions.x
        bits += mask.bits[row + lower.x...row + upper.x]
      }
    }
    return Mask(dimensions: counts, bits: bits)
  }
}
