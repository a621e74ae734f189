extension BilateralFilter {
  /// The result, the filled source where voxels are excluded, and a box on every core.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let crossesSlices = dimensions.crossesSlices(of: demand.grid)
    let size: SIMD3<Int> = [demand.grid.dimensions.x, 16, crossesSlices ? 16 : 1]
    let boxes = demand.boxes(size, margin: radius ?? 15, copies: 3)
    return demand.volume + demand.filling + boxes + demand.noiseSamples
  }
}
