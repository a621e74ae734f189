import RestorationKernels
import VolumeModel

/// How often intensities occur.
struct IntensityHistogram {
  /// The values of the first and the last bin.
  let range: ClosedRange<Float>
  let counts: [Int]
  let total: Int

  /// Counts the finite voxels that are not excluded.
  ///
  /// - Parameters:
  ///   - volume: What to count.
  ///   - excluded: Voxels to leave out.
  ///   - bins: How many bins, at least 2.
  ///   - range: What the bins span; the range of the volume when nil. Voxels beyond it count in the
  ///     bin at that end.
  init(
    of volume: Volume, excluding excluded: Mask?, bins: Int, range: ClosedRange<Float>? = nil
  ) {
    let range = range ?? Self.range(of: volume, excluding: excluded)
    let scale = IntensityBins(range, count: bins)
    let parts = slabs(of: volume.voxels.count)
    let histograms = summaries(parts.count) {
      scale.counts(of: volume.voxels, excluding: excluded?.bits, in: parts[$0])
    }
    var counts = [Int](repeating: 0, count: bins)
    for histogram in histograms {
      for bin in 0..<bins { counts[bin] += histogram[bin] }
    }
    self.range = range
    self.counts = counts
    total = counts.reduce(0, +)
  }

  /// The value below which a percentage of the voxels lies, to one bin.
  func percentile(_ percent: Double) -> Float {
    let wanted = Double(total) * percent / 100
    var below = 0
    for (bin, count) in counts.enumerated() {
      below += count
      if Double(below) >= wanted { return value(of: Double(bin) + 1) }
    }
    return range.upperBound
  }

  /// The upper edge of the bin that makes the variance between the classes greatest; the middle of
  /// the gap where several do.
  func otsuThreshold() -> Float {
    let sum = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
    var (dark, darkSum, best, first) = (0.0, 0.0, -1.0, 0)
    for (bin, count) in counts.enumerated().dropLast() where count > 0 {
      dark += Double(count)
      darkSum += Double(bin) * Double(count)
      let bright = Double(total) - dark
      guard bright > 0 else { break }
      let gap = darkSum / dark - (sum - darkSum) / bright
      if dark * bright * gap * gap > best { (best, first) = (dark * bright * gap * gap, bin) }
    }
    // Empty bins after it part the classes just as well.
    let gapEnd = counts[(first + 1)...].firstIndex { $0 > 0 } ?? first + 1
    return value(of: (Double(first) + Double(gapEnd) + 1) / 2)
  }

  private func value(of bin: Double) -> Float {
    let span = Double(range.upperBound) - Double(range.lowerBound)
    return Float(Double(range.lowerBound) + span * bin / Double(counts.count - 1))
  }

  private static func range(of volume: Volume, excluding excluded: Mask?) -> ClosedRange<Float> {
    let parts = slabs(of: volume.voxels.count)
    let found = summaries(parts.count) {
      FiniteValues(of: volume.voxels, excluding: excluded?.bits, in: parts[$0])
    }
    let least = found.reduce(Float.infinity) { min($0, $1.least) }
    return least...max(least, found.reduce(-Float.infinity) { max($0, $1.greatest) })
  }
}
