/// The B-splines along one axis of a lattice, at given positions.
///
/// Every position has four taps, so that one kernel serves the orders 0 to 3; lower orders leave
/// the last ones 0. The lattice is stored with as many control points at its end as they reach.
struct SplineBasis: Sendable {
  /// Control points that are stored: spans + 3.
  let stored: Int
  /// For each position the first control point it touches.
  let first: [Int]
  /// For each position the four B-splines there.
  let taps: [SIMD4<Double>]

  /// Evaluates the B-splines.
  ///
  /// - Parameters:
  ///   - order: 0 to 3.
  ///   - spans: Intervals between knots.
  ///   - positions: Places as fractions of the axis, 0 to 1.
  ///   - step: The distance of neighbouring positions, as a fraction.
  init(order: Int, spans: Int, positions: [Double], step: Double) {
    // A position at the very end belongs to the last span, as far inside as in ITK.
    let end = Double(spans) * (1 - 1e-3 * step)
    let places = positions.map { min(max($0 * Double(spans), 0), end) }
    stored = spans + 3
    first = places.map { min(Int($0), spans - 1) }
    taps = places.map { Self.values(order: order, at: $0 - Double(min(Int($0), spans - 1))) }
  }

  private init(stored: Int, first: [Int], taps: [SIMD4<Double>]) {
    self.stored = stored
    self.first = first
    self.taps = taps
  }

  /// The squares of the B-splines: the weights of the denominator of the approximation.
  var squared: SplineBasis {
    SplineBasis(stored: stored, first: first, taps: taps.map { $0 * $0 })
  }

  /// The cubes over the sum of squares: the weights of the numerator of the approximation.
  var cubed: SplineBasis {
    SplineBasis(stored: stored, first: first, taps: taps.map { $0 * $0 * $0 / ($0 * $0).sum() })
  }

  /// The same B-splines at some of the positions.
  func sampled(_ indices: [Int]) -> SplineBasis {
    SplineBasis(
      stored: stored, first: indices.map { first[$0] }, taps: indices.map { taps[$0] })
  }

  private static func values(order: Int, at x: Double) -> SIMD4<Double> {
    let y = 1 - x
    switch order {
    case 0: return [1, 0, 0, 0]
    case 1: return [y, x, 0, 0]
    case 2: return [y * y / 2, 0.5 + x * y, x * x / 2, 0]
    default:
      let before = (4 - 6 * x * x + 3 * x * x * x) / 6
      let after = (4 - 6 * y * y + 3 * y * y * y) / 6
      return [y * y * y / 6, before, after, x * x * x / 6]
    }
  }
}
