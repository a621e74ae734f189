/// The sums over pairs of voxels that non-local means of a slice makes for one box, from integers.
struct PlanarMeansTotals: ~Copyable {
  private let columns: Int
  private let rows: Int
  /// From a row to the next.
  private let width: Int
  private let steps: UnsafeMutablePointer<Int32>
  private let weights: UnsafeMutablePointer<Int32>
  private let allSteps: UnsafeMutablePointer<Float>
  private let allWeights: UnsafeMutablePointer<Float>

  /// Reserves the totals of a box's slice.
  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    width = (columns + 15) / 16 * 16
    let count = rows * width
    // No lanes cross from one line of the cache to the next.
    steps = UnsafeMutableRawPointer.allocate(byteCount: 8 * count, alignment: 64)
      .bindMemory(to: Int32.self, capacity: 2 * count)
    steps.initialize(repeating: 0, count: 2 * count)
    weights = steps + count
    allSteps = .allocate(capacity: 2 * count)
    allSteps.initialize(repeating: 0, count: 2 * count)
    allWeights = allSteps + count
  }

  deinit {
    UnsafeMutableRawPointer(steps).deallocate()
    allSteps.deallocate()
  }

  /// Begins anew.
  func clear() {
    steps.update(repeating: 0, count: 2 * rows * width)
    allSteps.update(repeating: 0, count: 2 * rows * width)
  }

  /// Adds the pairs of a row.
  func add(_ neighbours: PlanarMeansRows.Neighbours, row: Int) {
    PlanarMeansRows.add(
      neighbours, steps: steps + row * width, weights: weights + row * width, count: columns)
  }

  /// Moves what integers hold into floats.
  func empty() {
    let count = 2 * rows * width
    for i in 0..<count { allSteps[i] += Float(steps[i]) }
    steps.update(repeating: 0, count: count)
  }

  /// Ends the means of a row.
  ///
  /// - Parameters:
  ///   - row: Which row of the box.
  ///   - source: The image.
  ///   - first: Where the row begins there.
  ///   - scale: The integers.
  ///   - output: Receives the means.
  ///   - target: Where.
  func finish(
    row: Int, of source: PaddedVolume, from first: Int, scale: PlanarMeansScale,
    into output: inout MutableSpan<Float>, at target: Int
  ) {
    let full = Float(scale.full)
    for x in 0..<columns {
      let place = row * width + x
      output[target + x] =
        source.voxels[first + x] + scale.step * allSteps[place] / (allWeights[place] + full)
    }
  }
}
