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

  /// Weights from patch distances, and the weighted steps from voxel to candidate.
  ///
  /// `source` holds sums of squared differences that lack their last box sum, over `taps` values
  /// `step` apart; `scale` is 1 / (voxels of a patch · h²) and `floor` the noise floor / h². The
  /// steps are weight · (candidate - voxel), or the same of their squares.
  static func weigh(
    _ source: UnsafePointer<Float>, step: Int, taps: Int, scale: Float, floor: Float,
    likeness: PatchLikeness, pair: (UnsafePointer<Float>, UnsafePointer<Float>),
    weights: UnsafeMutablePointer<Float>, steps: UnsafeMutablePointer<Float>, count: Int
  ) {
    let scale = FloatLanes(repeating: scale)
    let floor = FloatLanes(repeating: floor)
    let cutoff = FloatLanes(repeating: likeness.cutoff)
    let zero = FloatLanes(repeating: 0)
    @inline(__always) func sweep(_ taps: Int, squares: Bool) {
      for i in stride(from: 0, to: count, by: 8) {
        let sum = boxSum(source, at: i, step: step, taps: taps)
        let exponent = (sum * scale - floor).larger(zero).smaller(cutoff)
        let weight = negativeExponential(exponent).replacing(with: zero, where: exponent .>= cutoff)
        let (voxel, candidate) = (pair.0.lanes(at: i), pair.1.lanes(at: i))
        var step = (candidate - voxel) * weight
        if squares { step *= candidate + voxel }
        weights.store(weight, at: i)
        steps.store(step, at: i)
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

  /// Takes away the weight of pairs of which a voxel has no meaning; validities are 0 or 1.
  static func discount(
    _ weights: UnsafeMutablePointer<Float>, _ steps: UnsafeMutablePointer<Float>,
    validity: (UnsafePointer<Float>, UnsafePointer<Float>), count: Int
  ) {
    for i in stride(from: 0, to: count, by: 8) {
      let both = validity.0.lanes(at: i) * validity.1.lanes(at: i)
      weights.store(weights.lanes(at: i) * both, at: i)
      steps.store(steps.lanes(at: i) * both, at: i)
    }
  }

  /// Adds weights and steps to the totals of the voxels they belong to.
  static func accumulate(
    _ weights: UnsafePointer<Float>, _ steps: UnsafePointer<Float>, opposite: Bool,
    weightTotals: UnsafeMutablePointer<Float>, stepTotals: UnsafeMutablePointer<Float>, count: Int
  ) {
    @inline(__always) func sweep(_ opposite: Bool) {
      for i in stride(from: 0, to: count, by: 8) {
        let (step, total) = (steps.lanes(at: i), stepTotals.lanes(at: i))
        weightTotals.store(weightTotals.lanes(at: i) + weights.lanes(at: i), at: i)
        stepTotals.store(opposite ? total - step : total + step, at: i)
      }
    }
    if opposite { sweep(true) } else { sweep(false) }
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
