import VolumeModel

/// The runs along x of the voxels of some rows whose bit has a value, joined to pieces: connected
/// parts, as far as these rows tell.
struct RunSlab: Sendable {
  /// The rows, counted through all slices.
  let rows: Range<Int>
  /// How many pieces there are.
  let pieceCount: Int
  /// Where each run begins in its row.
  private let starts: [Int32]
  /// Where it ends, exclusive.
  private let ends: [Int32]
  /// The piece of each run, numbered in the order of their first runs.
  private let pieces: [Int32]
  /// For each row (and one past the last) the position of its first run.
  private let firstOfRow: [Int]
  private let bits: RowBits

  /// Finds and joins the runs of voxels whose bit has a value.
  init(of mask: Mask, bit: UInt8, rows: Range<Int>) {
    self.rows = rows
    let bits = RowBits(of: mask, bit: bit, rows: rows)
    var firsts = [0]
    firsts.reserveCapacity(rows.count + 1)
    var count = 0
    for row in 0..<rows.count {
      count += bits.runCount(of: row)
      firsts.append(count)
    }
    var starts = [Int32](repeating: 0, count: count)
    var ends = starts
    starts.withUnsafeMutableBufferPointer { starts in
      ends.withUnsafeMutableBufferPointer { ends in
        guard let starts = starts.baseAddress, let ends = ends.baseAddress else { return }
        for row in 0..<rows.count {
          bits.findRuns(of: row, starts + firsts[row], ends + firsts[row])
        }
      }
    }
    (self.bits, firstOfRow, self.starts, self.ends) = (bits, firsts, starts, ends)
    (pieces, pieceCount) = Self.joined(bits, rows, firstOfRow: firsts, height: mask.dimensions.y)
  }

  /// Joins the runs of neighbouring rows.
  ///
  /// - Returns: The number of the piece of each run, and how many pieces there are.
  private static func joined(
    _ bits: RowBits, _ rows: Range<Int>, firstOfRow: [Int], height: Int
  ) -> ([Int32], Int) {
    var pieces = [Int32](repeating: 0, count: firstOfRow[rows.count])
    let count = pieces.withUnsafeMutableBufferPointer { pieces in
      guard let room = pieces.baseAddress else { return 0 }
      let parents = RunParents(room, count: pieces.count)
      func join(_ line: Int, _ other: Int) {
        let (a, b) = (firstOfRow[line], firstOfRow[other])
        bits.eachContact(of: line, with: other, of: bits) { parents.join(a + $0, b + $1) }
      }
      for (line, row) in rows.enumerated() {
        if row % height > 0, line > 0 { join(line, line - 1) }
        if line >= height { join(line, line - height) }
      }
      return parents.number()
    }
    return (pieces, count)
  }

  /// Hands out the pieces of a row that touch those of a row of another slab; both rows are counted
  /// through all slices.
  func eachContact(
    of row: Int, with other: Int, of slab: RunSlab, _ body: (Int, Int) -> Void
  ) {
    let (a, b) = (row - rows.lowerBound, other - slab.rows.lowerBound)
    bits.eachContact(of: a, with: b, of: slab.bits) {
      body(Int(pieces[firstOfRow[a] + $0]), Int(slab.pieces[slab.firstOfRow[b] + $1]))
    }
  }

  /// How many voxels each piece has.
  func sizes() -> [Int] {
    var sizes = [Int](repeating: 0, count: pieceCount)
    for run in pieces.indices { sizes[Int(pieces[run])] += Int(ends[run] - starts[run]) }
    return sizes
  }

  /// How many runs of each piece reach the border of a volume; its first and last slice are border
  /// only when there are several.
  func borderRuns(_ dimensions: SIMD3<Int>) -> [Int] {
    var counts = [Int](repeating: 0, count: pieceCount)
    for row in rows {
      let (y, z) = (row % dimensions.y, row / dimensions.y)
      let atEnd = dimensions.z > 1 && (z == 0 || z == dimensions.z - 1)
      let atBorder = atEnd || y == 0 || y == dimensions.y - 1
      let line = row - rows.lowerBound
      for run in firstOfRow[line]..<firstOfRow[line + 1] {
        let reaches = starts[run] == 0 || Int(ends[run]) == dimensions.x
        counts[Int(pieces[run])] += atBorder || reaches ? 1 : 0
      }
    }
    return counts
  }

  /// Sets the voxels of some pieces.
  ///
  /// - Parameters:
  ///   - bit: What they are set to.
  ///   - isChosen: For each piece whether it is set.
  ///   - width: Voxels of a row.
  ///   - voxels: Those of the slab.
  func paint(
    _ bit: UInt8, where isChosen: ArraySlice<Bool>, width: Int,
    _ voxels: UnsafeMutablePointer<UInt8>
  ) {
    let first = isChosen.startIndex
    for line in 0..<rows.count {
      for run in firstOfRow[line]..<firstOfRow[line + 1]
      where isChosen[first + Int(pieces[run])] {
        for x in starts[run]..<ends[run] { voxels[line * width + Int(x)] = bit }
      }
    }
  }
}
