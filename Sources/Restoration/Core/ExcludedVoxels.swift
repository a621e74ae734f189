import VolumeModel

/// Voxels with a neutral value wherever they have no meaning: the mean of what counts around them.
///
/// Such a value only stands in where a window needs a number; it gets no weight of its own.
func fillingExcluded(_ excluded: Mask?, of volume: Volume) -> [Float] {
  guard let excluded, excluded.count > 0 else { return volume.voxels }
  var voxels = volume.voxels
  let width = volume.dimensions.x
  var (total, counting) = (0.0, 0)
  for i in voxels.indices where !excluded[i] {
    total += Double(voxels[i])
    counting += 1
  }
  let mean = Float(total / Double(max(counting, 1)))
  for row in stride(from: 0, to: voxels.count, by: width) {
    let counting = (row..<(row + width)).filter { !excluded[$0] }
    var next = 0
    for i in row..<(row + width) where excluded[i] {
      while next < counting.count, counting[next] < i { next += 1 }
      let before = next > 0 ? voxels[counting[next - 1]] : nil
      let after = next < counting.count ? voxels[counting[next]] : nil
      voxels[i] = ((before ?? after ?? mean) + (after ?? before ?? mean)) / 2
    }
  }
  return voxels
}

/// Puts excluded voxels back as they were, bit by bit.
func keepExcluded(_ excluded: Mask?, of volume: Volume, in voxels: inout [Float]) {
  guard let excluded else { return }
  for i in voxels.indices where excluded[i] { voxels[i] = volume.voxels[i] }
}
