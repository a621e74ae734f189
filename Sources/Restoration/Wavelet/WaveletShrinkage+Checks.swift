import VolumeModel

extension WaveletShrinkage {
  /// Why the parameters, taken together, cannot be worked with, whatever the volume; nil when they
  /// can.
  public var contradiction: String? {
    do throws(RestorationError) {
      _ = try checkedBank()
      return nil
    } catch {
      return error.reason
    }
  }

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
    let bank = try WaveletFilterBank(named: wavelet)
    try checkBlocks(bank)
    return bank
  }

  /// The axes to transform, ascending; those with a single voxel have nothing to transform.
  func transformedAxes(of volume: Volume) throws(RestorationError) -> [Int] {
    if dimensions == .three && volume.isPlanar {
      throw RestorationError(
        .unfitVolume, "dimensions: 3 needs several slices, but there is one")
    }
    let axes = transformedAxes(of: VolumeGrid(volume))
    guard !axes.isEmpty else {
      throw RestorationError(.unfitVolume, "a slice of a single pixel has no neighbours")
    }
    return axes
  }

  /// The same for any volume on a grid, which may have none.
  func transformedAxes(of grid: VolumeGrid) -> [Int] {
    (0..<(restoresTogether(grid) ? 3 : 2)).filter { grid.dimensions[$0] > 1 }
  }

  private func restoresTogether(_ grid: VolumeGrid) -> Bool {
    switch dimensions {
    case .two: return false
    case .three: return true
    case .auto:
      let spacing = grid.voxelSpacing
      return grid.dimensions.z >= 16 && spacing.z <= 1.5 * (spacing.x + spacing.y)
    }
  }

  /// How many levels are computed.
  ///
  /// By default as many as leave less than half a percent of white noise in the approximation.
  func levelCount(of shape: SIMD3<Int>, axes: [Int], filterLength: Int) -> Int {
    let fitting = WaveletDecomposition.maximumLevels(
      dimensions: shape, axes: axes, filterLength: filterLength)
    guard let levels else {
      // The means of larger blocks have little noise left.
      let usual = (axes.contains(2) ? 3 : 4) - (threshold == .local ? 1 : 0)
      return max(1, min(usual, fitting))
    }
    return undecimated ? max(1, min(levels, fitting)) : levels
  }
}
