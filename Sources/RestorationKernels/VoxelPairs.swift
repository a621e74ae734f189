/// The voxels of a volume that make a pair with their shifted selves, one of the two in a box.
struct VoxelPairs {
  let x: Range<Int>
  let y: Range<Int>
  let z: Range<Int>
  let shift: SIMD3<Int>

  init?(box: VoxelBox, shift: SIMD3<Int>, dimensions: SIMD3<Int>) {
    func side(_ range: Range<Int>, _ axis: Int) -> Range<Int>? {
      let lower = max(range.lowerBound - max(shift[axis], 0), 0, -shift[axis])
      let upper = min(
        range.upperBound - min(shift[axis], 0), dimensions[axis], dimensions[axis] - shift[axis])
      return lower < upper ? lower..<upper : nil
    }
    guard let x = side(box.x, 0), let y = side(box.y, 1), let z = side(box.z, 2) else {
      return nil
    }
    self.x = x
    self.y = y
    self.z = z
    self.shift = shift
  }
}
