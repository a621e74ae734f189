extension MedianFilter {
  /// The result, the filled source where voxels are excluded, and a box on every core.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let crossesSlices = dimensions.crossesSlices(of: demand.grid)
    let size: SIMD3<Int> = [demand.grid.dimensions.x, 32, crossesSlices ? 16 : 1]
    return demand.volume + demand.filling + demand.boxes(size, margin: radius, copies: 6)
  }
}
