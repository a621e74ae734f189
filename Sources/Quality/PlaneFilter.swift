import RestorationKernels

/// Windowed means of planes: a separable filter with mirrored borders.
struct PlaneFilter {
  let columns: Int
  let rows: Int
  /// An odd number of weights, the same from both ends.
  let weights: [Float]
  /// The weights from the centre outwards.
  private let outwards: [Float]
  /// Where the rows of a window lie from its middle one, and its columns.
  private let rowPairs: [(before: Int, after: Int)]
  private let columnPairs: [(before: Int, after: Int)]
  /// A row after the pass along y, with half a window of mirrored values at each end.
  private var padded: [Float]

  /// Prepares for planes of one size.
  init(columns: Int, rows: Int, weights: [Float]) {
    self.columns = columns
    self.rows = rows
    self.weights = weights
    let half = weights.count / 2
    outwards = Array(weights[half...])
    rowPairs = (0..<half).map { (-($0 + 1) * columns, ($0 + 1) * columns) }
    columnPairs = (0..<half).map { (-1 - $0, 1 + $0) }
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
    let (columns, half) = (columns, weights.count / 2)
    return [Float](unsafeUninitializedCapacity: count * columns) { result, filled in
      padded.withUnsafeMutableBufferPointer { padded in
        plane.withUnsafeBufferPointer { plane in
          guard let source = plane.baseAddress, let line = padded.baseAddress,
            let target = result.baseAddress
          else { return }
          for y in 0..<count {
            let blended = UnsafeMutableBufferPointer(start: line + half, count: columns)
            if rows > 1 {
              SymmetricCorrelation.apply(
                source + (y + half) * columns, centre: 0, pairs: rowPairs, weights: outwards,
                into: blended)
            } else {
              blended.baseAddress?.update(from: source, count: columns)
            }
            for i in 0..<half {
              line[i] = blended[mirrored(i - half, columns)]
              line[half + columns + i] = blended[mirrored(columns + i, columns)]
            }
            SymmetricCorrelation.apply(
              line + half, centre: 0, pairs: columnPairs, weights: outwards,
              into: UnsafeMutableBufferPointer(start: target + y * columns, count: columns))
          }
        }
      }
      filled = count * columns
    }
  }
}
