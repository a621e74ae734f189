import VolumeModel

extension WaveletShrinkage {
  /// The filters, once all parameters are known to be in their ranges.
  func checkedBank() throws(RestorationError) -> WaveletFilterBank {
    func require(_ holds: Bool, _ reason: String) throws(RestorationError) {
      guard holds else { throw RestorationError(.invalidParameter, reason) }
    }
    try require((1...12).contains(levels ?? 1), "levels must be 1 to 12")
    try require((sigma ?? 0) >= 0 && (sigma ?? 0).isFinite, "sigma must be at least 0")
    try require((0...4).contains(strength), "strength must be 0 to 4")
    if case .value(let value) = threshold {
      try require(value >= 0 && value.isFinite, "threshold must be at least 0")
    }
    return try WaveletFilterBank(named: wavelet)
  }

  /// The axes to transform, ascending; those with a single voxel have nothing to transform.
  func transformedAxes(of volume: Volume) throws(RestorationError) -> [Int] {
    let shape = volume.dimensions
    if dimensions == .three && volume.isPlanar {
      throw RestorationError(
        .unfitVolume, "dimensions: 3 needs several slices, but there is one")
    }
    let axes = (0..<(restoresTogether(volume) ? 3 : 2)).filter { shape[$0] > 1 }
    guard !axes.isEmpty else {
      throw RestorationError(.unfitVolume, "a slice of a single pixel has no neighbours")
    }
    return axes
  }

  private func restoresTogether(_ volume: Volume) -> Bool {
    switch dimensions {
    case .two: return false
    case .three: return true
    case .auto:
      let spacing = volume.voxelSpacing
      return volume.dimensions.z >= 16 && spacing.z <= 1.5 * (spacing.x + spacing.y)
    }
  }

  /// How many levels are computed.
  ///
  /// By default as many as leave less than half a percent of white noise in the approximation.
  func levelCount(of volume: Volume, axes: [Int], filterLength: Int) -> Int {
    let fitting = WaveletDecomposition.maximumLevels(
      dimensions: volume.dimensions, axes: axes, filterLength: filterLength)
    guard let levels else { return max(1, min(axes.contains(2) ? 3 : 4, fitting)) }
    return undecimated ? max(1, min(levels, fitting)) : levels
  }
}
