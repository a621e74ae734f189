/// Windowed means of planes: a separable filter with mirrored borders.
struct PlaneFilter {
  let columns: Int
  let rows: Int
  /// An odd number of weights.
  let weights: [Float]
  /// The plane after the pass along y.
  private var blended: [Float]
  /// A row with half a window of mirrored values at each end.
  private var padded: [Float]

  /// Prepares for planes of one size.
  init(columns: Int, rows: Int, weights: [Float]) {
    self.columns = columns
    self.rows = rows
    self.weights = weights
    blended = Array(repeating: 0, count: columns)
    padded = Array(repeating: 0, count: columns + weights.count - 1)
  }

  /// The windowed mean of each plane, at rows of it.
  ///
  /// - Parameters:
  ///   - planes: Those rows, and as many before and after them as half a window has, unless the
  ///     planes have but one row.
  ///   - wanted: The rows.
  /// - Returns: A plane of those rows for each plane.
  mutating func means(_ planes: [[Float]], rows wanted: Range<Int>) -> [[Float]] {
    planes.map { mean($0, count: wanted.count) }
  }

  private mutating func mean(_ plane: [Float], count: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count * columns)
    let half = weights.count / 2
    for y in 0..<count {
      if rows > 1 {
        for i in 0..<columns { blended[i] = 0 }
        for (tap, weight) in weights.enumerated() {
          let start = (y + tap) * columns
          for i in 0..<columns { blended[i] += weight * plane[start + i] }
        }
      } else {
        blended = plane
      }
      for i in 0..<columns { padded[half + i] = blended[i] }
      for i in 0..<half {
        padded[i] = blended[mirrored(i - half, columns)]
        padded[half + columns + i] = blended[mirrored(columns + i, columns)]
      }
      let row = y * columns
      for (tap, weight) in weights.enumerated() {
        for i in 0..<columns { result[row + i] += weight * padded[i + tap] }
      }
    }
    return result
  }
}
