public import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// Measures a volume by itself.
public enum QualityFigures {
  /// Measures entropy, contrast, sharpness and noise.
  ///
  /// - Parameters:
  ///   - volume: Modality values; what is not finite is left out.
  ///   - excluded: Voxels to leave out.
  /// - Returns: The figures; a constant volume has zeros.
  /// - Throws: `QualityError` when no voxel is left or dimensions differ.
  public static func measure(
    _ volume: Volume, excluding excluded: Mask? = nil
  ) throws -> ImageFigures {
    try QualityError.check(volume.dimensions, excluded?.dimensions)
    let counted = CountedVoxels(volume, excluding: excluded)
    let moments = IntensityMoments(volume, counted)
    guard moments.count > 0 else { throw QualityError.nothingLeft() }
    let range = Double(moments.greatest) - Double(moments.least)
    guard range > 0 else {
      return ImageFigures(entropy: 0, contrast: 0, sharpness: 0, noiseSigma: 0)
    }
    return ImageFigures(
      entropy: entropy(volume, counted, least: moments.least, range: range),
      contrast: moments.deviation / range,
      sharpness: gradient(volume, counted) / moments.deviation,
      noiseSigma: NoiseEstimate.sigma(volume, counted))
  }

  private static func entropy(
    _ volume: Volume, _ counted: CountedVoxels, least: Float, range: Double
  ) -> Double {
    let bins = 256
    let scale = Double(bins) / range
    let parts = parts(of: volume.voxels.count)
    let histograms = concurrentMap(parts.count) { part in
      var counts = [Int](repeating: 0, count: bins)
      for i in parts[part] where counted[i] {
        let bin = Int((Double(volume.voxels[i]) - Double(least)) * scale)
        counts[min(max(bin, 0), bins - 1)] += 1
      }
      return counts
    }
    let counts = (0..<bins).map { bin in histograms.reduce(0) { $0 + $1[bin] } }
    let total = Double(counts.reduce(0, +))
    return counts.filter { $0 > 0 }.reduce(0) { $0 - Double($1) / total * log2(Double($1) / total) }
  }

  /// The root mean square of the in-plane gradient, in the volume's unit per voxel.
  private static func gradient(_ volume: Volume, _ counted: CountedVoxels) -> Double {
    let (columns, rows) = (volume.dimensions.x, volume.dimensions.y)
    let sums = concurrentMap(volume.dimensions.z) { slice -> (sum: Double, count: Int) in
      var (sum, count) = (0.0, 0)
      for y in stride(from: 1, to: rows - 1, by: 1) {
        let start = volume.index(0, y, slice)
        var (line, lineCount): (Float, Float) = (0, 0)
        for i in (start + 1)..<max(start + 1, start + columns - 1) {
          let near =
            counted[i - 1] && counted[i + 1] && counted[i - columns] && counted[i + columns]
          guard near else { continue }
          let along = volume.voxels[i + 1] - volume.voxels[i - 1]
          let across = volume.voxels[i + columns] - volume.voxels[i - columns]
          line += (along * along + across * across) / 4
          lineCount += 1
        }
        sum += Double(line)
        count += Int(lineCount)
      }
      return (sum, count)
    }
    let count = sums.reduce(0) { $0 + $1.count }
    return count > 0 ? (sums.reduce(0) { $0 + $1.sum } / Double(count)).squareRoot() : 0
  }
}
