extension Resampling {
  /// What was interpolated along one axis and along the next, and the mask of the result.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let result = resultGrid(of: demand.grid)
    var (shape, held, most) = (demand.grid, 0.0, 0.0)
    for axis in 0..<3 where result.dimensions[axis] != shape.dimensions[axis] {
      shape.dimensions[axis] = result.dimensions[axis]
      most = max(most, held + shape.floatBytes)
      held = shape.floatBytes
    }
    let masks = demand.mayExclude ? demand.grid.voxelCount + result.voxelCount : 0
    return max(most, demand.volume) + demand.filling + masks
  }

  /// The grid of the result; that of the source where the parameters contradict it.
  public func resultGrid(of grid: VolumeGrid) -> VolumeGrid {
    var result = grid
    for axis in 0..<3 where grid.dimensions[axis] > 1 {
      let old = grid.voxelSpacing[axis]
      var ratio = 1.0
      if let factor = factor?[axis], factor > 0 { ratio = factor }
      if let wanted = spacing?[axis], wanted > 0, old > 0, old.isFinite { ratio = old / wanted }
      // Counts beyond what a grid may have are refused when the step is applied.
      let count = (Double(grid.dimensions[axis]) * ratio).rounded(.toNearestOrAwayFromZero)
      result.dimensions[axis] = Int(min(max(count, 1), 0x1p31))
      result.voxelSpacing[axis] = old / ratio
    }
    return result
  }
}
