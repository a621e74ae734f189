internal import CLanes

/// What the passes of a shading fit do to one row of log intensities.
///
/// All rows of a fit have the same count, a multiple of 8; what is padding or excluded has the
/// weight 0. `extent` is the part of the row, in whole lanes, outside which all weights are 0.
public enum ShadingRows {
  typealias Lanes = ShadingLanes.Lanes

  /// Copies of the histogram that take turns, so that one add need not wait for the last.
  public static let banks = 4

  /// Adds a row to a triangular Parzen histogram: each voxel is shared by the two nearest bins.
  ///
  /// - Parameters:
  ///   - values: Log intensities.
  ///   - weights: Voxels with a weight above 0 count once, whatever the weight.
  ///   - extent: The part of the row to read.
  ///   - bins: The scale of the histogram.
  ///   - histogram: `banks` histograms of `bins.count + 1` bins, one after the other.
  public static func addToHistogram(
    _ values: Span<Float>, weights: Span<Float>, extent: Range<Int>, bins: ShadingBins,
    _ histogram: inout MutableSpan<Double>
  ) {
    let last = Float(bins.count - 1)
    let size = bins.count + 1
    for i in extent {
      let position = min(max((values[i] - bins.minimum) * bins.perUnit, 0), last)
      let bin = Int(position) + (i & (banks - 1)) * size
      let upper = position - position.rounded(.down)
      let chosen: Float = weights[i] > 0 ? 1 : 0
      histogram[bin] += Double(chosen * (1 - upper))
      histogram[bin + 1] += Double(chosen * upper)
    }
  }

  /// Writes weight * (value - sharpened value), where `table` maps bins to sharpened values.
  ///
  /// - Parameters:
  ///   - values: Log intensities.
  ///   - weights: The voxels' weights in the fit.
  ///   - extent: The part of the row to read and write.
  ///   - bins: The scale of the table.
  ///   - table: Sharpened values, `bins.count + 1` of them, read with linear interpolation.
  ///   - residual: Where the row goes.
  public static func residual(
    _ values: Span<Float>, weights: Span<Float>, extent: Range<Int>, bins: ShadingBins,
    table: Span<Float>, _ residual: inout MutableSpan<Float>
  ) {
    let last = Float(bins.count - 1)
    for i in extent {
      let value = values[i]
      let position = min(max((value - bins.minimum) * bins.perUnit, 0), last)
      let bin = Int(position)
      let upper = position - position.rounded(.down)
      let sharpened = table[bin] + (table[bin + 1] - table[bin]) * upper
      residual[i] = weights[i] * (value - sharpened)
    }
  }

  /// Adds a row, times four taps, to four consecutive rows of sums.
  ///
  /// - Parameters:
  ///   - row: The values to add.
  ///   - extent: The part of the row to read.
  ///   - taps: The factors of the four rows.
  ///   - first: The first of the four rows.
  ///   - sums: Rows of `row.count` values, one after the other.
  public static func spread(
    _ row: Span<Float>, extent: Range<Int>, taps: SIMD4<Float>, first: Int,
    _ sums: inout MutableSpan<Float>
  ) {
    let count = row.count
    let start = first * count
    for i in stride(from: extent.lowerBound, to: extent.upperBound, by: 8) {
      let values = ShadingLanes.load(row, i)
      for tap in 0..<4 {
        let place = start + tap * count + i
        let sum = ShadingLanes.load(sums, place) + values * taps[tap]
        ShadingLanes.store(sum, &sums, place)
      }
    }
  }

  /// Writes the sum of four consecutive rows, each times its tap.
  ///
  /// - Parameters:
  ///   - rows: Rows of `field.count` values, one after the other.
  ///   - taps: The factors of the four rows.
  ///   - first: The first of the four rows.
  ///   - field: Where the row goes.
  public static func gather(
    _ rows: Span<Float>, taps: SIMD4<Float>, first: Int, _ field: inout MutableSpan<Float>
  ) {
    let count = field.count
    let start = first * count
    for i in stride(from: 0, to: count, by: 8) {
      ShadingLanes.store(blend(rows, taps, start + i, count), &field, i)
    }
  }

  /// Replaces a row of corrected log intensities by log intensity minus the new field, and notes
  /// how the field changed.
  ///
  /// - Parameters:
  ///   - log: Log intensities as measured.
  ///   - weights: Voxels with a weight above 0 are noted.
  ///   - extent: The part of the row to read and write.
  ///   - rows: Rows of the field's x expansion, of `log.count` values, one after the other.
  ///   - taps: The factors of the four rows that make this one.
  ///   - first: The first of the four rows.
  ///   - offset: Where the row begins in `values`.
  ///   - values: Corrected log intensities of some rows.
  ///   - change: What is noted.
  public static func update(
    log: Span<Float>, weights: Span<Float>, extent: Range<Int>, rows: Span<Float>,
    taps: SIMD4<Float>, first: Int, offset: Int, _ values: inout MutableSpan<Float>,
    _ change: inout ShadingChange
  ) {
    let count = log.count
    let start = first * count
    var sum = Lanes.zero
    var squares = Lanes.zero
    var least = Lanes(repeating: .infinity)
    var greatest = Lanes(repeating: -.infinity)
    for i in stride(from: extent.lowerBound, to: extent.upperBound, by: 8) {
      let new = ShadingLanes.load(log, i) - blend(rows, taps, start + i, count)
      // The measured intensity cancels: new - old is the old field minus the new one.
      let ratio = ShadingLanes.exponential(new - ShadingLanes.load(values, offset + i)) - 1
      ShadingLanes.store(new, &values, offset + i)
      let weight = ShadingLanes.load(weights, i)
      let deviation = clanes_weighted(weight, ratio, Lanes.zero)
      sum += deviation
      squares += deviation * deviation
      least = least.smaller(clanes_weighted(weight, new, Lanes(repeating: .infinity)))
      greatest = greatest.larger(clanes_weighted(weight, new, Lanes(repeating: -.infinity)))
    }
    change.add(sum: sum, squares: squares, least: least, greatest: greatest)
  }

  @inline(__always)
  private static func blend(
    _ rows: borrowing Span<Float>, _ taps: SIMD4<Float>, _ place: Int, _ count: Int
  ) -> Lanes {
    let lower =
      ShadingLanes.load(rows, place) * taps.x + ShadingLanes.load(rows, place + count) * taps.y
    let upper =
      ShadingLanes.load(rows, place + 2 * count) * taps.z
      + ShadingLanes.load(rows, place + 3 * count) * taps.w
    return lower + upper
  }
}
