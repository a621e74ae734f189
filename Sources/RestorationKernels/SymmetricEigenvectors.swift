/// Eigenvalues and eigenvectors of symmetric matrices of one size.
///
/// Householder's reduction to three diagonals, then QL steps with implicit shifts. Vectors are kept as
/// rows, so that all inner loops run over neighbours, eight at a time. About 9 n³ operations; the
/// steps wait for a root and a division at each of some 0.9 n² turns: 40 µs for n = 32 (November
/// 2026). One object serves one thread.
///
/// - SeeAlso: H. Bowdler, R. Martin, C. Reinsch, J. Wilkinson, Numer. Math. 11:293–306, 1968.
public final class SymmetricEigenvectors {
  /// Rows of a matrix.
  public let count: Int
  /// The eigenvalues, ascending.
  public private(set) var values: [Double]
  /// The eigenvectors of `values`, each of length 1, one after the other.
  public var vectors: [Double] {
    order.flatMap { Array(UnsafeBufferPointer(start: rows[$0], count: count)) }
  }

  /// The matrix, then what is left of it.
  let matrix: DoubleRows
  /// The vectors before they are put in order.
  private let rows: DoubleRows
  private var order: [Int]
  /// What turned the matrix into three diagonals: the mirror of each column, from its second element
  /// below the diagonal on.
  private let mirrors: DoubleRows
  private let scales: UnsafeMutablePointer<Double>
  private let diagonal: UnsafeMutablePointer<Double>
  private let beside: UnsafeMutablePointer<Double>
  private let product: UnsafeMutablePointer<Double>
  /// The memory of the last four.
  private let lines: DoubleRows

  /// Prepares for matrices of `count` rows, at least 1.
  public init(count: Int) {
    precondition(count > 0, "a matrix has at least one row")
    self.count = count
    values = [Double](repeating: 0, count: count)
    order = Array(0..<count)
    matrix = DoubleRows(rows: count, columns: count)
    rows = DoubleRows(rows: count, columns: count)
    mirrors = DoubleRows(rows: count, columns: count)
    lines = DoubleRows(rows: 4, columns: count)
    (scales, diagonal, beside, product) = (lines[0], lines[1], lines[2], lines[3])
  }

  /// Decomposes a matrix.
  ///
  /// - Parameter matrix: Its rows, finite, `count` elements each.
  /// - Returns: False when the steps did not converge, which finite matrices do.
  public func decompose(_ matrix: [Double]) -> Bool {
    precondition(matrix.count == count * count)
    for i in 0..<count {
      for j in 0..<count { self.matrix[i][j] = matrix[i * count + j] }
    }
    return decompose()
  }

  /// Decomposes what lies in `matrix`, which is lost.
  func decompose() -> Bool {
    reduce()
    gather()
    guard rotate() else { return false }
    order = (0..<count).sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
    for i in 0..<count { values[i] = diagonal[order[i]] }
    return true
  }

  /// The elements of the eigenvector of `values[index]`.
  func vector(_ index: Int) -> UnsafeMutablePointer<Double> { rows[order[index]] }

  /// Brings the matrix to three diagonals by mirrors, H = 1 - scale · mirror mirrorᵀ.
  private func reduce() {
    for k in 0..<max(0, count - 2) {
      let mirror = mirrors[k]
      for j in 0..<k + 1 { mirror[j] = 0 }
      var square = 0.0
      for j in k + 1..<count {
        mirror[j] = matrix[k][j]
        square += mirror[j] * mirror[j]
      }
      let norm = square.squareRoot()
      let first = mirror[k + 1]
      let target = first > 0 ? -norm : norm
      let length = norm * norm - first * target
      guard length > 0, norm > abs(first) || first > 0 else {
        (scales[k], beside[k]) = (0, first)
        continue
      }
      mirror[k + 1] -= target
      (scales[k], beside[k]) = (1 / length, target)
      apply(mirror, from: k + 1, scale: 1 / length)
    }
    for i in 0..<count { diagonal[i] = matrix[i][i] }
    if count > 1 { beside[count - 2] = matrix[count - 2][count - 1] }
    beside[count - 1] = 0
  }

  /// A ← H A H on the rows and columns from `start` on; what lies before them is never read again.
  private func apply(_ mirror: UnsafeMutablePointer<Double>, from start: Int, scale: Double) {
    let lanes = DoubleLanes.scalarCount
    let first = start / lanes * lanes
    matrix.combine(start..<count, weights: mirror, from: start, into: product)
    for j in first..<start { product[j] = 0 }
    // Scaled before it is multiplied: the scale's square would leave what a double holds where the
    // matrix has a part that is far smaller than the rest.
    var sums = DoubleLanes.zero
    for j in stride(from: first, to: matrix.stride, by: lanes) {
      let scaled = product.lanes(at: j) * scale
      product.store(scaled, at: j)
      sums.addProduct(scaled, mirror.lanes(at: j))
    }
    let half = DoubleLanes(repeating: -scale * sums.total / 2)
    for j in stride(from: first, to: matrix.stride, by: lanes) {
      product.store(product.lanes(at: j).addingProduct(mirror.lanes(at: j), half), at: j)
    }
    for i in start..<count {
      let row = matrix[i]
      let (v, w) = (DoubleLanes(repeating: -mirror[i]), DoubleLanes(repeating: -product[i]))
      for j in stride(from: first, to: matrix.stride, by: lanes) {
        let less = row.lanes(at: j).addingProduct(product.lanes(at: j), v)
        row.store(less.addingProduct(mirror.lanes(at: j), w), at: j)
      }
    }
  }

  /// The product of all mirrors, its columns as rows.
  ///
  /// From the last mirror to the first, for each changes those rows and columns only that the ones
  /// behind it did, and one more.
  private func gather() {
    matrix.becomeIdentity()
    for k in (0..<max(0, count - 2)).reversed() where scales[k] != 0 {
      let (mirror, start) = (mirrors[k], k + 1)
      matrix.combine(start..<count, weights: mirror, from: start, into: product)
      for j in start / DoubleLanes.scalarCount * DoubleLanes.scalarCount..<count {
        product[j] *= -scales[k]
      }
      matrix.add(product, times: mirror, to: start..<count, from: start)
    }
    rows.becomeTransposed(matrix)
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
    let root = (g * g + 1).squareRoot()
    g = diagonal[end] - diagonal[start] + beside[start] / (g + (g < 0 ? -root : root))
    var (sine, cosine, taken) = (1.0, 1.0, 0.0)
    for i in (start..<end).reversed() {
      let f = sine * beside[i]
      let b = cosine * beside[i]
      let r = (f * f + g * g).squareRoot()
      beside[i + 1] = r
      if r == 0 {
        diagonal[i + 1] -= taken
        beside[end] = 0
        return
      }
      // One division, and as little as can be behind it: all that follows waits for it.
      let inverse = 1 / r
      let upper = diagonal[i + 1] - taken
      let change = ((diagonal[i] - upper) * f + 2 * g * b) * inverse
      (sine, cosine) = (f * inverse, g * inverse)
      taken = sine * change
      diagonal[i + 1] = upper + taken
      g = cosine * change - b
      turn(rows[i], rows[i + 1], sine, cosine)
    }
    diagonal[start] -= taken
    beside[start] = g
    beside[end] = 0
  }

  /// Turns two rows towards each other.
  @inline(__always)
  private func turn(
    _ lower: UnsafeMutablePointer<Double>, _ upper: UnsafeMutablePointer<Double>, _ sine: Double,
    _ cosine: Double
  ) {
    let (s, c) = (DoubleLanes(repeating: sine), DoubleLanes(repeating: cosine))
    for k in stride(from: 0, to: rows.stride, by: DoubleLanes.scalarCount) {
      let (f, h) = (upper.lanes(at: k), lower.lanes(at: k))
      upper.store((c * f).addingProduct(s, h), at: k)
      lower.store((c * h).addingProduct(-s, f), at: k)
    }
  }
}
