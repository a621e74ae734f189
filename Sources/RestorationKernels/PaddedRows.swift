/// Rows of samples with zeros around each, so that interpolation beyond the ends needs no test.
struct PaddedRows: Sendable {
  /// Zeros before and after each row: one for the interpolation's upper neighbour, one for the
  /// rounding of positions.
  static let margin = 2

  /// Samples in a row without its zeros.
  let count: Int
  /// All rows with their zeros.
  private(set) var samples: [Float]

  /// Samples from one row to the next.
  var stride: Int { count + 2 * Self.margin }

  /// Copies rows out of an array.
  ///
  /// - Parameters:
  ///   - source: The samples.
  ///   - rows: How many rows.
  ///   - count: Samples in a row.
  ///   - rowStride: Distance in `source` from one row's start to the next.
  ///   - sampleStride: Distance in `source` from one sample of a row to the next.
  init(_ source: [Float], rows: Int, count: Int, rowStride: Int, sampleStride: Int) {
    self.count = count
    let stride = count + 2 * Self.margin
    samples = [Float](repeating: 0, count: rows * stride)
    // In blocks, so that a transposing copy uses whole cache lines.
    for first in Swift.stride(from: 0, to: count, by: 16) {
      let last = min(first + 16, count)
      for row in 0..<rows {
        let from = row * rowStride
        let to = row * stride + Self.margin
        for sample in first..<last {
          samples[to + sample] = source[from + sample * sampleStride]
        }
      }
    }
  }
}
