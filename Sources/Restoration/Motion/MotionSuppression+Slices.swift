internal import Synchronization
internal import VolumeModel

extension MotionSuppression {
  /// Corrects slices; those without air to judge by are left out.
  func corrections(
    _ slices: Range<Int>, of volume: Volume, _ excluded: Mask?, along axis: Axis
  ) -> [(slice: Int, correction: GhostCorrection)] {
    let results = Mutex<[(slice: Int, correction: GhostCorrection)]>([])
    concurrently(slices.count) { i in
      let slice = slices.lowerBound + i
      let plane = plane(slice, of: volume, excluded, along: axis)
      let columns = axis == .row ? volume.dimensions.y : volume.dimensions.x
      guard let correction = GhostCorrection(plane, columns: columns, strength: strength)
      else { return }
      results.withLock { $0.append((slice, correction)) }
    }
    return results.withLock { $0 }.sorted { $0.slice < $1.slice }
  }

  /// The axis along which more signal lies in the air, over all slices.
  func strongerAxis(_ volume: Volume, _ excluded: Mask?, _ work: Work) throws -> Axis {
    var difference = 0.0
    for slice in 0..<volume.dimensions.z {
      try work.checkCancellation()
      let plane = plane(slice, of: volume, excluded, along: .column)
      guard let regions = GhostRegions(plane, columns: volume.dimensions.x) else { continue }
      difference += GhostMeasure(plane, regions).columnExcess
    }
    return difference >= 0 ? .column : .row
  }

  /// A slice with zero instead of excluded voxels, turned so that the axis runs down the columns.
  private func plane(
    _ slice: Int, of volume: Volume, _ excluded: Mask?, along axis: Axis
  ) -> [Float] {
    let start = slice * volume.planeCount
    var plane = Array(volume.voxels[start..<(start + volume.planeCount)])
    for i in plane.indices where excluded?[start + i] == true || !plane[i].isFinite {
      plane[i] = 0
    }
    return axis == .row ? transposed(plane, columns: volume.dimensions.x) : plane
  }

  /// Writes a corrected slice back, except over excluded voxels.
  func write(
    _ plane: [Float], to slice: Int, of volume: inout Volume, _ excluded: Mask?, along axis: Axis
  ) {
    let start = slice * volume.planeCount
    let values = axis == .row ? transposed(plane, columns: volume.dimensions.y) : plane
    for i in values.indices where excluded?[start + i] != true && volume.voxels[start + i].isFinite
    {
      volume.voxels[start + i] = values[i]
    }
  }

  private func transposed(_ plane: [Float], columns: Int) -> [Float] {
    let rows = plane.count / columns
    var result = plane
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = plane[row * columns + column] }
    }
    return result
  }
}
