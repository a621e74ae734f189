internal import CLanes

/// Positions `start + i * step` for i in 0..<count along a row, of which the row is read at
/// those between its ends.
struct ResampledLine {
  /// Position of i = 0 in the row, in samples.
  let start: Double
  /// Distance between positions; not zero unless the row is as long as one sample.
  let step: Double
  /// The i whose position lies strictly between -1 and the row's count.
  let range: Range<Int>

  init(start: Double, step: Double, count: Int, rowCount: Int) {
    self.start = start
    self.step = step
    let low = -1.0
    let high = Double(rowCount)
    guard abs(step) > 1e-9 else {
      range = start > low && start < high ? 0..<count : 0..<0
      return
    }
    let ends = [(low - start) / step, (high - start) / step]
    let first = (min(ends[0], ends[1])).rounded(.down) + 1
    let last = (max(ends[0], ends[1])).rounded(.up)
    let lower = Int(max(0, min(first, Double(count))))
    let upper = Int(max(0, min(last, Double(count))))
    range = lower..<max(lower, upper)
  }
}

/// Adds `weight` times the linearly interpolated row to each output.
///
/// - Parameters:
///   - row: The first sample of a row that has `PaddedRows.margin` zeros on both sides.
///   - line: Where the row is read.
///   - weight: Factor of what is added.
///   - output: One value for each i of the line.
@inline(__always)
func addInterpolated(
  _ row: UnsafePointer<Float>, _ line: ResampledLine, weight: Float,
  to output: UnsafeMutablePointer<Float>
) {
  // Counted from the padded start, where every position is positive: truncation is then floor.
  let base = row - PaddedRows.margin
  let start = Float(line.start + Double(PaddedRows.margin))
  let step = Float(line.step)
  var i = line.range.lowerBound
  let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7) * step + start
  while i + 8 <= line.range.upperBound {
    let position = lanes + Float(i) * step
    let floor = clanes_truncate(position)
    let fraction = position - clanes_float(floor)
    let low = clanes_gather(base, floor)
    let high = clanes_gather(base + 1, floor)
    let target = UnsafeMutableRawPointer(output + i)
    let sum = target.loadUnaligned(as: SIMD8<Float>.self) + weight * (low + fraction * (high - low))
    target.storeBytes(of: sum, as: SIMD8<Float>.self)
    i += 8
  }
  while i < line.range.upperBound {
    let position = start + Float(i) * step
    let floor = Int(position)
    let fraction = position - Float(floor)
    output[i] += weight * (base[floor] + fraction * (base[floor + 1] - base[floor]))
    i += 1
  }
}

/// Adds `weight` times each input to the row at the input's position, split between the two
/// neighbours: the transpose of `addInterpolated`.
func spreadInterpolated(
  _ input: UnsafePointer<Float>, _ line: ResampledLine, weight: Float,
  to row: UnsafeMutablePointer<Float>
) {
  let base = row - PaddedRows.margin
  let start = Float(line.start + Double(PaddedRows.margin))
  let step = Float(line.step)
  for i in line.range {
    let position = start + Float(i) * step
    let floor = Int(position)
    let fraction = position - Float(floor)
    base[floor] += weight * (1 - fraction) * input[i]
    base[floor + 1] += weight * fraction * input[i]
  }
}
