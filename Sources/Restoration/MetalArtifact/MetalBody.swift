internal import RestorationKernels

/// Where in a slice there is more than air.
///
/// Streaks beyond the body's rows and columns disturb nobody, and to fill them takes a third of the
/// time of back-projection around a pelvis.
enum MetalBody {
  /// Pixels along the sides of the squares that are looked at.
  private static let step = 4
  /// How much attenuation, relative to water, the mean of a square needs: more than lung, streaks
  /// and noise have in air.
  private static let least: Float = 0.3
  /// Pixels that are kept around it: skin that a square has too little of, clothes, blur.
  private static let margin = 12
  /// Of these, those over which the correction fades out: an edge of it would show among streaks.
  fileprivate static let fade = 8

  /// The rows and columns of what is more than air.
  ///
  /// - Parameters:
  ///   - attenuation: Relative to water, columns fastest.
  ///   - columns: Pixels in a row.
  /// - Returns: The box; the whole plane where all is air.
  static func box(of attenuation: [Float], columns: Int) -> PlaneBox {
    let rows = attenuation.count / columns
    var (across, down) = ([Int](), [Int]())
    for row in stride(from: 0, to: rows, by: step) {
      let lines = row..<min(row + step, rows)
      for column in stride(from: 0, to: columns, by: step) {
        let places = column..<min(column + step, columns)
        var sum: Float = 0
        for line in lines { for i in places { sum += attenuation[line * columns + i] } }
        guard sum >= least * Float(lines.count * places.count) else { continue }
        across.append(column)
        down.append(row)
      }
    }
    return PlaneBox(columns: range(across, columns), rows: range(down, rows))
  }

  private static func range(_ places: [Int], _ count: Int) -> Range<Int> {
    guard let first = places.min(), let last = places.max() else { return 0..<count }
    return max(0, first - margin)..<min(count, last + step + margin)
  }
}

extension PlaneBox {
  /// Weighs the pixels of the box: 1 but near its edges, where a change fades out, unless the picture
  /// ends there.
  ///
  /// - Parameters:
  ///   - columns: Pixels in a row of the picture.
  ///   - rows: Its rows.
  ///   - body: Called with the place of each pixel, columns fastest, and its weight.
  func forEachWeighted(columns: Int, rows: Int, _ body: (Int, Float) -> Void) {
    let across = Self.weights(of: self.columns, in: columns)
    for (row, down) in zip(self.rows, Self.weights(of: self.rows, in: rows)) {
      for (column, weight) in zip(self.columns, across) {
        body(row * columns + column, min(weight, down))
      }
    }
  }

  private static func weights(of range: Range<Int>, in count: Int) -> [Float] {
    range.map { place in
      let before = range.lowerBound > 0 ? place - range.lowerBound + 1 : count
      let behind = range.upperBound < count ? range.upperBound - place : count
      return min(1, Float(min(before, behind)) / Float(MetalBody.fade + 1))
    }
  }

  /// The box in a plane of half as many columns and rows.
  var halved: PlaneBox {
    PlaneBox(
      columns: columns.lowerBound / 2..<(columns.upperBound + 1) / 2,
      rows: rows.lowerBound / 2..<(rows.upperBound + 1) / 2)
  }
}
