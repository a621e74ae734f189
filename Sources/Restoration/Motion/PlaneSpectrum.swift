internal import RestorationKernels

/// The two-dimensional Fourier transform of a real plane.
package struct PlaneSpectrum {
  package let columns: Int
  package let rows: Int
  /// Interleaved (real, imaginary) pairs, the frequency along a row fastest, zero first.
  package var values: [Double]

  /// Transforms a plane, columns fastest.
  package init(of plane: [Float], columns: Int) {
    self.columns = columns
    rows = plane.count / columns
    values = [Double](repeating: 0, count: 2 * plane.count)
    for i in plane.indices { values[2 * i] = Double(plane[i]) }
    values = Self.transformed(values, columns: columns, rows: rows, inverse: false)
  }

  /// The plane of this spectrum: the real part of the inverse transform.
  package func plane() -> [Float] {
    let back = Self.transformed(values, columns: columns, rows: rows, inverse: true)
    let scale = 1 / Double(columns * rows)
    return (0..<columns * rows).map { Float(back[2 * $0] * scale) }
  }

  /// The position of a frequency, which may lie up to a period outside the plane.
  func index(_ row: Int, _ column: Int) -> Int {
    (row + rows) % rows * columns + (column + columns) % columns
  }

  /// The magnitude at a position.
  func magnitude(_ index: Int) -> Double {
    let real = values[2 * index]
    let imaginary = values[2 * index + 1]
    return (real * real + imaginary * imaginary).squareRoot()
  }

  private static func transformed(
    _ source: [Double], columns: Int, rows: Int, inverse: Bool
  ) -> [Double] {
    var alongRows = source
    let rowTransform = FourierTransform(count: columns, inverse: inverse)
    source.withUnsafeBufferPointer { from in
      alongRows.withUnsafeMutableBufferPointer { to in
        guard let from = from.baseAddress, let to = to.baseAddress else { return }
        for row in 0..<rows {
          rowTransform.run(from + 2 * row * columns, to + 2 * row * columns)
        }
      }
    }
    var result = alongRows
    let columnTransform = FourierTransform(count: rows, inverse: inverse)
    var line = [Double](repeating: 0, count: 2 * rows)
    var transformed = line
    for column in 0..<columns {
      for row in 0..<rows {
        line[2 * row] = alongRows[2 * (row * columns + column)]
        line[2 * row + 1] = alongRows[2 * (row * columns + column) + 1]
      }
      columnTransform.run(line, &transformed)
      for row in 0..<rows {
        result[2 * (row * columns + column)] = transformed[2 * row]
        result[2 * (row * columns + column) + 1] = transformed[2 * row + 1]
      }
    }
    return result
  }
}
