/// The sums over pairs of voxels that non-local means makes for one box.
///
/// They have a rim as wide as the search, so that both ends of every pair lie inside.
struct PairTotals: ~Copyable {
  private let box: VoxelBox
  private let rim: SIMD3<Int>
  /// From a row and from a slice to the next, with the rim and spare lanes.
  private let rowStride: Int
  private let sliceStride: Int
  private let weights: UnsafeMutablePointer<Float>
  private let steps: UnsafeMutablePointer<Float>

  /// Reserves the totals of a box.
  init(box: VoxelBox, searchRadius: SIMD3<Int>) {
    self.box = box
    rim = searchRadius
    rowStride = box.x.count + 2 * rim.x + 8
    sliceStride = rowStride * (box.y.count + 2 * rim.y)
    let count = sliceStride * (box.z.count + 2 * rim.z) + PaddedVolume.spare
    weights = .allocate(capacity: 2 * count)
    weights.initialize(repeating: 0, count: 2 * count)
    steps = weights + count
  }

  deinit { weights.deallocate() }

  /// Whether a row of pairs has an end in the box.
  func wants(_ pairs: VoxelPairs, _ y: Int, _ z: Int) -> Bool {
    holds(y, z) || holds(y + pairs.shift.y, z + pairs.shift.z)
  }

  /// Where a row of pairs adds up.
  func row(_ pairs: VoxelPairs, _ y: Int, _ z: Int) -> PairRow {
    let ends = ends(pairs.x.lowerBound, y, z)
    return PairRow(
      weights: ends.weights, steps: ends.steps, opposite: distance(pairs.shift),
      count: pairs.x.count)
  }

  /// The totals from a voxel of the box or of its surroundings on: of the weights, and of weight ·
  /// (candidate - voxel).
  func ends(
    _ x: Int, _ y: Int, _ z: Int
  ) -> (weights: UnsafeMutablePointer<Float>, steps: UnsafeMutablePointer<Float>) {
    let here = place(x, y, z)
    return (weights + here, steps + here)
  }

  /// From the totals of a voxel to those of a shifted one.
  func distance(_ shift: SIMD3<Int>) -> Int {
    shift.z * sliceStride + shift.y * rowStride + shift.x
  }

  /// Ends each mean; a voxel counts for itself with the weight 1.
  func finish(
    _ image: PaddedVolume, averagesSquares: Bool, into output: inout MutableSpan<Float>
  ) {
    var target = 0
    for z in box.z {
      for y in box.y {
        let first = image.index(box.x.lowerBound, y, z)
        let row = place(box.x.lowerBound, y, z)
        for x in 0..<box.x.count {
          let voxel = image.voxels[first + x]
          let own = averagesSquares ? voxel * voxel : voxel
          output[target + x] = own + steps[row + x] / (weights[row + x] + 1)
        }
        target += box.x.count
      }
    }
  }

  private func holds(_ y: Int, _ z: Int) -> Bool { box.y.contains(y) && box.z.contains(z) }

  private func place(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (z - box.z.lowerBound + rim.z) * sliceStride + (y - box.y.lowerBound + rim.y) * rowStride
      + x - box.x.lowerBound + rim.x
  }
}

/// A row of pairs and the totals of their ends.
struct PairRow {
  /// Of the first ends.
  let weights: UnsafeMutablePointer<Float>
  /// Sums of weight · (candidate - voxel).
  let steps: UnsafeMutablePointer<Float>
  /// From the total of a pair's first end to that of its second.
  let opposite: Int
  /// Pairs in the row.
  let count: Int

  /// Which of eight lanes from a pair on are pairs of the row.
  @inline(__always) func holds(from first: Int) -> SIMDMask<SIMD8<Int32>> {
    FloatLanes(0, 1, 2, 3, 4, 5, 6, 7) .< FloatLanes(repeating: Float(count - first))
  }

  /// Adds eight weights and steps to the totals of both ends.
  @inline(__always) func add(_ weight: FloatLanes, _ step: FloatLanes, at first: Int) {
    weights.store(weights.lanes(at: first) + weight, at: first)
    steps.store(steps.lanes(at: first) + step, at: first)
    let other = first + opposite
    weights.store(weights.lanes(at: other) + weight, at: other)
    steps.store(steps.lanes(at: other) - step, at: other)
  }
}

extension SIMDMask<SIMD8<Int32>> {
  /// Whether any lane is set.
  @inline(__always) var hasAny: Bool {
    FloatLanes(repeating: 0).replacing(with: FloatLanes(repeating: -1), where: self).hasNegative
  }
}
