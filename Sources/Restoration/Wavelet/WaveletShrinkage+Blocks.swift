import VolumeModel

/// Shrinkage by the energy around each block.
extension WaveletShrinkage {
  /// Details that noise is estimated from: more would gain nothing beside the blocks' own scatter.
  private static let noiseDetails = (plane: 1 << 14, volume: 1 << 16)

  /// Whether blocks are shrunk on a grid: what has too few voxels for an estimate of its noise, or
  /// lies in one line, is judged band by band.
  func shrinksBlocks(_ shape: SIMD3<Int>, axes: [Int]) -> Bool {
    threshold == .local && axes.count > 1 && min(shape.x, shape.y) >= 4
  }

  /// Throws unless everything else allows for blocks.
  func checkBlocks(_ bank: WaveletFilterBank) throws(RestorationError) {
    guard threshold == .local else { return }
    guard bank.length == 2, undecimated, noise == .white, mode == .symmetric else {
      throw RestorationError(
        .invalidParameter,
        "threshold: local is of the undecimated haar wavelet, white noise and a symmetric boundary")
    }
  }

  /// Restores a volume block by block, or each slice by itself.
  ///
  /// - Returns: The voxels, and sigma of the volume or of each slice; nil where noise cannot be told.
  func restoredByBlocks(
    _ volume: Volume, excluding excluded: Mask?, levels: Int, axes: [Int], work: Work
  ) throws -> (voxels: [Float], sigmas: [Double])? {
    guard !axes.contains(2), volume.dimensions.z > 1 else {
      return try restored(volume, excluding: excluded, levels: levels, axes: axes, work: work)
        .map { ($0.voxels, [$0.sigma]) }
    }
    var voxels = volume.voxels
    var sigmas: [Double] = []
    for z in 0..<volume.dimensions.z {
      try work.checkCancellation()
      let range = (z * volume.planeCount)..<((z + 1) * volume.planeCount)
      let shape = SIMD3(volume.dimensions.x, volume.dimensions.y, 1)
      let mask = excluded.map { Mask(dimensions: shape, bits: Array($0.bits[range])) }
      if let mask, mask.count == volume.planeCount { continue }
      let slice = Volume(
        dimensions: shape, voxelSpacing: volume.voxelSpacing, voxels: Array(volume.voxels[range]))
      guard
        let result = try restored(
          slice, excluding: mask, levels: levels, axes: axes, work: .unattended)
      else { return nil }
      voxels.replaceSubrange(range, with: result.voxels)
      sigmas.append(result.sigma)
      work.note(Double(z + 1) / Double(volume.dimensions.z))
    }
    return (voxels, sigmas)
  }

  private func restored(
    _ volume: Volume, excluding excluded: Mask?, levels: Int, axes: [Int], work: Work
  ) throws -> (voxels: [Float], sigma: Double)? {
    guard let sigma = try sigma(of: volume, excluding: excluded) else { return nil }
    guard sigma > 0, strength > 0 else { return (volume.voxels, sigma) }
    try checkSquareable(sigma, "sigma")
    let blocks = BlockwiseShrinkage(levels: levels, variance: sigma * sigma * strength * strength)
    let filling = excluded.map {
      ExclusionFill(volume.voxels, volume.dimensions, excluded: $0.bits, axes: axes)
    }
    var voxels = try blocks.restored(
      volume.voxels, filling: filling, volume.dimensions, work: work)
    keepExcluded(excluded, of: volume, in: &voxels)
    return (voxels, sigma)
  }

  /// The noise as given, or as the flat parts of the object show it: air around it, whose
  /// magnitudes scatter less, does not count.
  private func sigma(of volume: Volume, excluding excluded: Mask?) throws -> Double? {
    if let sigma { return sigma }
    let estimator = NoiseEstimator(model: .gaussian)
    let limit = volume.isPlanar ? Self.noiseDetails.plane : Self.noiseDetails.volume
    for limit in [limit, nil] {
      do {
        return try estimator.estimate(volume, excluding: excluded, ofAbout: limit).sigma
      } catch is RestorationError {
        continue
      }
    }
    return nil
  }
}
