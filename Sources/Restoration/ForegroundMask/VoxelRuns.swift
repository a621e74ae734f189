import VolumeModel

/// The runs along x of chosen (or of unchosen) voxels of a mask, joined to connected parts.
///
/// Two voxels are connected when they share a face. Work and memory grow with the number of runs,
/// not of voxels, so that large volumes are labelled at the speed of one sweep. Slabs of rows are
/// searched and joined on all cores; what is left for one core is where slabs meet.
struct VoxelRuns: Sendable {
  /// Adjacent rows each, all rows of the mask.
  let slabs: [RunSlab]
  /// The pieces of all slabs, slab by slab.
  private let pieces: [Range<Int>]
  /// The part of each piece, numbered from 0.
  private let parts: [Int32]
  private let partCount: Int

  /// Finds and joins the runs of voxels whose bit has a value.
  init(of mask: Mask, bit: UInt8) {
    let height = mask.dimensions.y
    let rows = Restoration.slabs(of: height * mask.dimensions.z, parts: 16)
    let slabs = summaries(rows.count) { RunSlab(of: mask, bit: bit, rows: rows[$0]) }
    var pieces: [Range<Int>] = []
    for slab in slabs {
      let first = pieces.last?.upperBound ?? 0
      pieces.append(first..<first + slab.pieceCount)
    }
    var parts = [Int32](repeating: 0, count: pieces.last?.upperBound ?? 0)
    partCount = parts.withUnsafeMutableBufferPointer { parts in
      guard let first = parts.baseAddress else { return 0 }
      let parents = RunParents(first, count: parts.count)
      for slab in slabs.indices.dropFirst() {
        Self.join(slab, of: slabs, pieces, height: height, parents)
      }
      return parents.number()
    }
    (self.slabs, self.pieces, self.parts) = (slabs, pieces, parts)
  }

  /// Joins the rows of a slab to those before it.
  private static func join(
    _ slab: Int, of slabs: [RunSlab], _ pieces: [Range<Int>], height: Int,
    _ parents: RunParents
  ) {
    func join(_ row: Int, _ other: Int) {
      var before = slab - 1
      while slabs[before].rows.lowerBound > other { before -= 1 }
      slabs[slab].eachContact(of: row, with: other, of: slabs[before]) {
        parents.join(pieces[slab].lowerBound + $0, pieces[before].lowerBound + $1)
      }
    }
    let rows = slabs[slab].rows
    if rows.lowerBound % height > 0 { join(rows.lowerBound, rows.lowerBound - 1) }
    for row in rows.prefix(height) where row >= height { join(row, row - height) }
  }

  /// Sums something over whole parts.
  ///
  /// - Parameter counts: What to sum, for each piece of a slab.
  /// - Returns: For each piece of all slabs, one after the other, the sum over its part.
  func totals(_ counts: @Sendable (RunSlab) -> [Int]) -> [Int] {
    let found = summaries(slabs.count) { counts(slabs[$0]) }
    var totals = [Int](repeating: 0, count: partCount)
    for (range, counts) in zip(pieces, found) {
      for (piece, count) in zip(range, counts) { totals[Int(parts[piece])] += count }
    }
    return parts.map { totals[Int($0)] }
  }

  /// Sets the voxels of some pieces of a mask.
  ///
  /// - Parameters:
  ///   - mask: That whose runs these are.
  ///   - bit: What they are set to.
  ///   - isChosen: For each piece of all slabs, whether it is set.
  /// - Returns: The other mask.
  func painting(_ mask: Mask, _ bit: UInt8, where isChosen: [Bool]) -> Mask {
    let width = mask.dimensions.x
    let parts = slabs.map { $0.rows.lowerBound * width..<$0.rows.upperBound * width }
    let painted: [UInt8] = filledConcurrently(parts: parts) { part, room in
      _ = room.initialize(fromContentsOf: mask.bits[parts[part]])
      guard let voxels = room.baseAddress else { return }
      slabs[part].paint(bit, where: isChosen[pieces[part]], width: width, voxels)
    }
    return Mask(dimensions: mask.dimensions, bits: painted)
  }
}
