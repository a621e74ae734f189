extension ClaheEqualization {
  /// The result; of one slice its pixels, bins, fractions and result; and the tiles' mappings.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let bins = bins ?? (mode == .openCV ? 65536 : 4096)
    let mappings = Double(tiles.x) * Double(tiles.y) * Double(bins)
    let mask = demand.mayExclude ? demand.grid.voxelCount : 0
    return demand.volume + mask + 14 * demand.grid.planeCount + 12 * mappings
  }
}
