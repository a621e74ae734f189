/// The roughness of a lattice: sums of squares of second differences.
enum Bending {
  /// The matrix of the quadratic form, for control points with x fastest.
  static func matrix(_ counts: SIMD3<Int>) -> [Double] {
    let unknowns = counts.x * counts.y * counts.z
    let forms = (0..<3).map { axis in (0..<3).map { squared(order: $0, counts[axis]) } }
    let terms: [(SIMD3<Int>, Double)] = [
      ([2, 0, 0], 1), ([0, 2, 0], 1), ([0, 0, 2], 1), ([1, 1, 0], 2), ([1, 0, 1], 2),
      ([0, 1, 1], 2),
    ]
    var matrix = [Double](repeating: 0, count: unknowns * unknowns)
    for i in 0..<unknowns {
      let p = place(i, counts)
      for j in 0..<unknowns {
        let q = place(j, counts)
        for (orders, weight) in terms {
          var product = weight
          for axis in 0..<3 {
            product *= forms[axis][orders[axis]][p[axis] * counts[axis] + q[axis]]
          }
          matrix[i * unknowns + j] += product
        }
      }
    }
    return matrix
  }

  private static func place(_ i: Int, _ counts: SIMD3<Int>) -> SIMD3<Int> {
    [i % counts.x, i / counts.x % counts.y, i / (counts.x * counts.y)]
  }

  /// The product of the transposed matrix of differences of an order with itself.
  private static func squared(order: Int, _ count: Int) -> [Double] {
    let taps: [Double] = [[1], [-1, 1], [1, -2, 1]][order]
    var matrix = [Double](repeating: 0, count: count * count)
    for start in 0..<max(0, count - order) {
      for (i, a) in taps.enumerated() {
        for (j, b) in taps.enumerated() { matrix[(start + i) * count + start + j] += a * b }
      }
    }
    return matrix
  }
}
