import RestorationKernels
public import VolumeModel

/// Finds the object in a volume.
public enum ForegroundMask {
  /// The object: voxels above Otsu's threshold, without small parts, holes filled.
  ///
  /// - Parameters:
  ///   - volume: Modality values; the object is brighter than what surrounds it.
  ///   - excluded: Voxels without a meaning; never chosen.
  /// - Returns: The mask; every voxel that is not excluded when all have the same value.
  public static func otsu(of volume: Volume, excluding excluded: Mask? = nil) -> Mask {
    guard let threshold = otsuThreshold(of: volume, excluding: excluded) else {
      return finite(volume, excluded)
    }
    return finite(volume, excluded, above: threshold)
      .keepingLargestParts().fillingHoles().removing(excluded)
  }

  /// The voxels that a choice names; what is excluded or not finite is never chosen.
  public static func mask(
    _ choice: MaskChoice, of volume: Volume, excluding excluded: Mask? = nil
  ) -> Mask {
    switch choice {
    case .otsu: otsu(of: volume, excluding: excluded)
    case .positive: finite(volume, excluded, above: 0)
    case .all: finite(volume, excluded)
    }
  }

  /// The threshold that best parts dark voxels from bright ones.
  ///
  /// The histogram has 256 bins from the least value to the 99.5th percentile; brighter voxels
  /// count in the last bin, so that a few hot ones do not move the threshold.
  ///
  /// - Returns: The threshold in the unit of the volume; nil when all voxels have one value.
  /// - SeeAlso: Otsu, IEEE Trans. SMC 9(1):62–66, 1979.
  public static func otsuThreshold(of volume: Volume, excluding excluded: Mask? = nil) -> Float? {
    var whole = IntensityHistogram(of: volume, excluding: excluded, bins: 4096)
    let least = whole.range.lowerBound
    guard whole.total > 0, least < whole.range.upperBound else { return nil }
    var bright = max(whole.percentile(99.5), least.nextUp)
    // Where a few hot voxels leave nearly all others in the first bins, look closer.
    for _ in 0..<8 where (bright - least) * 64 < whole.range.upperBound - least {
      whole = IntensityHistogram(
        of: volume, excluding: excluded, bins: 4096, range: least...bright)
      bright = max(whole.percentile(99.5), least.nextUp)
    }
    let histogram = IntensityHistogram(
      of: volume, excluding: excluded, bins: 256, range: least...bright)
    return histogram.otsuThreshold()
  }

  private static func finite(
    _ volume: Volume, _ excluded: Mask?, above bound: Float = -.infinity
  ) -> Mask {
    let parts = slabs(of: volume.voxels.count)
    let bits: [UInt8] = filledConcurrently(parts: parts) { part, room in
      var elements = MutableSpan(_unsafeElements: room)
      ValueChoice.above(
        bound, of: volume.voxels, within: nil, excluding: excluded?.bits, in: parts[part],
        into: &elements)
    }
    return Mask(dimensions: volume.dimensions, bits: bits)
  }
}
