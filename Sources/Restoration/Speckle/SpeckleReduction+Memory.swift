extension SpeckleReduction {
  /// The result, the frames that are at work, and a box on every core.
  ///
  /// Of the frames: the source as it is and with its marks filled, the guide and what it is smoothed
  /// from, the outcome, and which pixels are left out; of fewer frames as much is measured before.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let frames = min(Double(Self.batch), Double(demand.grid.dimensions.z))
    let reach = Self.farthest + Self.patch.x
    return demand.volume + frames * 24 * demand.grid.planeCount
      + demand.boxes([128, 128, 1], margin: reach, copies: 9)
  }
}
