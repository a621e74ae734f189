extension RingSuppression {
  /// The result, a filled copy, planes of the slices at work, and the samples of one sector for each
  /// core.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let plane = 4 * demand.grid.planeCount
    let slices = min(16, demand.grid.voxelCount / demand.grid.planeCount)
    // Twice the plane's pixels as samples of the whole circle, and as much in lines and medians.
    let samples = 8 * plane / Double(PolarGrid.sectors) + 64 * plane.squareRoot()
    return demand.volume + demand.filling + 2 * slices * plane
      + Double(demand.cores) * (samples + 64 * Double(PolarGrid.sectors) * plane.squareRoot())
  }
}
