/// What is taken off the coefficients of each band.
struct ShrinkagePlan: Sendable {
  /// Standard deviation of the noise in the finest all-detail band, or as given.
  let sigma: Double
  /// Thresholds of each level, finest first, by band; band 0 has none and holds 0.
  let thresholds: [[Double]]

  /// Nothing is taken off, so the voxels need no transform.
  var isIdle: Bool { allThresholds.allSatisfy { $0 == 0 } }

  /// The thresholds of all detail bands.
  var allThresholds: [Double] { thresholds.flatMap { $0.dropFirst() } }
}
