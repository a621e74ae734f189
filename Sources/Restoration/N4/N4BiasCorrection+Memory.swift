extension N4BiasCorrection {
  /// The result, the masks, the thinned grid that is fitted, and the floats of one thread's rows.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    // A small object is fitted on a finer grid than was asked for; then it is small all the same.
    let thinned = demand.grid.dimensions / SIMD3(repeating: max(1, shrink)) &+ 8
    let fit = VolumeGrid(dimensions: thinned).floatBytes
    return max(
      demand.volume + 3 * demand.grid.voxelCount + fit, 4 * demand.grid.voxelCount + 3.5 * fit)
  }

  /// The mean of several volumes, beside their results.
  public func jointBytes(_ demand: MemoryDemand) -> Double {
    workingBytes(demand) + 20 * demand.grid.voxelCount
  }
}
