/// What an estimate of noise found.
public struct NoiseEstimate: Sendable, Equatable {
  /// The standard deviation of the noise in the unit of the volume; for Rician noise that of each
  /// of the two parts.
  public let sigma: Double
  /// How many wavelet coefficients, or blocks, it rests on; 0 when everything is constant, and sigma then 0.
  public let coefficients: Int

  /// Creates an estimate.
  public init(sigma: Double, coefficients: Int) {
    self.sigma = sigma
    self.coefficients = coefficients
  }
}
