internal import CLanes

/// The range of values, and whether they are whole numbers.
public struct ValueCensus: Sendable {
  /// The least value; infinite when there are none.
  public var least = Float.infinity
  /// The greatest value; minus infinity when there are none.
  public var greatest = -Float.infinity
  /// Whether no value has a fraction.
  public var areWhole = true

  /// Looks at finite values.
  ///
  /// Memory-bound: some 0.1 ns a value.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - excluded: 1 for each value to pass over, 0 for the others; nil to look at all.
  ///   - range: Which of them to look at; nil for all.
  public init(of values: [Float], excluding excluded: [UInt8]?, in range: Range<Int>? = nil) {
    let range = range ?? values.indices
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count, "no such values")
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      if let excluded {
        excluded.withUnsafeBufferPointer { excluded in
          for i in range where excluded[i] == 0 { count(start[i]) }
        }
      } else {
        countAll(start + range.lowerBound, range.count)
      }
    }
  }

  /// Adds what was found in other values.
  public mutating func add(_ other: ValueCensus) {
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    areWhole = areWhole && other.areWhole
  }

  private mutating func count(_ value: Float) {
    least = min(least, value)
    greatest = max(greatest, value)
    areWhole = areWhole && value == value.rounded(.towardZero)
  }

  private mutating func countAll(_ values: UnsafePointer<Float>, _ count: Int) {
    var low = FloatLanes(repeating: .infinity)
    var high = FloatLanes(repeating: -.infinity)
    // Above 0 from the first fraction on.
    var fractions = FloatLanes.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let lanes = values.lanes(at: i)
      low = low.smaller(lanes)
      high = high.larger(lanes)
      fractions = fractions.larger((lanes - clanes_trunc(lanes)).magnitudes)
    }
    least = low.min()
    greatest = high.max()
    areWhole = fractions.max() == 0
    for i in whole..<count { self.count(values[i]) }
  }
}
