public import VolumeModel

extension Resampling {
  /// The grid of the result, for the geometry of what is written.
  ///
  /// Along each axis round(extent / spacing) voxels, at least one, of just that spacing, about the
  /// same centre; so when the extent is a multiple of the spacing, both grids share their edges.
  ///
  /// - Throws: `RestorationError`, code `.invalidParameter` unless just one of `spacing` and
  ///   `factor` is set, with components of 0 or from 0.001 to 1000; `.unfitVolume` when the result
  ///   would have more than 2³¹ voxels or the source's spacing is no positive number.
  public func grid(for volume: Volume) throws(RestorationError) -> ResamplingGrid {
    let steps = try steps(for: volume)
    let source = SIMD3<Double>(volume.dimensions)
    let counts = (source / steps).rounded(.toNearestOrAwayFromZero)
      .replacing(with: 1, where: source / steps .< 1)
    guard counts.x * counts.y * counts.z <= 2_147_483_648 else {
      throw RestorationError(
        .unfitVolume, "the result would have more than 2³¹ voxels; choose a wider spacing")
    }
    return ResamplingGrid(
      dimensions: SIMD3<Int>(counts), spacing: volume.voxelSpacing * steps,
      originShift: (source - 1 - (counts - 1) * steps) / 2, step: steps)
  }

  /// Distances between voxels of the result, in voxels of the source.
  private func steps(for volume: Volume) throws(RestorationError) -> SIMD3<Double> {
    guard (spacing == nil) != (factor == nil), let wanted = spacing ?? factor else {
      throw RestorationError(.invalidParameter, "either spacing or factor must be given")
    }
    guard (0..<3).allSatisfy({ wanted[$0] == 0 || (0.001...1000).contains(wanted[$0]) }) else {
      throw RestorationError(
        .invalidParameter, "spacing and factor must be 0 or 0.001 to 1000 along every axis")
    }
    guard (0..<3).allSatisfy({ volume.voxelSpacing[$0] > 0 && volume.voxelSpacing[$0].isFinite })
    else {
      throw RestorationError(.unfitVolume, "the spacing of the scan is no positive number")
    }
    var steps = SIMD3<Double>(1, 1, 1)
    for axis in 0..<3 where wanted[axis] > 0 && volume.dimensions[axis] > 1 {
      steps[axis] = spacing == nil ? 1 / wanted[axis] : wanted[axis] / volume.voxelSpacing[axis]
    }
    return steps
  }
}
