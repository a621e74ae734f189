public import VolumeModel

/// A robust estimate of white noise: the median absolute diagonal Haar detail over 0.6745.
///
/// The detail of 2 by 2 voxels is (a - b - c + d) / 2, which has the standard deviation of the noise
/// and hardly sees the image. Blocks of four equal values (padding, masked air) are left out. Noise
/// that is correlated between neighbours is underestimated, and so is Rician noise in air.
///
/// - SeeAlso: Donoho and Johnstone, Biometrika 81(3):425–455, 1994.
public enum NoiseEstimate {
  /// The standard deviation of the noise, in the unit of the volume.
  ///
  /// - Parameters:
  ///   - volume: Modality values; what is not finite is left out.
  ///   - excluded: Voxels to leave out.
  /// - Returns: 0 when there are no 2 by 2 voxels to look at.
  /// - Throws: `QualityError` when dimensions differ.
  public static func sigma(_ volume: Volume, excluding excluded: Mask? = nil) throws -> Double {
    try QualityError.check(volume.dimensions, excluded?.dimensions)
    return sigma(volume, CountedVoxels(volume, excluding: excluded))
  }

  static func sigma(_ volume: Volume, _ counted: CountedVoxels) -> Double {
    let columns = volume.dimensions.x
    let details = concurrentMap(volume.dimensions.z) { slice in
      var details: [Float] = []
      details.reserveCapacity(volume.planeCount / 4)
      for y in stride(from: 0, to: volume.dimensions.y - 1, by: 2) {
        let row = volume.index(0, y, slice)
        for i in stride(from: row, to: row + columns - 1, by: 2) {
          let j = i + columns
          guard counted[i] && counted[i + 1] && counted[j] && counted[j + 1] else { continue }
          let (a, b) = (volume.voxels[i], volume.voxels[i + 1])
          let (c, d) = (volume.voxels[j], volume.voxels[j + 1])
          guard a != b || c != d || a != c else { continue }
          details.append(((a - b) - (c - d)).magnitude / 2)
        }
      }
      return details
    }
    return Double(median(details)) / 0.674_489_75
  }

  /// The lower median of values that are not negative; 0 when there are none.
  ///
  /// The bits of such values sort as the values do, so three sweeps that count 11 bits each find the
  /// median without sorting.
  private static func median(_ groups: [[Float]]) -> Float {
    let total = groups.reduce(0) { $0 + $1.count }
    guard total > 0 else { return 0 }
    var rank = (total - 1) / 2
    var found: UInt32 = 0
    for shift in [UInt32(21), 10, 0] {
      let width = shift == 0 ? UInt32(10) : 11
      let above = shift + width
      let prefix = found
      let histograms = concurrentMap(groups.count) { group in
        var counts = [Int](repeating: 0, count: 2048)
        for value in groups[group] {
          let bits = value.bitPattern
          guard above == 32 || bits >> above == prefix >> above else { continue }
          counts[Int(bits >> shift & (1 << width - 1))] += 1
        }
        return counts
      }
      for digit in 0..<(1 << Int(width)) {
        let count = histograms.reduce(0) { $0 + $1[digit] }
        if rank < count {
          found |= UInt32(digit) << shift
          break
        }
        rank -= count
      }
    }
    return Float(bitPattern: found)
  }
}
