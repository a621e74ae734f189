/// A range of numbers that may leave out its lower end.
public struct NumberRange: Sendable, Equatable, CustomStringConvertible {
  /// The lower end.
  public let lower: Double
  /// The upper end, always included.
  public let upper: Double
  /// Whether the lower end itself is left out, as in "above 0".
  public let excludesLower: Bool

  /// Creates a range that holds both its ends.
  public init(_ range: ClosedRange<Double>) {
    lower = range.lowerBound
    upper = range.upperBound
    excludesLower = false
  }

  /// Creates a range above, and without, its lower end.
  public init(above lower: Double, upTo upper: Double) {
    self.lower = lower
    self.upper = upper
    excludesLower = true
  }

  /// Whether a number lies in the range; NaN never does.
  public func contains(_ value: Double) -> Bool {
    (excludesLower ? value > lower : value >= lower) && value <= upper
  }

  /// The range in words: `0 to 1`, `above 0, at most 20`.
  public var description: String {
    let low = ParameterValue.number(lower).description
    let high = ParameterValue.number(upper).description
    return excludesLower ? "above \(low), at most \(high)" : "\(low) to \(high)"
  }
}
