/// One level of the Haar transform at every shift, whose details are shrunk block by block.
///
/// A block is two samples along each axis, `step` apart; there is one at every place, so that each
/// sample lies in four blocks of a plane, in eight of a volume. The sum of a block is its
/// approximation; the other signed sums are its details: one that rises along each axis, and the rest
/// that rise along several. A detail is multiplied by a factor that compares the squares of its kind,
/// over the blocks around in its slice (5 by 5 in a plane, 3 by 3 in a volume), with what noise gives:
///
///     E = Σ detail² over the blocks around,  N = what noise gives,   factor = max(E - N, 0) / E
///
/// A sample of the result is the mean of what its blocks make of it.
///
/// - SeeAlso: Coifman and Donoho, Lecture Notes in Statistics 103:125–150, 1995 (all shifts);
///   Mıhçak, Kozintsev, Ramchandran and Moulin, IEEE Signal Processing Letters 6(12):300–303, 1999
///   (local Wiener factors).
package struct BlockShrinkage: Sendable {
  /// Samples along x, y and z.
  package let dimensions: SIMD3<Int>
  /// Blocks along x, y and z: those that hold a sample.
  package let blocks: SIMD3<Int>
  /// How far the samples of a block are apart.
  let step: Int
  /// Whether blocks reach across slices.
  let isVolume: Bool
  /// One over the sum of squares that noise alone gives in one kind of detail of all blocks around
  /// one; finite and not zero.
  let inverseNoise: Float
  /// Blocks on each side along x and y whose details are looked at together.
  var reach: Int { isVolume ? 1 : 2 }
  /// Rows that samples are split into along y and z.
  var channels: Int { isVolume ? 4 : 2 }
  /// What a block is split into: its sum and its details.
  var parts: Int { 2 * channels }
  /// Kinds of details: one for each axis, and the rest.
  var kinds: Int { isVolume ? 4 : 3 }
  /// The most samples of a row that are worked on together: their blocks stay in the first cache.
  static let columns = 176
  /// Elements of a part of a row of blocks with what lanes read beyond its end.
  let stride: Int
  /// Which samples stand before the first and behind the last one of a row.
  let ends: (before: [Int], after: [Int])
  /// Elements from a row to the next, of each of what a level reads and writes.
  var pitches: (samples: Int, below: Int, output: Int)

  /// Plans a level.
  ///
  /// - Parameters:
  ///   - dimensions: Samples along x, y and z.
  ///   - level: 0 for the finest.
  ///   - isVolume: Whether blocks reach across slices.
  ///   - variance: What is taken for noise in the samples of this level.
  package init(dimensions: SIMD3<Int>, level: Int, isVolume: Bool, variance: Double) {
    precondition(dimensions.min() > 0 && level >= 0, "a level of something")
    self.dimensions = dimensions
    self.isVolume = isVolume
    step = 1 << level
    blocks = dimensions &+ SIMD3(step, step, isVolume ? step : 0)
    // Of a tile each level makes a step less one more than the finest.
    stride = (min(dimensions.x, Self.columns + step - 1) + 2 * step + 4 + 2 * 15) & ~15
    pitches = (dimensions.x, blocks.x, dimensions.x)
    let step = step
    ends = (
      before: (0..<step).map { mirrored($0 - step, count: dimensions.x) },
      after: (0..<step).map { mirrored(dimensions.x + $0, count: dimensions.x) }
    )
    inverseNoise = Float(1 / min(max(isVolume ? 9 * 8 * variance : 25 * 4 * variance, 1e-36), 1e36))
  }

  /// Rows of samples: two along y, then the same a step further along z.
  typealias Rows = (
    UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
  )

  /// Which of so many samples stands at a place before or behind them.
  @inline(__always) func source(_ place: Int, _ count: Int) -> Int {
    place >= 0 && place < count ? place : mirrored(place, count: count)
  }

  /// Mirrors both ends of a row that begins `step` elements before its first sample.
  private func mirrorEnds(_ row: UnsafeMutablePointer<Float>) {
    for k in 0..<step {
      row[k] = row[step + ends.before[k]]
      row[step + dimensions.x + k] = row[step + ends.after[k]]
    }
  }

  /// The rows of samples that the rows of blocks `j` in slice `i` of blocks are made of.
  func rows(_ samples: UnsafePointer<Float>, _ j: Int, _ i: Int) -> Rows {
    let (width, height, depth) = (pitches.samples, dimensions.y, dimensions.z)
    let (before, own) = (source(j - step, height) * width, source(j, height) * width)
    let slice = samples + source(i, depth) * height * width
    let previous = isVolume ? samples + source(i - step, depth) * height * width : slice
    return (previous + before, previous + own, slice + before, slice + own)
  }
}

// MARK: Approximation

extension BlockShrinkage {
  /// Makes rows of the approximation: the mean of each block.
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - rows: Which rows of blocks.
  ///   - i: In which slice of blocks.
  ///   - output: On `blocks`, all of it.
  package func approximate(
    _ samples: UnsafePointer<Float>, rows: Range<Int>, slice i: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let row = UnsafeMutablePointer<Float>.allocate(capacity: dimensions.x + 2 * step)
    defer { row.deallocate() }
    let (count, first) = (dimensions.x, row + step)
    let scale: Float = isVolume ? 1 / 8 : 1 / 4
    for j in rows {
      let (a, b, c, d) = self.rows(samples, j, i)
      if isVolume {
        for x in 0..<count { first[x] = ((a[x] + c[x]) + (b[x] + d[x])) * scale }
      } else {
        for x in 0..<count { first[x] = (a[x] + b[x]) * scale }
      }
      mirrorEnds(row)
      let target = output + (i * blocks.y + j) * blocks.x
      for k in 0..<blocks.x { target[k] = row[k] + row[k + step] }
    }
  }
}
