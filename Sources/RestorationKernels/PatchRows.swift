/// Row kernels of non-local means; each may write up to seven values behind `count`.
enum PatchRows {
  /// `(a - b)²`.
  static func squareDifferences(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in stride(from: 0, to: count, by: 8) {
      let difference = a.lanes(at: i) - b.lanes(at: i)
      output.store(difference * difference, at: i)
    }
  }

  /// Sums of `taps` values that lie `step` apart: a box sum along x, y or z.
  ///
  /// Summed afresh at every voxel: a running sum is no faster on lanes, and would drift.
  static func sum(
    _ source: UnsafePointer<Float>, step: Int, taps: Int,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    @inline(__always) func sweep(_ taps: Int) {
      for i in stride(from: 0, to: count, by: 8) {
        output.store(boxSum(source, at: i, step: step, taps: taps), at: i)
      }
    }
    switch taps {  // Counts known to the compiler become straight code.
    case 3: sweep(3)
    case 5: sweep(5)
    case 7: sweep(7)
    default: sweep(taps)
    }
  }

  /// The same along y for all rows at once: four rows of sums share most of what they add.
  ///
  /// `source` holds `rows + taps - 1` rows that lie `step` apart, `output` gets `rows` of them.
  static func sumColumns(
    _ source: UnsafePointer<Float>, step: Int, taps: Int,
    into output: UnsafeMutablePointer<Float>, rows: Int, count: Int
  ) {
    @inline(__always) func sweep(_ taps: Int, _ y: Int) {
      let (source, output) = (source + y * step, output + y * step)
      for i in stride(from: 0, to: count, by: 8) {
        @inline(__always) func row(_ y: Int) -> FloatLanes { source.lanes(at: y * step + i) }
        let shared = boxSum(source, at: 3 * step + i, step: step, taps: taps - 3)
        let (above, below) = (row(1) + row(2), row(taps) + row(taps + 1))
        output.store(row(0) + above + shared, at: i)
        output.store(above + shared + row(taps), at: step + i)
        output.store(row(2) + shared + below, at: 2 * step + i)
        output.store(shared + below + row(taps + 2), at: 3 * step + i)
      }
    }
    var y = 0
    while taps > 3, y + 4 <= rows {
      if taps == 7 { sweep(7, y) } else { sweep(taps, y) }
      y += 4
    }
    while y < rows {
      sum(source + y * step, step: step, taps: taps, into: output + y * step, count: count)
      y += 1
    }
  }

  /// Weighs pairs by their patch distances and adds them to the totals of their ends.
  ///
  /// `source` holds sums of squared differences that lack their last box sum, over `taps` values
  /// `step` apart; `scale` is 1 / (voxels of a patch · h²) and `floor` the noise floor / h². The
  /// steps are weight · (candidate - voxel), or the same of their squares. Where `validity`, 0 or 1,
  /// says that a voxel has no meaning, the pair counts for nothing.
  static func weigh(
    _ source: UnsafePointer<Float>, step: Int, taps: Int, scale: Float, floor: Float,
    likeness: PatchLikeness, pair: (UnsafePointer<Float>, UnsafePointer<Float>),
    validity: (UnsafePointer<Float>, UnsafePointer<Float>)?, into row: PairRow
  ) {
    let scale = FloatLanes(repeating: scale)
    let floor = FloatLanes(repeating: floor)
    let cutoff = FloatLanes(repeating: likeness.cutoff)
    let zero = FloatLanes(repeating: 0)
    @inline(__always) func sweep(_ taps: Int, squares: Bool) {
      for i in stride(from: 0, to: row.count, by: 8) {
        let sum = boxSum(source, at: i, step: step, taps: taps)
        let exponent = (sum * scale - floor).larger(zero)
        let isAlike = (exponent .< cutoff) .& row.holds(from: i)
        guard isAlike.hasAny else { continue }
        var weight = zero.replacing(
          with: negativeExponential(exponent.smaller(cutoff)), where: isAlike)
        if let validity { weight *= validity.0.lanes(at: i) * validity.1.lanes(at: i) }
        let (voxel, candidate) = (pair.0.lanes(at: i), pair.1.lanes(at: i))
        var step = (candidate - voxel) * weight
        if squares { step *= candidate + voxel }
        row.add(weight, step, at: i)
      }
    }
    switch (taps, likeness.averagesSquares) {
    case (3, false): sweep(3, squares: false)
    case (3, true): sweep(3, squares: true)
    case (7, false): sweep(7, squares: false)
    case (7, true): sweep(7, squares: true)
    default: sweep(taps, squares: likeness.averagesSquares)
    }
  }

  @inline(__always)
  private static func boxSum(
    _ source: UnsafePointer<Float>, at offset: Int, step: Int, taps: Int
  ) -> FloatLanes {
    var sum = source.lanes(at: offset)
    var position = offset
    for _ in 1..<taps {
      position += step
      sum += source.lanes(at: position)
    }
    return sum
  }
}
