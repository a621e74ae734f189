extension GaussianSmoothing {
  /// What was filtered along one axis and along the next; where voxels are excluded the sums as
  /// well.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    demand.mayExclude ? 3 * demand.volume : 2 * demand.volume
  }
}
