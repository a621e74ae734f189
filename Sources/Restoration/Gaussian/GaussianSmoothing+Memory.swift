extension GaussianSmoothing {
  /// The result, filtered in its place, and a sheet on each core; where voxels are excluded the sums
  /// of the weights as well.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let rows = Double(max(demand.grid.dimensions.y, demand.grid.dimensions.z))
    let sheets = Double(demand.cores) * max(64 * rows, 131_072) * 4
    return (demand.mayExclude ? 2 : 1) * demand.volume + sheets
  }
}
