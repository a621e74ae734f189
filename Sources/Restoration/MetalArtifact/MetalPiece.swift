/// Bright voxels of one slice that hang together along rows, columns or diagonals.
struct MetalPiece {
  /// Positions in the slice.
  let voxels: [Int]
  /// Whether this is metal on its own account, else only as the continuation of metal in a
  /// neighbouring slice.
  let isCertain: Bool

  /// How bright the smoothed slice must be somewhere, as a part of the threshold: bright noise and
  /// crossings of streaks are as bright as metal, but only by single voxels.
  private static let leastSmoothed: Float = 0.8
  /// How much of a piece must lie at the end of a scale that was used up: enamel and dense bone
  /// reach that end too, under sharp kernels, with up to a third of what passes the threshold.
  private static let leastPlateau = 0.4
  /// Larger pieces lose what is thinner than three voxels, and more in finer planes (see
  /// `MetalGrain`).
  ///
  /// Bright streaks between implants reach the threshold too, and would widen the trace. A small
  /// marker is that thin itself.
  private static let openedArea = 50

  /// Finds the pieces of a slice.
  ///
  /// - Parameters:
  ///   - plane: HU, columns fastest.
  ///   - columns: Voxels in a row.
  ///   - threshold: From which value on a voxel starts and joins a piece.
  ///   - minimumArea: Voxels that a piece needs to be certain.
  /// - Returns: The pieces in the order of their first seed.
  static func find(
    in plane: [Float], columns: Int, threshold: MetalThreshold, minimumArea: Int
  ) -> [MetalPiece] {
    var isSeen = [UInt8](repeating: 0, count: plane.count)
    var pieces: [MetalPiece] = []
    let smooth = PlaneSmoothing.gaussian(plane, columns: columns, sigma: 1)
    for seed in plane.indices where plane[seed] >= threshold.seedHU && isSeen[seed] == 0 {
      let voxels = grown(from: seed, in: plane, columns, threshold.growHU, &isSeen)
      let brightest = voxels.reduce(-Float.infinity) { max($0, smooth[$1]) }
      let atEnd = threshold.plateauHU.map { end in voxels.count { plane[$0] >= end } }
      let isCertain =
        voxels.count >= minimumArea && brightest >= leastSmoothed * threshold.seedHU
        && (atEnd.map { Double($0) >= leastPlateau * Double(voxels.count) } ?? true)
      pieces.append(
        MetalPiece(
          voxels: voxels.count > openedArea
            ? withoutStreaks(voxels, columns, count: plane.count) : voxels,
          isCertain: isCertain))
    }
    return pieces
  }

  private static func grown(
    from seed: Int, in plane: [Float], _ columns: Int, _ least: Float, _ isSeen: inout [UInt8]
  ) -> [Int] {
    let rows = plane.count / columns
    var piece = [seed]
    isSeen[seed] = 1
    var next = 0
    while next < piece.count {
      let (row, column) = piece[next].quotientAndRemainder(dividingBy: columns)
      next += 1
      for y in max(0, row - 1)...min(rows - 1, row + 1) {
        for x in max(0, column - 1)...min(columns - 1, column + 1) {
          let i = y * columns + x
          guard isSeen[i] == 0, plane[i] >= least else { continue }
          isSeen[i] = 1
          piece.append(i)
        }
      }
    }
    return piece
  }

  /// Opens a piece with a voxel and its four neighbours, as often as its size and the grain of the
  /// plane allow, unless nothing of it would remain.
  private static func withoutStreaks(_ voxels: [Int], _ columns: Int, count: Int) -> [Int] {
    let rows = count / columns
    var core = [UInt8](repeating: 0, count: count)
    for i in voxels { core[i] = 1 }
    var best = voxels
    for times in 1...MetalGrain.size(columns: columns, rows: rows)
    where voxels.count > openedArea * times * times {
      core = eroded(core, voxels, columns)
      let opened = PlaneMorphology.dilated(core, columns: columns, times: times)
      let kept = voxels.filter { opened[$0] != 0 }
      guard !kept.isEmpty else { return best }
      best = kept
    }
    return best
  }

  /// The voxels that have all four neighbours, of some.
  private static func eroded(_ bits: [UInt8], _ voxels: [Int], _ columns: Int) -> [UInt8] {
    let rows = bits.count / columns
    var core = [UInt8](repeating: 0, count: bits.count)
    for i in voxels {
      let (row, column) = i.quotientAndRemainder(dividingBy: columns)
      guard row > 0, row + 1 < rows, column > 0, column + 1 < columns else { continue }
      core[i] = bits[i] & bits[i - 1] & bits[i + 1] & bits[i - columns] & bits[i + columns]
    }
    return core
  }
}
