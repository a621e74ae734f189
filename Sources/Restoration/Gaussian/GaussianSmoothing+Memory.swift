extension GaussianSmoothing {
  /// The result, and on each core the rows of a slice that its windows reach.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let radii = radii(on: demand.grid)
    let scratch = GaussianPass.scratchBytes(demand.grid.dimensions, radii: radii)
    return demand.volume + Double(demand.cores) * (demand.mayExclude ? 2 : 1) * scratch
  }

  /// How many voxels a window reaches along each axis; none of a header's spacings is trusted.
  private func radii(on grid: VolumeGrid) -> SIMD3<Int> {
    var radii = SIMD3<Int>()
    for axis in 0..<(dimensions.crossesSlices(of: grid) ? 3 : 2) {
      let voxels = unit == .mm ? sigma / grid.voxelSpacing[axis] : sigma
      // Sigmas beyond this are refused when the step is applied.
      radii[axis] = (0...1_000).contains(voxels) ? GaussianBell(sigma: voxels).radius : 4_000
    }
    return radii
  }
}
