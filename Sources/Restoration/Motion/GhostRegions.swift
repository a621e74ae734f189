/// Where a slice shows the object, the air before and behind it along the phase-encoding direction,
/// and the air beside it.
///
/// The phase-encoding direction runs down the columns.
struct GhostRegions {
  let columns: Int
  /// The object without its rim, as seen before any correction.
  let object: [Bool]
  /// The object with its rim.
  let support: [Bool]
  /// Air above and below the object, where ghosts fall.
  let phaseAir: [Bool]
  /// Air left and right of the object, where only noise falls.
  let readoutAir: [Bool]

  /// What part of the bright signal is object; ghosts stronger than that are taken for object.
  private static let leastSignal: Float = 0.25
  /// Voxels between object and air that belong to neither.
  private static let margin = 3

  /// Finds the regions; nil where there is too little object or air to tell ghosts from it.
  init?(_ plane: [Float], columns: Int) {
    let rows = plane.count / columns
    guard rows >= 16, columns >= 16 else { return nil }
    let smooth = PlaneSmoothing.gaussian(plane, columns: columns, sigma: 1)
    let bright = smooth.sorted()[smooth.count * 98 / 100]
    guard bright > 0 else { return nil }
    let isSignal = smooth.map { $0 > Self.leastSignal * bright }
    // Dark organs lie between signal on both axes.
    let across = Self.spans(isSignal, lines: rows, count: columns, lineStep: columns, step: 1)
    let down = Self.spans(isSignal, lines: columns, count: rows, lineStep: 1, step: columns)
    var object = [Bool](repeating: false, count: plane.count)
    var support = object
    var phaseAir = object
    var readoutAir = object
    for row in 0..<rows {
      for column in 0..<columns {
        let i = row * columns + column
        let inRow = across[row].map { Self.place(column, in: $0) } ?? .beyond
        let inColumn = down[column].map { Self.place(row, in: $0) } ?? .beyond
        object[i] = inRow == .inside && inColumn == .inside
        support[i] = inRow != .beyond && inColumn != .beyond
        // Beyond, in a column that the object crosses, and likewise for rows.
        phaseAir[i] = down[column] != nil && inColumn == .beyond && inRow == .beyond
        readoutAir[i] = across[row] != nil && inRow == .beyond && inColumn == .beyond
      }
    }
    // A corner lies beside and behind the object; it counts as neither.
    let phase = phaseAir.indices.map { phaseAir[$0] && !readoutAir[$0] }
    let readout = readoutAir.indices.map { readoutAir[$0] && !phaseAir[$0] }
    let least = plane.count / 200
    func count(_ region: [Bool]) -> Int { region.reduce(0) { $0 + ($1 ? 1 : 0) } }
    guard count(object) > least, count(phase) > least, count(readout) > least else { return nil }
    self.columns = columns
    self.object = object
    self.support = support
    self.phaseAir = phase
    self.readoutAir = readout
  }

  private enum Place {
    case inside
    case rim
    case beyond
  }

  private static func place(_ position: Int, in span: ClosedRange<Int>) -> Place {
    if span.lowerBound + margin <= position && position <= span.upperBound - margin {
      return .inside
    }
    return position < span.lowerBound - margin || position > span.upperBound + margin
      ? .beyond : .rim
  }

  /// From the first to the last signal of each line.
  private static func spans(
    _ isSignal: [Bool], lines: Int, count: Int, lineStep: Int, step: Int
  ) -> [ClosedRange<Int>?] {
    (0..<lines).map { line in
      let hits = (0..<count).filter { isSignal[line * lineStep + $0 * step] }
      guard let first = hits.first, let last = hits.last else { return nil }
      return first...last
    }
  }
}
