import VolumeModel

extension Resampling {
  /// The voxels to leave out, those that are no finite number among them; nil for none.
  ///
  /// Other than for methods that need something to measure, all of them may be.
  func presentExclusions(
    of volume: Volume, excluding excluded: Mask?
  ) throws(RestorationError) -> Mask? {
    do {
      return try usableExclusions(of: volume, excluding: excluded)
    } catch {
      guard error.code == .unfitVolume else { throw error }
      return Mask(dimensions: volume.dimensions, repeating: true)
    }
  }

  /// Puts the values of excluded voxels where they are nearest.
  func restore(
    _ mask: Mask, of volume: Volume, in voxels: inout [Float], _ grid: ResamplingGrid
  ) {
    var position = 0
    forEachNearest(grid, of: volume) { source in
      if mask.bits[source] != 0 { voxels[position] = volume.voxels[source] }
      position += 1
    }
  }

  /// Calls a body with the position of the nearest source voxel for each voxel of the result.
  func forEachNearest(_ grid: ResamplingGrid, of volume: Volume, _ body: (Int) -> Void) {
    let nearest = (0..<3).map { axis in
      (0..<grid.dimensions[axis]).map {
        ResamplingAxis.nearest(
          grid.originShift[axis] + Double($0) * grid.step[axis], count: volume.dimensions[axis])
      }
    }
    for z in nearest[2] {
      for y in nearest[1] {
        for x in nearest[0] { body(volume.index(x, y, z)) }
      }
    }
  }
}
