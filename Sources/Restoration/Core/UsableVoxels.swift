import RestorationKernels
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
  let areFinite = finiteValues(of: volume, excluding: nil).areAll
  return try usableExclusions(of: volume, excluding: excluded, areFinite: areFinite)
}

/// The same, where the voxels that count must be calculable as well, and their range (see
/// `calculableRange`): where none is excluded they are looked at once.
func calculableExclusions(
  of volume: Volume, excluding excluded: Mask?
) throws(RestorationError) -> (excluded: Mask?, range: ClosedRange<Float>?) {
  guard excluded == nil else {
    let usable = try usableExclusions(of: volume, excluding: excluded)
    return (usable, try calculableRange(of: volume, excluding: usable))
  }
  let values = finiteValues(of: volume, excluding: nil)
  let usable = try usableExclusions(of: volume, excluding: nil, areFinite: values.areAll)
  // Those that are not finite do not count in the range either.
  return (usable, try calculableRange(of: values, upTo: 1e30))
}

private func usableExclusions(
  of volume: Volume, excluding excluded: Mask?, areFinite: Bool
) throws(RestorationError) -> Mask? {
  guard !areFinite || excluded != nil else { return nil }
  var mask = excluded ?? Mask(dimensions: volume.dimensions, repeating: false)
  if !areFinite {
    // What is excluded already stays untouched, so that a mask that has it all is not copied.
    for i in volume.voxels.indices where !volume.voxels[i].isFinite && !mask[i] { mask[i] = true }
  }
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
  try calculableRange(of: finiteValues(of: volume, excluding: excluded), upTo: greatest)
}

private func calculableRange(
  of values: FiniteValues, upTo greatest: Float
) throws(RestorationError) -> ClosedRange<Float>? {
  let (least, most) = (values.least, values.greatest)
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

/// The range of the finite voxels that count, and whether all of these are finite.
private func finiteValues(of volume: Volume, excluding excluded: Mask?) -> FiniteValues {
  let parts = slabs(of: volume.voxels.count)
  let found = summaries(parts.count) {
    FiniteValues(of: volume.voxels, excluding: excluded?.bits, in: parts[$0])
  }
  var all = FiniteValues(of: [], excluding: nil, in: 0..<0)
  for part in found { all.add(part) }
  return all
}
