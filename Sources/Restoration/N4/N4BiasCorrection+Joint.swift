public import VolumeModel

extension N4BiasCorrection: JointRestoration {
  /// Takes one shading, fitted to the mean of the volumes, off all of them.
  ///
  /// The coil's field is the same for all; fields of their own would change the ratios between
  /// volumes, which diffusion, functional and relaxation imaging measure.
  ///
  /// - Parameters:
  ///   - volumes: Modality values, all on one grid.
  ///   - excluded: For each volume its voxels without a meaning; they keep their value.
  ///   - work: Told how far the method is, and asked whether to go on.
  /// - Returns: The corrected volumes, in order, and the figures of the one fit.
  /// - Throws: `RestorationError`: `.unfitVolume` when no voxel to fit is above 0,
  ///   `.invalidParameter` when the grids differ.
  public func apply(
    together volumes: [Volume], excluding excluded: [Mask?], work: Work
  ) throws -> (volumes: [Volume], figures: Figures) {
    guard let first = volumes.first else { return ([], [:]) }
    guard volumes.allSatisfy({ $0.dimensions == first.dimensions }),
      excluded.count == volumes.count
    else {
      throw RestorationError(.invalidParameter, "The volumes of n4 lie on different grids.")
    }
    let (mean, unusable) = mean(of: volumes, excluding: excluded)
    try validate(for: mean, unusable)
    for (volume, excluded) in zip(volumes, excluded) {
      _ = try calculableRange(of: volume, excluding: excluded)
    }
    let mask = ForegroundMask.mask(mask, of: mean, excluding: unusable)
    let (shading, figures) = try fit(mean, mask, nil, unusable, work)
    let unshaded = shading.apply(
      to: mean, excluding: unusable, mean: exactGeometry ? .kept : .free)
    let corrected = zip(volumes, excluded).map { volume, excluded in
      shading.apply(to: volume, excluding: excluded, mean: .shifted(unshaded.shift)).volume
    }
    return (corrected, noting(unshaded, in: figures))
  }

  /// The mean of the volumes at each voxel, over those in which it has a meaning.
  private func mean(
    of volumes: [Volume], excluding excluded: [Mask?]
  ) -> (mean: Volume, unusable: Mask?) {
    let count = volumes[0].voxels.count
    var sums = [Double](repeating: 0, count: count)
    var counts = [Int32](repeating: 0, count: count)
    for (volume, mask) in zip(volumes, excluded) {
      for i in 0..<count where mask?[i] != true && volume.voxels[i].magnitude < .infinity {
        sums[i] += Double(volume.voxels[i])
        counts[i] += 1
      }
    }
    let voxels = (0..<count).map { Float(sums[$0] / Double(max(counts[$0], 1))) }
    let unusable = Mask(dimensions: volumes[0].dimensions, bits: counts.map { $0 == 0 ? 1 : 0 })
    return (volumes[0].replacingVoxels(voxels), unusable.count == 0 ? nil : unusable)
  }
}
