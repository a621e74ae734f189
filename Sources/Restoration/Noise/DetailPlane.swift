import RestorationKernels
import VolumeModel

/// The finest details of one slice, or of a few slices in a row.
struct DetailPlane {
  private let width: Int
  private let height: Int
  private let details: [Float]
  private let coarse: [Float]
  /// The difference between the later and the earlier slices; zero for one slice.
  private let rise: [Float]
  /// From a sum of low-pass coefficients to a mean.
  private let norm: Float

  /// Filters `slices` (1 or 4) slices from `first` on; NaN where no meaning went in.
  ///
  /// Of the slices only some rows, at least four; nil for all.
  init(
    of volume: Volume, excluding excluded: Mask?, at first: Int, slices: Int,
    rows: Range<Int>? = nil
  ) {
    let rows = rows ?? 0..<volume.dimensions.y
    width = volume.dimensions.x - FinestDetail.taps + 1
    height = rows.count - FinestDetail.taps + 1
    let count = width * height
    guard slices > 1 else {
      let slice = Self.meaningful(volume, excluded, first, rows)
      details = Self.filtered(slice, volume.dimensions.x, FinestDetail.highPass)
      coarse = Self.filtered(slice, volume.dimensions.x, FinestDetail.lowPass)
      rise = [Float](repeating: 0, count: count)
      norm = 1 / 2
      return
    }
    var (details, coarse, rise) = (
      [Float](repeating: 0, count: count), [Float](repeating: 0, count: count),
      [Float](repeating: 0, count: count)
    )
    for tap in 0..<FinestDetail.taps {
      let slice = Self.meaningful(volume, excluded, first + tap, rows)
      let high = Self.filtered(slice, volume.dimensions.x, FinestDetail.highPass)
      let low = Self.filtered(slice, volume.dimensions.x, FinestDetail.lowPass)
      let (highPass, lowPass) = (FinestDetail.highPass[tap], FinestDetail.lowPass[tap])
      let side: Float = tap < 2 ? -1 : 1
      for i in 0..<count {
        details[i] += highPass * high[i]
        coarse[i] += lowPass * low[i]
        rise[i] += side * low[i]
      }
    }
    self.details = details
    self.coarse = coarse
    self.rise = rise
    norm = 1 / Float(8).squareRoot()
  }

  /// Takes every so many details of the plane, x fastest.
  ///
  /// The slope of a place comes from steps of the coarse band along one axis at a time: those do not
  /// correlate with the detail, as along the other axes the bands are apart. The steps reach beyond
  /// the four coefficients of the detail, as a bent edge shows more beside the place it spoils than
  /// in it.
  ///
  /// - Parameters:
  ///   - stride: From a place to the next.
  ///   - rows: Of which rows; nil for all.
  ///   - body: Told how many came before, and the detail.
  func take(every stride: Int, rows: Range<Int>? = nil, _ body: (Int, Detail) -> Void) {
    let rows = rows ?? 0..<height
    var slopes = [Float](repeating: 0, count: width)
    var (next, place) = (rows.lowerBound * width, 0)
    for y in rows where next < (y + 1) * width {
      coarse.withUnsafeBufferPointer { coarse in
        slopes.withUnsafeMutableBufferPointer { slopes in
          guard let coarse = coarse.baseAddress, let slopes = slopes.baseAddress else { return }
          sumSlopes(of: y, coarse, into: slopes)
        }
      }
      while next < (y + 1) * width {
        body(
          place,
          Detail(
            magnitude: details[next], mean: coarse[next] * norm, slope: slopes[next - y * width]))
        next += stride
        place += 1
      }
    }
  }

  /// The slopes of a row; steps beyond the nearest count where they have a meaning.
  private func sumSlopes(
    of y: Int, _ coarse: UnsafePointer<Float>, into slopes: UnsafeMutablePointer<Float>
  ) {
    let row = y * width
    for x in 0..<width { slopes[x] = rise[row + x] * rise[row + x] }
    for step in -3...3 {
      let (first, last) = (max(0, -step), min(width, width - step - 1))
      let isNear = abs(step) <= 1
      if first < last {
        add(coarse + row + step + first, 1, isNear, to: slopes + first, count: last - first)
      }
      if y + step >= 0, y + step + 1 < height {
        add(coarse + row + step * width, width, isNear, to: slopes, count: width)
      }
    }
  }

  /// Adds the squares of steps from values to those `distance` further on.
  private func add(
    _ values: UnsafePointer<Float>, _ distance: Int, _ isNear: Bool,
    to slopes: UnsafeMutablePointer<Float>, count: Int
  ) {
    if isNear {
      for x in 0..<count {
        let along = values[x + distance] - values[x]
        slopes[x] += along * along
      }
    } else {
      for x in 0..<count {
        let along = values[x + distance] - values[x]
        slopes[x] += along.isFinite ? along * along : 0
      }
    }
  }

  /// A slice with NaN for every voxel that is excluded or lies in a constant patch of 3 by 3.
  private static func meaningful(
    _ volume: Volume, _ excluded: Mask?, _ z: Int, _ rows: Range<Int>
  ) -> [Float] {
    let (width, height) = (volume.dimensions.x, rows.count)
    let first = volume.planeCount * z + rows.lowerBound * width
    var slice = Array(volume.voxels[first..<(first + height * width)])
    for y in 1..<(height - 1) {
      for x in 1..<(width - 1) {
        let centre = first + y * width + x
        let value = volume.voxels[centre]
        let isFlat = volume.voxels[centre - 1] == value && volume.voxels[centre + 1] == value
        guard isFlat else { continue }
        let patch = [-width - 1, -width, -width + 1, width - 1, width, width + 1]
        guard patch.allSatisfy({ volume.voxels[centre + $0] == value }) else { continue }
        for offset in patch + [-1, 0, 1] { slice[centre - first + offset] = .nan }
      }
    }
    if let excluded {
      for i in slice.indices where excluded[first + i] { slice[i] = .nan }
    }
    return slice
  }

  /// A slice filtered along rows and columns, where all coefficients fit.
  private static func filtered(_ slice: [Float], _ width: Int, _ coefficients: [Float]) -> [Float] {
    let height = slice.count / width
    let (columns, rows) = (width - FinestDetail.taps + 1, height - FinestDetail.taps + 1)
    var alongRows = [Float](repeating: 0, count: columns * height)
    var result = [Float](repeating: 0, count: columns * rows)
    var intermediate = alongRows.mutableSpan
    for y in 0..<height {
      FinestDetail.filter(
        slice.span, from: y * width, step: 1, coefficients: coefficients, into: &intermediate,
        at: y * columns, count: columns)
    }
    var output = result.mutableSpan
    FinestDetail.filter(
      alongRows.span, from: 0, step: columns, coefficients: coefficients, into: &output, at: 0,
      count: columns * rows)
    return result
  }
}
