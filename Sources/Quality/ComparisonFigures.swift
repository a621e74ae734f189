/// How a restored volume differs from a reference.
public struct ComparisonFigures: Sendable, Equatable {
  /// Peak signal-to-noise ratio in dB; infinite when both are equal.
  public var psnrDecibel: Double
  /// Structural similarity, -1 to 1; 1 when both are equal.
  public var ssim: Double
  /// Mean absolute difference, in the unit of the volume.
  public var mae: Double
  /// Mean of the restored minus mean of the reference, in the unit of the volume.
  public var meanShift: Double
  /// The range of values that PSNR and SSIM refer to.
  public var dataRange: Double

  /// Creates figures.
  public init(
    psnrDecibel: Double, ssim: Double, mae: Double, meanShift: Double, dataRange: Double
  ) {
    self.psnrDecibel = psnrDecibel
    self.ssim = ssim
    self.mae = mae
    self.meanShift = meanShift
    self.dataRange = dataRange
  }
}
