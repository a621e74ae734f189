extension MotionSuppression {
  /// The result, the spectra of the slices that are at work, and what became of a batch of them.
  public func workingBytes(_ demand: MemoryDemand) -> Double {
    let slices = Double(demand.grid.dimensions.z)
    let spectra = min(Double(demand.cores), 16, slices) * 100 * demand.grid.planeCount
    return demand.volume + spectra + min(16, slices) * 12 * demand.grid.planeCount
  }
}
