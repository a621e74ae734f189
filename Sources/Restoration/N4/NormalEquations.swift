/// Linear equations with a symmetric, positive matrix.
package enum NormalEquations {
  /// Solves by Cholesky's decomposition.
  ///
  /// - Parameters:
  ///   - matrix: Rows one after the other, as many as `right` has elements.
  ///   - right: The right-hand side.
  /// - Returns: The solution; nil when the matrix is not positive.
  package static func solve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
    let count = right.count
    guard let lower = decomposed(matrix, count) else { return nil }
    var solution = right
    for i in 0..<count {
      for k in 0..<i { solution[i] -= lower[i * count + k] * solution[k] }
      solution[i] /= lower[i * count + i]
    }
    for i in (0..<count).reversed() {
      for k in (i + 1)..<max(count, i + 1) { solution[i] -= lower[k * count + i] * solution[k] }
      solution[i] /= lower[i * count + i]
    }
    return solution
  }

  /// The lower triangle whose product with its transpose is the matrix, column by column; each is
  /// taken off what is right of it at once, which the compiler makes lanes of.
  private static func decomposed(_ matrix: [Double], _ count: Int) -> [Double]? {
    var lower = matrix
    var column = [Double](repeating: 0, count: count)
    for k in 0..<count {
      let pivot = lower[k * count + k]
      guard pivot > 0, pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      lower[k * count + k] = root
      for i in (k + 1)..<max(count, k + 1) {
        column[i] = lower[i * count + k] / root
        lower[i * count + k] = column[i]
      }
      for i in (k + 1)..<max(count, k + 1) {
        let factor = column[i]
        for j in (k + 1)...i { lower[i * count + j] -= factor * column[j] }
      }
    }
    return lower
  }
}
