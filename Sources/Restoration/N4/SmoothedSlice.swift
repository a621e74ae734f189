import RestorationKernels
import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// The smoothed intensities in and beside one slice.
struct SmoothedSlice {
  private let volume: Volume
  private let fitted: Mask
  private let axes: [GradientAxis]
  private let slice: Int
  private let columns: Int
  private let rows: Int
  /// Steps to the neighbours along the axes along which differences are taken.
  private let steps: [Int]

  init(_ volume: Volume, _ fitted: Mask, _ axes: [GradientAxis], slice: Int) {
    self.volume = volume
    self.fitted = fitted
    self.axes = axes
    self.slice = slice
    let (columns, rows) = (volume.dimensions.x, volume.dimensions.y)
    (self.columns, self.rows) = (columns, rows)
    steps = zip(axes, [1, columns, columns * rows]).compactMap { $0.isLong ? $1 : nil }
  }

  /// Takes the differences at the samples of the slice.
  ///
  /// - Parameters:
  ///   - samples: Zeros, which receive the differences along x of all rows, then those along y, those
  ///     along z, and the smoothed intensity where the sample counts.
  ///   - rowCount: Elements of a row.
  /// - Returns: The smoothed intensities where samples count.
  func sample(_ samples: inout MutableSpan<Float>, rowCount: Int) -> [Float] {
    // The slices before, at and behind, then rows: the one looked at, those beside it along y, and
    // those beside it along z.
    let slices = axes[2].isLong ? 3 : 1
    let plane = volume.planeCount
    let room = slices * plane + 8 + 5 * (columns + 8)
    var bright: [Float] = []
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * room) { sums in
      guard let first = sums.baseAddress else { return }
      let sums = WeightedSums(values: first, weights: first + room)
      sumSlices(slices, into: sums)
      let lines = (0..<5).map { sums.from(slices * plane + 8 + $0 * (columns + 8)) }
      for (line, y) in axes[1].indices.enumerated() {
        sumRows(y, of: sums, slices, into: lines)
        sample(y, lines, rowCount: rowCount, at: line * rowCount, &samples, &bright)
      }
    }
    return bright
  }

  private func sumSlices(_ count: Int, into sums: WeightedSums) {
    let smoothing = axes[2].smoothing
    // From two before the first.
    let first = slice - count / 2 - 2
    let places = (0..<count + SmoothingTaps.count - 1).map { offset -> Int? in
      let z = first + offset
      let counts = (0..<count).contains {
        smoothing.indices.contains(offset - $0) && smoothing[offset - $0] > 0
      }
      return counts && (0..<volume.dimensions.z).contains(z) ? z * volume.planeCount : nil
    }
    WeightedSmoothing.sumSlices(
      volume.voxels, where: fitted.bits, slices: places, count: volume.planeCount,
      SmoothingTaps(smoothing), into: sums)
  }

  private func sumRows(
    _ y: Int, of sums: WeightedSums, _ slices: Int, into lines: [WeightedSums]
  ) {
    let plane = volume.planeCount
    let taps = SmoothingTaps(axes[1].smoothing)
    func sum(_ slice: Int, _ y: Int, into line: Int) {
      WeightedSmoothing.sumRows(
        sums.from(slice * plane), y: y, of: rows, columns: columns, taps, into: lines[line])
    }
    sum(slices / 2, y, into: 0)
    if axes[1].isLong {
      sum(slices / 2, y - 1, into: 1)
      sum(slices / 2, y + 1, into: 2)
    }
    if axes[2].isLong {
      sum(0, y, into: 3)
      sum(2, y, into: 4)
    }
  }

  /// Takes the differences of a row.
  private func sample(
    _ y: Int, _ lines: [WeightedSums], rowCount: Int, at start: Int,
    _ samples: inout MutableSpan<Float>, _ bright: inout [Float]
  ) {
    let plane = axes[1].indices.count * rowCount
    let taps = SmoothingTaps(axes[0].smoothing)
    let (isLongX, isLongY, isLongZ) = (axes[0].isLong, axes[1].isLong, axes[2].isLong)
    let first = volume.index(0, y, slice)
    func mean(_ line: Int, _ x: Int) -> Float { lines[line].mean(at: x, taps, count: columns) }
    for (i, x) in axes[0].indices.enumerated() where counts(first + x) {
      let place = start + i
      let value = mean(0, x)
      samples[3 * plane + place] = value
      bright.append(value)
      if isLongX { samples[place] = log(mean(0, x + 1) / mean(0, x - 1)) }
      if isLongY { samples[plane + place] = log(mean(2, x) / mean(1, x)) }
      if isLongZ { samples[2 * plane + place] = log(mean(4, x) / mean(3, x)) }
    }
  }

  /// Whether the voxel and its neighbours belong to the object.
  private func counts(_ here: Int) -> Bool {
    guard fitted.bits[here] != 0 else { return false }
    return steps.allSatisfy { fitted.bits[here - $0] != 0 && fitted.bits[here + $0] != 0 }
  }
}
