/// The sums over pairs of voxels that non-local means makes for one box.
struct PairTotals: ~Copyable {
  /// A row of weights, one a pair.
  let weights: UnsafeMutablePointer<Float>
  /// A row of weight · (candidate - voxel).
  let steps: UnsafeMutablePointer<Float>
  private let box: VoxelBox
  /// From a row of the totals to the next, with spare lanes.
  private let width: Int
  private let weightTotals: UnsafeMutablePointer<Float>
  private let stepTotals: UnsafeMutablePointer<Float>

  /// Reserves the totals of a box and rows for its pairs.
  init(box: VoxelBox, searchRadius: SIMD3<Int>) {
    self.box = box
    width = box.x.count + 8
    let row = box.x.count + searchRadius.x + 16
    let count = width * box.y.count * box.z.count
    weights = .allocate(capacity: 2 * row + 2 * count)
    weights.initialize(repeating: 0, count: 2 * row + 2 * count)
    steps = weights + row
    weightTotals = steps + row
    stepTotals = weightTotals + count
  }

  deinit { weights.deallocate() }

  /// Whether a row of pairs has an end in the box.
  func wants(_ pairs: VoxelPairs, _ y: Int, _ z: Int) -> Bool {
    holds(y, z) || holds(y + pairs.shift.y, z + pairs.shift.z)
  }

  /// Adds the row of weights and steps to the totals of both ends of its pairs.
  ///
  /// `validity` holds 1 for ends that count, else 0.
  func add(
    _ pairs: VoxelPairs, _ y: Int, _ z: Int,
    validity: (UnsafePointer<Float>, UnsafePointer<Float>)?
  ) {
    let count = pairs.x.count
    if let validity { PatchRows.discount(weights, steps, validity: validity, count: count) }
    for spare in count..<(count + 8) {  // What lanes read behind the row adds nothing.
      weights[spare] = 0
      steps[spare] = 0
    }
    let shift = pairs.shift
    add(pairs.x, y, z, opposite: false)
    add(
      (pairs.x.lowerBound + shift.x)..<(pairs.x.upperBound + shift.x), y + shift.y, z + shift.z,
      opposite: true)
  }

  /// Ends each mean; a voxel counts for itself with the weight 1.
  func finish(
    _ image: PaddedVolume, averagesSquares: Bool, into output: inout MutableSpan<Float>
  ) {
    var (target, row) = (0, 0)
    for z in box.z {
      for y in box.y {
        let first = image.index(box.x.lowerBound, y, z)
        for x in 0..<box.x.count {
          let voxel = image.voxels[first + x]
          let own = averagesSquares ? voxel * voxel : voxel
          output[target + x] = own + stepTotals[row + x] / (weightTotals[row + x] + 1)
        }
        target += box.x.count
        row += width
      }
    }
  }

  private func holds(_ y: Int, _ z: Int) -> Bool { box.y.contains(y) && box.z.contains(z) }

  /// Adds the row, whose first weight belongs to `x.lowerBound`, where it lies in the box.
  private func add(_ x: Range<Int>, _ y: Int, _ z: Int, opposite: Bool) {
    let inside = x.clamped(to: box.x)
    guard holds(y, z), !inside.isEmpty else { return }
    let source = inside.lowerBound - x.lowerBound
    let row = (z - box.z.lowerBound) * box.y.count + y - box.y.lowerBound
    let target = row * width + inside.lowerBound - box.x.lowerBound
    PatchRows.accumulate(
      weights + source, steps + source, opposite: opposite, weightTotals: weightTotals + target,
      stepTotals: stepTotals + target, count: inside.count)
  }
}
