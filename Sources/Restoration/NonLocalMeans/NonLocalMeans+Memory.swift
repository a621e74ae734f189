extension NonLocalMeans {
  /// The result, the filled source where voxels are excluded, the pilot of the rotation-invariant
  /// variant, and a box on every core.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let crossesSlices = dimensions.crossesSlices(of: demand.grid)
    let search = searchRadius ?? defaultSearchRadius(crossesSlices: crossesSlices)
    let reach = search + (patchRadius ?? 3)
    let boxes = demand.boxes(
      Self.boxSize(crossesSlices: crossesSlices), margin: reach, copies: 8)
    let pilot = variant == .rotationInvariant ? demand.volume : 0
    return demand.volume + demand.filling + pilot + boxes + demand.noiseSamples
  }
}
