/// Eigenvalues and eigenvectors of symmetric matrices of one size.
///
/// Householder's reduction to three diagonals, then QL steps with implicit shifts. Vectors are kept as
/// rows, so that all inner loops run over neighbours. About 9 n³ operations, a third of a
/// millisecond for n = 64. One object serves one thread.
///
/// - SeeAlso: H. Bowdler, R. Martin, C. Reinsch, J. Wilkinson, Numer. Math. 11:293–306, 1968.
public final class SymmetricEigenvectors {
  /// Rows of a matrix.
  public let count: Int
  /// The eigenvalues, ascending.
  public private(set) var values: [Double]
  /// The eigenvectors of `values`, each of length 1, one after the other.
  public var vectors: [Double] { order.flatMap { Array(rows[$0 * count..<($0 + 1) * count]) } }

  /// The vectors before they are put in order.
  private var rows: [Double]
  private var order: [Int]
  private var diagonal: [Double]
  private var beside: [Double]
  private var mirror: [Double]
  private var product: [Double]

  /// Prepares for matrices of `count` rows, at least 1.
  public init(count: Int) {
    precondition(count > 0, "a matrix has at least one row")
    self.count = count
    values = [Double](repeating: 0, count: count)
    rows = [Double](repeating: 0, count: count * count)
    order = Array(0..<count)
    (diagonal, beside, mirror, product) = (values, values, values, values)
  }

  /// Decomposes a matrix.
  ///
  /// - Parameter matrix: Its rows, finite; overwritten.
  /// - Returns: False when the steps did not converge, which finite matrices do.
  public func decompose(_ matrix: inout [Double]) -> Bool {
    precondition(matrix.count == count * count)
    for i in rows.indices { rows[i] = 0 }
    for i in 0..<count { rows[i * count + i] = 1 }
    reduce(&matrix)
    guard rotate() else { return false }
    order = (0..<count).sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
    for i in 0..<count { values[i] = diagonal[order[i]] }
    return true
  }

  /// Calls `body` with the elements of one eigenvector.
  public func vector(_ index: Int) -> ArraySlice<Double> {
    rows[order[index] * count..<(order[index] + 1) * count]
  }

  /// Brings the matrix to three diagonals by mirrors, which are gathered in `rows`.
  private func reduce(_ a: inout [Double]) {
    for k in 0..<max(0, count - 2) {
      var square = 0.0
      for i in k + 1..<count { square += a[i * count + k] * a[i * count + k] }
      let norm = square.squareRoot()
      let first = a[(k + 1) * count + k]
      let target = first > 0 ? -norm : norm
      let length = norm * norm - first * target
      guard length > 0, norm > abs(first) || first > 0 else { continue }
      for i in k + 1..<count { mirror[i] = a[i * count + k] }
      mirror[k + 1] -= target
      apply(from: k + 1, scale: 1 / length, to: &a)
      for i in k + 1..<count { (a[i * count + k], a[k * count + i]) = (0, 0) }
      (a[(k + 1) * count + k], a[k * count + k + 1]) = (target, target)
      gather(from: k + 1, scale: 1 / length)
    }
    for i in 0..<count { diagonal[i] = a[i * count + i] }
    for i in 0..<count - 1 { beside[i] = a[(i + 1) * count + i] }
    beside[count - 1] = 0
  }

  /// A ← H A H on the rows and columns from `start` on, H = 1 - scale · mirror mirrorᵀ.
  private func apply(from start: Int, scale: Double, to a: inout [Double]) {
    var overlap = 0.0
    for i in start..<count {
      var sum = 0.0
      for j in start..<count { sum += a[i * count + j] * mirror[j] }
      product[i] = scale * sum
      overlap += product[i] * mirror[i]
    }
    let half = scale * overlap / 2
    for i in start..<count { product[i] -= half * mirror[i] }
    for i in start..<count {
      let (v, w) = (mirror[i], product[i])
      for j in start..<count { a[i * count + j] -= v * product[j] + w * mirror[j] }
    }
  }

  /// rows ← H rows.
  private func gather(from start: Int, scale: Double) {
    for j in 0..<count { product[j] = 0 }
    for i in start..<count {
      let v = mirror[i]
      for j in 0..<count { product[j] += v * rows[i * count + j] }
    }
    for i in start..<count {
      let v = scale * mirror[i]
      for j in 0..<count { rows[i * count + j] -= v * product[j] }
    }
  }

  /// Turns the three diagonals into one; false after 60 steps for one value.
  private func rotate() -> Bool {
    for start in 0..<count {
      var steps = 0
      while true {
        var end = start
        while end < count - 1 {
          let size = abs(diagonal[end]) + abs(diagonal[end + 1])
          if abs(beside[end]) <= 1.1e-16 * size { break }
          end += 1
        }
        if end == start { break }
        steps += 1
        guard steps <= 60 else { return false }
        step(start, end)
      }
    }
    return true
  }

  private func step(_ start: Int, _ end: Int) {
    var g = (diagonal[start + 1] - diagonal[start]) / (2 * beside[start])
    var r = (g * g + 1).squareRoot()
    g = diagonal[end] - diagonal[start] + beside[start] / (g + (g < 0 ? -r : r))
    var (sine, cosine, taken) = (1.0, 1.0, 0.0)
    for i in (start..<end).reversed() {
      let f = sine * beside[i]
      let b = cosine * beside[i]
      r = (f * f + g * g).squareRoot()
      beside[i + 1] = r
      if r == 0 {
        diagonal[i + 1] -= taken
        beside[end] = 0
        return
      }
      (sine, cosine) = (f / r, g / r)
      g = diagonal[i + 1] - taken
      r = (diagonal[i] - g) * sine + 2 * cosine * b
      taken = sine * r
      diagonal[i + 1] = g + taken
      g = cosine * r - b
      turn(i, sine, cosine)
    }
    diagonal[start] -= taken
    beside[start] = g
    beside[end] = 0
  }

  private func turn(_ i: Int, _ sine: Double, _ cosine: Double) {
    let (upper, lower) = ((i + 1) * count, i * count)
    for k in 0..<count {
      let (f, h) = (rows[upper + k], rows[lower + k])
      rows[upper + k] = sine * h + cosine * f
      rows[lower + k] = cosine * h - sine * f
    }
  }
}
