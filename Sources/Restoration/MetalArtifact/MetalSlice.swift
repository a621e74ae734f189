internal import VolumeModel

/// One slice that holds metal.
struct MetalSlice: Sendable {
  /// Air, which also stands for voxels without a meaning.
  static let airHU: Float = -1000
  /// Values from here down are padding that nobody declared (-2000 and -3024 are usual): no
  /// attenuation is less than none, and streaks do not undershoot that far in stored scans.
  static let paddingHU: Float = -1900

  /// Which slice of the volume.
  let index: Int
  /// HU without padding, columns fastest.
  let plane: [Float]
  /// 1 where metal is.
  let metal: [UInt8]
  /// 1 where the voxel must come out as it went in.
  let isFixed: [UInt8]
  /// Voxels of metal.
  let metalCount: Int

  /// Looks for metal in a slice; nil when there is none.
  init?(
    _ index: Int, of volume: Volume, excluding excluded: Mask?, threshold: MetalThreshold,
    minimumArea: Int
  ) {
    let start = index * volume.planeCount
    var hasSeed = false
    for i in start..<(start + volume.planeCount) where volume.voxels[i] >= threshold.seedHU {
      hasSeed = hasSeed || excluded?[i] != true
    }
    guard hasSeed else { return nil }
    var plane = Array(volume.voxels[start..<(start + volume.planeCount)])
    var isFixed = [UInt8](repeating: 0, count: plane.count)
    for i in plane.indices where excluded?[start + i] == true || !(plane[i] > Self.paddingHU) {
      plane[i] = Self.airHU
      isFixed[i] = 1
    }
    let metal = Self.metal(
      in: plane, columns: volume.dimensions.x, threshold: threshold, minimumArea: minimumArea)
    let count = metal.reduce(0) { $0 + Int($1) }
    guard count > 0 else { return nil }
    for i in metal.indices where metal[i] != 0 { isFixed[i] = 1 }
    self.index = index
    self.plane = plane
    self.metal = metal
    self.isFixed = isFixed
    metalCount = count
  }

  /// The pieces, connected along rows and columns and corners, that hold a seed and enough voxels.
  private static func metal(
    in plane: [Float], columns: Int, threshold: MetalThreshold, minimumArea: Int
  ) -> [UInt8] {
    let rows = plane.count / columns
    var metal = [UInt8](repeating: 0, count: plane.count)
    var isSeen = metal
    var piece: [Int] = []
    for seed in plane.indices where plane[seed] >= threshold.seedHU && isSeen[seed] == 0 {
      piece.removeAll(keepingCapacity: true)
      piece.append(seed)
      isSeen[seed] = 1
      var next = 0
      while next < piece.count {
        let (row, column) = piece[next].quotientAndRemainder(dividingBy: columns)
        next += 1
        for y in max(0, row - 1)...min(rows - 1, row + 1) {
          for x in max(0, column - 1)...min(columns - 1, column + 1) {
            let i = y * columns + x
            guard isSeen[i] == 0, plane[i] >= threshold.growHU else { continue }
            isSeen[i] = 1
            piece.append(i)
          }
        }
      }
      guard piece.count >= minimumArea else { continue }
      for i in piece { metal[i] = 1 }
      if piece.count > openedArea { cutOffStreaks(of: piece, in: &metal, columns: columns) }
    }
    return metal
  }

  /// Larger pieces lose what is thinner than three voxels: bright streaks between implants reach
  /// the threshold too, and would widen the trace. A small marker is that thin itself.
  private static let openedArea = 50

  /// Opens one piece with a voxel and its four neighbours, unless nothing of it would remain.
  private static func cutOffStreaks(of piece: [Int], in metal: inout [UInt8], columns: Int) {
    let rows = metal.count / columns
    var core = [UInt8](repeating: 0, count: metal.count)
    for i in piece {
      let (row, column) = i.quotientAndRemainder(dividingBy: columns)
      guard row > 0, row + 1 < rows, column > 0, column + 1 < columns else { continue }
      let neighbours = metal[i - 1] & metal[i + 1] & metal[i - columns] & metal[i + columns]
      core[i] = neighbours
    }
    let opened = PlaneMorphology.dilated(core, columns: columns)
    guard piece.contains(where: { opened[$0] != 0 }) else { return }
    for i in piece { metal[i] = opened[i] }
  }
}
