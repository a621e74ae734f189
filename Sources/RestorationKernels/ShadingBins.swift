/// The scale of a histogram of log intensities: bin = (value - minimum) * perUnit.
public struct ShadingBins: Sendable {
  /// How many bins there are, at least 2.
  public let count: Int
  /// The value of bin 0.
  public let minimum: Float
  /// Bins for a step of 1 in the value.
  public let perUnit: Float

  /// Creates a scale.
  public init(count: Int, minimum: Float, perUnit: Float) {
    self.count = count
    self.minimum = minimum
    self.perUnit = perUnit
  }
}
