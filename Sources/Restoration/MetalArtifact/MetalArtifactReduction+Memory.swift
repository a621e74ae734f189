extension MetalArtifactReduction {
  /// The result, where metal lies, and sinograms and planes of the slices that are at work, those of
  /// sixteen lanes among them.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let (x, y) = (Double(demand.grid.dimensions.x), Double(demand.grid.dimensions.y))
    let views = Double(angles ?? 0)
    let diagonal = (x * x + y * y).squareRoot() + 8
    let sinogram = 4 * max(views, max(360, 1.4 * max(x, y) + 1)) * diagonal
    let slices = min(8, Double(demand.cores), Double(demand.grid.dimensions.z))
    return demand.volume + 2 * demand.grid.voxelCount
      + slices * (12 * sinogram + 118 * demand.grid.planeCount)
  }
}
