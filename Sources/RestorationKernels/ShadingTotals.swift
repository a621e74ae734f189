internal import CLanes

/// What is noted while a log field is taken off rows of a volume.
///
/// In eight parts by turns, so that no sum waits for the one before.
package struct ShadingTotals: Sendable {
  private var lowest = FloatLanes(repeating: .infinity)
  private var highest = FloatLanes(repeating: -.infinity)
  private var sumsBefore = SIMD8<Double>.zero
  private var sumsAfter = SIMD8<Double>.zero
  /// 0, and NaN from the first value on that is infinite or NaN, which times 0 is NaN.
  private var zeros = FloatLanes.zero

  /// Begins with nothing.
  package init() {}

  /// The least log field where it was fitted; infinite when there is none.
  package var least: Float { lowest.min() }
  /// The greatest; minus infinity when there is none.
  package var greatest: Float { highest.max() }
  /// The sum of the fitted values as they were.
  package var before: Double { sumsBefore.sum() }
  /// The sum of the fitted values after correction.
  package var after: Double { sumsAfter.sum() }
  /// Whether all values were finite.
  package var areFinite: Bool { zeros == FloatLanes.zero }

  /// Multiplies a row by exp(-field), and notes it.
  ///
  /// - Parameters:
  ///   - values: The row.
  ///   - fitted: Other than 0 where the field was fitted, as many.
  ///   - field: The log field, to whole eights.
  ///   - output: Receives as many values.
  ///   - count: How many.
  package mutating func correct(
    _ values: UnsafePointer<Float>, fitted: UnsafePointer<UInt8>, field: Span<Float>,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    precondition(field.count >= count && field.count % 8 == 0, "a field of another row")
    let whole = count & ~7
    var i = 0
    while i < whole {
      let bits = UnsafeRawPointer(fitted + i).loadUnaligned(as: SIMD8<UInt8>.self)
      output.store(corrected(values.lanes(at: i), bits, ShadingLanes.load(field, i)), at: i)
      i += 8
    }
    guard whole < count else { return }
    var (last, bits) = (FloatLanes.zero, SIMD8<UInt8>.zero)
    for lane in 0..<(count - whole) {
      (last[lane], bits[lane]) = (values[whole + lane], fitted[whole + lane])
    }
    let lanes = corrected(last, bits, ShadingLanes.load(field, whole))
    for lane in 0..<(count - whole) { output[whole + lane] = lanes[lane] }
  }

  @inline(__always)
  private mutating func corrected(
    _ values: FloatLanes, _ bits: SIMD8<UInt8>, _ field: FloatLanes
  ) -> FloatLanes {
    lowest = lowest.smaller(clanes_chosen(bits, field, FloatLanes(repeating: .infinity)))
    highest = highest.larger(clanes_chosen(bits, field, FloatLanes(repeating: -.infinity)))
    zeros.addProduct(values, FloatLanes.zero)
    let result = values * ShadingLanes.exponential(-field)
    sumsBefore += clanes_double(clanes_chosen(bits, values, FloatLanes.zero))
    sumsAfter += clanes_double(clanes_chosen(bits, result, FloatLanes.zero))
    return result
  }
}
