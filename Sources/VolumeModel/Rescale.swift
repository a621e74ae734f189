/// The linear map from stored values to modality values: `modality = slope * stored + intercept`.
public struct Rescale: Sendable, Equatable, Codable {
  /// Rescale Slope (0028,1053) or `scl_slope`; never zero.
  public var slope: Double
  /// Rescale Intercept (0028,1052) or `scl_inter`, in modality units.
  public var intercept: Double

  /// Creates a map.
  public init(slope: Double = 1, intercept: Double = 0) {
    precondition(slope != 0, "rescale slope is zero")
    self.slope = slope
    self.intercept = intercept
  }

  /// Stored values are modality values.
  public static let identity = Rescale()
}
