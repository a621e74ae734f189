public import VolumeModel

/// A method that does better when it sees all volumes of a scan at once: echoes, gradients, time
/// points on one grid.
public protocol JointRestoration: RestorationMethod {
  /// Restores the volumes of one scan.
  ///
  /// - Parameters:
  ///   - volumes: Modality values, all on one grid.
  ///   - excluded: For each volume its voxels without a meaning, as in `apply(to:excluding:work:)`.
  ///   - work: Told how far the method is, and asked whether to go on.
  /// - Returns: The restored volumes, in order, and what was measured.
  /// - Throws: `RestorationError` when the volumes are not fit for the method, `CancellationError`.
  func apply(
    together volumes: [Volume], excluding excluded: [Mask?], work: Work
  ) throws -> (volumes: [Volume], figures: Figures)

  /// Bytes that are needed beside the volumes and their results, for what is measured on all of
  /// them together.
  func jointBytes(_ demand: MemoryDemand) -> Double
}

extension JointRestoration {
  /// Three volumes unless the method knows better.
  public func jointBytes(_ demand: MemoryDemand) -> Double { 3 * demand.volume }
}
