/// Quality figures of one volume, without a reference.
public struct ImageFigures: Sendable, Equatable {
  /// Shannon entropy in bit, 0 to 8, of the histogram with 256 bins from least to greatest value.
  public var entropy: Double
  /// RMS contrast: the standard deviation of the values scaled to 0...1 (Peli, JOSA A 7(10):2032–2040,
  /// 1990); 0 to 0.5.
  public var contrast: Double
  /// The root mean square in-plane gradient over the standard deviation of the values, per voxel.
  ///
  /// Central differences where all four neighbours count. Scaling or shifting the values changes
  /// nothing; blur lowers it, noise raises it. Squares (as in Tenengrad), for the mean length of the
  /// gradient hardly sees the blur of an edge.
  public var sharpness: Double
  /// The standard deviation of the noise in the unit of the volume, by `NoiseEstimate`.
  public var noiseSigma: Double

  /// Creates figures.
  public init(entropy: Double, contrast: Double, sharpness: Double, noiseSigma: Double) {
    self.entropy = entropy
    self.contrast = contrast
    self.sharpness = sharpness
    self.noiseSigma = noiseSigma
  }
}
