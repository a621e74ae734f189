public import VolumeModel

/// Estimates noise from the object itself, with or without air around it.
///
/// White noise: the median magnitude of the finest wavelet details (db2) over the flattest parts of the object,
/// divided by 0.6745. Rician magnitudes scatter less than their noise where the signal is weak:
/// every detail is divided by the scatter expected at its own brightness, until sigma settles.
///
/// The object is what Otsu's threshold leaves of the smoothed volume. Constant patches (masked
/// background, padding, saturation) and excluded voxels do not count. Across slices where
/// `FilterDimensions.auto` says so.
///
/// The finest details see little of correlated noise: its deviation is that of blocks in flat places,
/// over all scales up to the block's.
///
/// - SeeAlso: Donoho and Johnstone, Biometrika 81:425–455, 1994; Coupé et al., Med. Image Anal.
///   14:483–493, 2010; Koay and Basser, J. Magn. Reson. 179:317–322, 2006.
public struct NoiseEstimator: Sendable {
  /// How the noise is distributed.
  public var model: NoiseModel

  /// Creates an estimator.
  public init(model: NoiseModel) { self.model = model }

  /// Estimates the noise of a volume.
  ///
  /// - Parameters:
  ///   - volume: At least 4 voxels along x and y.
  ///   - excluded: Voxels without a meaning, NaN among them; nil when there are none.
  /// - Returns: Sigma 0 when everything that counts is constant.
  /// - Throws: `RestorationError.unfitVolume` when the volume is too small or too little of it counts.
  public func estimate(_ volume: Volume, excluding excluded: Mask? = nil) throws -> NoiseEstimate {
    try estimate(volume, excluding: excluded, ofAbout: nil)
  }

  /// The same from about so many details, for who cannot wait for a million; nil for those.
  func estimate(
    _ volume: Volume, excluding excluded: Mask?, ofAbout limit: Int?
  ) throws -> NoiseEstimate {
    try checkExclusions(excluded, of: volume)
    guard min(volume.dimensions.x, volume.dimensions.y) >= 4 else {
      throw RestorationError(
        .unfitVolume, "noise cannot be estimated on fewer than 4 voxels along x or y; give sigma")
    }
    if model == .correlated, let noise = CorrelatedNoise(of: volume, excluding: excluded) {
      return NoiseEstimate(sigma: noise.sigma, coefficients: noise.count)
    }
    let sample =
      limit.map { DetailSample(of: volume, excluding: excluded, inStripsOfAbout: $0) }
      ?? DetailSample(of: volume, excluding: excluded)
    guard sample.count >= 16 else {
      if isConstant(volume, excluding: excluded) {
        return NoiseEstimate(sigma: 0, coefficients: 0)
      }
      throw RestorationError(
        .unfitVolume, "too few voxels count for an estimate of the noise; give sigma")
    }
    return estimate(sample.object())
  }

  /// The estimate from the flatter half of the object, or from fewer places when structure has
  /// leaked into that half: when it reads higher than chance allows.
  func estimate(_ object: DetailSample) -> NoiseEstimate {
    let count = Double(object.count)
    let fractions = [0.5, min(0.5, max(1 / 8, 4_096 / count))]
    // Of few details both are the same.
    let found = summaries(fractions[0] == fractions[1] ? 1 : 2) { part in
      let sample = object.flattest(fractions[part])
      return NoiseEstimate(sigma: sigma(of: sample), coefficients: sample.count)
    }
    let (half, few) = (found[0], found[found.count - 1])
    // Of n details, sigma by their median scatters by 1.17 / √n.
    let chance = 1.2 / Double(few.coefficients).squareRoot()
    return half.sigma <= few.sigma * (1 + chance) ? half : few
  }

  /// The noise behind details, corrected for their brightness when it is Rician.
  private func sigma(of sample: DetailSample) -> Double {
    var sigma = deviation(sample.magnitudes)
    guard model == .rician, sigma > 0 else { return sigma }
    for _ in 0..<50 {
      let previous = sigma
      sigma = deviation(
        zip(sample.magnitudes, sample.means).map { magnitude, mean in
          let variance = RicianMoments.variance(meanRatio: Double(mean) / previous)
          return magnitude / Float(variance.squareRoot())
        })
      if abs(sigma - previous) <= 1e-4 * sigma { break }
    }
    return sigma
  }

  /// The standard deviation of normally distributed values with these magnitudes.
  private func deviation(_ magnitudes: [Float]) -> Double {
    Double(quantile(0.5, of: magnitudes)) / 0.674_489_75
  }
}

/// Whether all voxels that count have one value.
private func isConstant(_ volume: Volume, excluding excluded: Mask?) -> Bool {
  let counting = volume.voxels.indices.lazy.filter { excluded?[$0] != true }
  guard let first = counting.first else { return true }
  return counting.allSatisfy { volume.voxels[$0] == volume.voxels[first] }
}

/// Throws unless the exclusions, if any, fit the volume and leave something of it.
func checkExclusions(_ excluded: Mask?, of volume: Volume) throws {
  guard let excluded else { return }
  guard excluded.dimensions == volume.dimensions else {
    throw RestorationError(
      .invalidParameter, "the exclusions have other dimensions than the volume")
  }
  guard excluded.count < volume.voxels.count else {
    throw RestorationError(.unfitVolume, "every voxel is excluded")
  }
}
