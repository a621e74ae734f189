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
    var lower = matrix
    for j in 0..<count {
      for i in j..<count {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          lower[j * count + j] = sum.squareRoot()
        } else {
          lower[i * count + j] = sum / lower[j * count + j]
        }
      }
    }
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
}
