/// Control points of a tensor-product B-spline in three dimensions.
struct SplineLattice: Sendable {
  /// Control points along x, y and z, each 3 more than spans.
  private(set) var counts: SIMD3<Int>
  /// The coefficients, x fastest.
  var coefficients: [Double]

  /// Creates a lattice of zeros.
  init(counts: SIMD3<Int>) {
    self.counts = counts
    coefficients = Array(repeating: 0, count: counts.x * counts.y * counts.z)
  }

  /// Halves the distance of the knots along one axis; the spline stays the same.
  ///
  /// A uniform B-spline of order p is the sum over i of binomial(p + 1, i) / 2^p times the B-splines
  /// of half the width (Lane and Riesenfeld 1980), so fine[j] sums coarse[k] with i = j - 2k + p.
  mutating func refine(axis: Int, order: Int) {
    let coarse = counts[axis]
    let step = [1, counts.x, counts.x * counts.y][axis]
    let outer = coefficients.count / (step * coarse)
    let fine = 2 * (coarse - 3) + 3
    var refined = [Double](repeating: 0, count: outer * fine * step)
    for j in 0..<(2 * (coarse - 3) + order) {
      for k in 0..<coarse {
        let weight = Self.refinementWeight(order: order, j - 2 * k + order)
        guard weight > 0 else { continue }
        for block in 0..<outer {
          for i in 0..<step {
            refined[(block * fine + j) * step + i] +=
              weight * coefficients[(block * coarse + k) * step + i]
          }
        }
      }
    }
    counts[axis] = fine
    coefficients = refined
  }

  /// Fills rows of the spline's expansion along x for one place along z, for all control points
  /// along y.
  ///
  /// - Parameters:
  ///   - first: The first control point along z.
  ///   - taps: The B-splines along z.
  ///   - x: The B-splines along x.
  ///   - count: Values in a row; those past the positions of `x` are 0.
  /// - Returns: `counts.y` rows, one after the other.
  func rows(first: Int, taps: SIMD4<Double>, x: SplineBasis, count: Int) -> [Float] {
    let plane = counts.x * counts.y
    var blended = [Double](repeating: 0, count: plane)
    for tap in 0..<4 {
      let start = (first + tap) * plane
      for i in 0..<plane { blended[i] += taps[tap] * coefficients[start + i] }
    }
    var rows = [Float](repeating: 0, count: counts.y * count)
    for y in 0..<counts.y {
      for position in x.first.indices {
        let start = y * counts.x + x.first[position]
        let tap = x.taps[position]
        let lower = blended[start] * tap.x + blended[start + 1] * tap.y
        let upper = blended[start + 2] * tap.z + blended[start + 3] * tap.w
        rows[y * count + position] = Float(lower + upper)
      }
    }
    return rows
  }

  private static func refinementWeight(order: Int, _ i: Int) -> Double {
    guard (0...(order + 1)).contains(i) else { return 0 }
    let binomial = (0..<i).reduce(1.0) { $0 * Double(order + 1 - $1) / Double($1 + 1) }
    return binomial / Double(1 << order)
  }
}
