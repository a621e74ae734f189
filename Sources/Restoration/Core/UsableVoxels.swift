import VolumeModel

/// The voxels to leave out: those excluded and those that are no finite number.
///
/// - Returns: nil when every voxel is usable.
/// - Throws: `RestorationError`, code `.unfitVolume`, when none is; `.invalidParameter` when the
///   mask is of another grid.
func usableExclusions(
  of volume: Volume, excluding excluded: Mask?
) throws(RestorationError) -> Mask? {
  if let excluded, excluded.dimensions != volume.dimensions {
    throw RestorationError(.invalidParameter, "the mask of excluded voxels is of another grid")
  }
  let infinite = volume.voxels.reduce(false) { $0 || !$1.isFinite }
  guard infinite || excluded != nil else { return nil }
  var mask = excluded ?? Mask(dimensions: volume.dimensions, repeating: false)
  for i in volume.voxels.indices where !volume.voxels[i].isFinite { mask[i] = true }
  let count = mask.count
  guard count < volume.voxels.count else {
    throw RestorationError(.unfitVolume, "every voxel is padding or no finite number")
  }
  return count == 0 ? nil : mask
}
