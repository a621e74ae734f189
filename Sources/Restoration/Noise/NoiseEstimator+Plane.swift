import VolumeModel

extension NoiseEstimator {
  /// Of how many details of a plane one is looked at.
  private static let planeStride = 3
  /// The fewest details that may tell the noise of a plane.
  private static let planeDetails = 1 << 16

  /// The estimate of white or Rician noise, of a single large slice from a third of its details: it
  /// costs as much less, and sigma scatters by some 1 %.
  ///
  /// - Parameters:
  ///   - volume: At least 4 voxels along x and y.
  ///   - excluded: Voxels without a meaning; nil when there are none.
  /// - Returns: As `estimate(_:excluding:)`, which answers for everything else.
  /// - Throws: As that.
  func estimateQuickly(_ volume: Volume, excluding excluded: Mask?) throws -> NoiseEstimate {
    guard model != .correlated, volume.dimensions.z == 1, volume.dimensions.y >= 4,
      volume.planeCount >= Self.planeDetails * Self.planeStride,
      excluded.map({ $0.dimensions == volume.dimensions }) ?? true
    else { return try estimate(volume, excluding: excluded) }
    let sample = DetailSample(ofPlane: volume, excluding: excluded, every: Self.planeStride)
    // Where little of the slice counts, all of that is needed.
    guard sample.count >= Self.planeDetails / 2 else {
      return try estimate(volume, excluding: excluded)
    }
    return estimate(sample.object())
  }
}
