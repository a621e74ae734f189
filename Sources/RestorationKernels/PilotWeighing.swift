/// Where a volume, its pilot and the pilot's local mean lie.
struct PilotRows {
  let voxels: UnsafePointer<Float>
  let pilot: UnsafePointer<Float>
  let mean: UnsafePointer<Float>
}

/// A row that another makes pairs with.
struct ShiftedRow {
  /// From a voxel to its candidate.
  let distance: Int
  /// From the totals of a voxel to those of its candidate.
  let opposite: Int
  /// The voxels that have a candidate.
  let columns: Range<Int>

  /// The row that a shift leads to from any other.
  init(_ pairs: VoxelPairs, _ image: PaddedVolume, opposite: Int) {
    let shift = pairs.shift
    distance = shift.z * image.sliceStride + shift.y * image.rowStride + shift.x
    self.opposite = opposite
    columns = pairs.x
  }
}

/// Weighs voxels by their pilots and adds what comes of it to totals; see `RotationInvariantTile`.
struct PilotWeighing {
  let rows: PilotRows
  let likeness: PatchLikeness
  /// 1 where a voxel counts, else 0; nil where all count.
  let validity: UnsafePointer<Float>?
  let squares: Bool

  /// Weighs all pairs of sixteen voxels.
  ///
  /// - Parameters:
  ///   - shifted: The rows of their candidates.
  ///   - here: Where the voxels lie.
  ///   - x: The column of the first.
  ///   - weights: The totals from the first voxel on.
  ///   - steps: The same of weight · (candidate - voxel).
  func add(
    _ shifted: UnsafeBufferPointer<ShiftedRow>, _ here: Int, _ x: Int,
    weights: UnsafeMutablePointer<Float>, steps: UnsafeMutablePointer<Float>
  ) {
    let totals = PilotTotals(weights: weights, steps: steps)
    switch (squares, validity) {
    case (true, nil): sweep(shifted, here, x, totals, squares: true, validity: nil)
    case (false, nil): sweep(shifted, here, x, totals, squares: false, validity: nil)
    default: sweep(shifted, here, x, totals, squares: squares, validity: validity)
    }
  }

  @inline(__always)
  private func sweep(
    _ shifted: UnsafeBufferPointer<ShiftedRow>, _ here: Int, _ x: Int, _ totals: PilotTotals,
    squares: Bool, validity: UnsafePointer<Float>?
  ) {
    let limits = PilotLimits(likeness)
    let zero = WideLanes(repeating: 0)
    let count = WideLanes.scalarCount
    var (first, second) = ((zero, zero), (zero, zero))
    for row in shifted {
      weigh(row, 0, here, x, totals, limits, squares, validity, &first)
      guard count < 16 else { continue }
      weigh(row, count, here, x, totals, limits, squares, validity, &second)
    }
    totals.weights.add(first.0, at: 0)
    totals.steps.add(first.1, at: 0)
    guard count < 16 else { return }
    totals.weights.add(second.0, at: count)
    totals.steps.add(second.1, at: count)
  }

  /// Weighs one pair of each lane from `i` on, adds it to the totals of the candidates and to the
  /// voxels' `own`.
  @inline(__always)
  private func weigh(
    _ row: ShiftedRow, _ i: Int, _ here: Int, _ x: Int, _ totals: PilotTotals,
    _ limits: PilotLimits, _ squares: Bool, _ validity: UnsafePointer<Float>?,
    _ own: inout (WideLanes, WideLanes)
  ) {
    let here = here + i
    let there = here + row.distance
    let pilot = rows.pilot.wideLanes(at: here) - rows.pilot.wideLanes(at: there)
    let mean = rows.mean.wideLanes(at: here) - rows.mean.wideLanes(at: there)
    let meanSquare = mean * mean
    let zero = WideLanes(repeating: 0)
    let exponent =
      (pilot * pilot * limits.pilotScale - limits.half).larger(zero)
      + (meanSquare * limits.meanScale - limits.half).larger(zero)
    let (first, last) = (row.columns.lowerBound - x - i, row.columns.upperBound - 1 - x - i)
    let isPair = WideLanes(repeating: Float(first)).isAtMost(.places)
      .and(WideLanes.places.isAtMost(WideLanes(repeating: Float(last))))
    let isAlike = exponent.isAtMost(limits.cutoff).and(meanSquare.isAtMost(limits.mean))
      .and(isPair)
    guard isAlike.hasAny else { return }
    var weight = isAlike.of(negativeExponential(exponent.smaller(limits.cutoff)))
    if let validity { weight *= validity.wideLanes(at: here) * validity.wideLanes(at: there) }
    let (voxel, candidate) = (rows.voxels.wideLanes(at: here), rows.voxels.wideLanes(at: there))
    var step = (candidate - voxel) * weight
    if squares { step *= candidate + voxel }
    own.0 += weight
    own.1 += step
    totals.weights.add(weight, at: i + row.opposite)
    let opposite = i + row.opposite
    totals.steps.store(totals.steps.wideLanes(at: opposite) - step, at: opposite)
  }
}

/// Totals of sixteen voxels.
private struct PilotTotals {
  let weights: UnsafeMutablePointer<Float>
  let steps: UnsafeMutablePointer<Float>
}

/// What differences of pilots are measured by.
private struct PilotLimits {
  /// The largest squared difference of means.
  let mean: WideLanes
  let pilotScale: WideLanes
  let meanScale: WideLanes
  let half = WideLanes(repeating: 0.5)
  /// The largest exponent.
  let cutoff: WideLanes

  @inline(__always) init(_ likeness: PatchLikeness) {
    let power = likeness.filteringStrength * likeness.filteringStrength
    mean = WideLanes(repeating: power)
    pilotScale = WideLanes(repeating: 0.25 / power)
    meanScale = WideLanes(repeating: 1 / power)
    cutoff = WideLanes(repeating: likeness.cutoff)
  }
}
