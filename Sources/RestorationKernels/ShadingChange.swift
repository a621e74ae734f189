/// How a field changed, summed over voxels, and the range of what is left after correction.
///
/// With d = exp(old log field - new log field), the sums are those of d - 1, which keeps their
/// digits: d is near 1.
public struct ShadingChange: Sendable {
  /// The sum of d - 1.
  public private(set) var sum = 0.0
  /// The sum of (d - 1)².
  public private(set) var squares = 0.0
  /// The least corrected log intensity.
  public private(set) var least = Float.infinity
  /// The greatest corrected log intensity.
  public private(set) var greatest = -Float.infinity

  /// Creates the change of no voxels.
  public init() {}

  mutating func add(
    sum: SIMD8<Float>, squares: SIMD8<Float>, least: SIMD8<Float>, greatest: SIMD8<Float>
  ) {
    self.sum += Double(sum.sum())
    self.squares += Double(squares.sum())
    self.least = min(self.least, least.min())
    self.greatest = max(self.greatest, greatest.max())
  }

  /// Adds the voxels of another part.
  public mutating func add(_ other: ShadingChange) {
    sum += other.sum
    squares += other.squares
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
  }

  /// The standard deviation of d (with `count - 1`) over its mean, for `count` voxels.
  public func coefficientOfVariation(count: Int) -> Double {
    guard count > 1 else { return 0 }
    let mean = sum / Double(count)
    let variance = max(0, squares - sum * mean) / Double(count - 1)
    return variance.squareRoot() / (1 + mean)
  }
}
