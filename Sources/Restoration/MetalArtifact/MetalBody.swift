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
  /// The box in a plane of half as many columns and rows.
  var halved: PlaneBox {
    PlaneBox(
      columns: columns.lowerBound / 2..<(columns.upperBound + 1) / 2,
      rows: rows.lowerBound / 2..<(rows.upperBound + 1) / 2)
  }
}
