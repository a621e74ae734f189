import RestorationKernels
import VolumeModel

extension NonLocalMeans {
  /// Restores by a pilot, the mean over voxels alike in it, and what that guides.
  func restoreByPilot(
    _ volume: Volume, excluding excluded: Mask?, by likeness: PatchLikeness, sigma: Double,
    work: Work
  ) throws -> [Float] {
    let crossesSlices = likeness.searchRadius.z > 0
    let filled = fillingExcluded(excluded, of: volume)
    var guide = try averageByPilot(
      filled, volume.dimensions, excluding: excluded, by: likeness, sigma: sigma, work: work)
    if noise == .rician { takeOffBias(from: &guide, sigma: sigma) }
    return try CosinePilot.refined(
      filled, guide: guide, dimensions: volume.dimensions, crossesSlices: crossesSlices,
      noise: noise, sigma: sigma, work: work.share(0.7...1))
  }

  /// The mean over voxels alike in a pilot at each voxel, of squares where `likeness` says so.
  private func averageByPilot(
    _ filled: [Float], _ dimensions: SIMD3<Int>, excluding excluded: Mask?,
    by likeness: PatchLikeness, sigma: Double, work: Work
  ) throws -> [Float] {
    let crossesSlices = likeness.searchRadius.z > 0
    let pilot = try CosinePilot(
      of: filled, dimensions: dimensions, crossesSlices: crossesSlices, noise: noise,
      sigma: sigma, work: work.share(0...0.3))
    // The mean of a voxel in reach looks one voxel further.
    let rim: SIMD3<Int> = [1, 1, crossesSlices ? 1 : 0]
    let reach = likeness.searchRadius &+ rim
    let size: SIMD3<Int> = crossesSlices ? [64, 32, 16] : [128, 128, 1]
    return try Tiles(of: dimensions, size: size).fill(work: work.share(0.3...0.7)) {
      box, output in
      func near(_ voxels: [Float]) -> PaddedVolume {
        PaddedVolume(voxels, dimensions: dimensions, rim: rim, around: box, reach: reach)
      }
      let first = near(pilot.voxels)
      let validity = excluded.map {
        PaddedVolume(
          countingWithout: $0.bits, dimensions: dimensions, rim: rim, around: box,
          reach: reach)
      }
      let tile = RotationInvariantTile(box: box, likeness: likeness)
      tile.average(
        near(filled), pilot: first, mean: pilot.means(first), validity: validity, into: &output)
    }
  }
}
