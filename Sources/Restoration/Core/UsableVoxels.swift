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

/// Where the voxels that count lie.
///
/// - Parameters:
///   - volume: The voxels; those that are no finite number do not count.
///   - excluded: Others that do not count.
///   - greatest: How far from zero they may be.
/// - Returns: The least and the greatest of them; nil when there are none.
/// - Throws: `RestorationError`, code `.unfitVolume`, when sums, squares or quotients of the values
///   would leave what a float holds.
func calculableRange(
  of volume: Volume, excluding excluded: Mask?, upTo greatest: Float = 1e30
) throws(RestorationError) -> ClosedRange<Float>? {
  let voxels = volume.voxels
  let parts = slabs(of: voxels.count)
  let ends = summaries(parts.count) { part in
    var (least, most) = (Float.infinity, -Float.infinity)
    for i in parts[part] where voxels[i].isFinite && (excluded?.bits[i] ?? 0) == 0 {
      least = min(least, voxels[i])
      most = max(most, voxels[i])
    }
    return SIMD2(least, most)
  }
  let least = ends.reduce(Float.infinity) { min($0, $1.x) }
  let most = ends.reduce(-Float.infinity) { max($0, $1.y) }
  guard least <= most else { return nil }
  let size = max(abs(least), abs(most))
  guard size == 0 || (1e-36...greatest).contains(size) else {
    throw RestorationError(
      .unfitVolume,
      "voxels of up to \(size) are too \(size < 1 ? "small" : "large") to calculate with; "
        + "rescale the volume")
  }
  return least...most
}
