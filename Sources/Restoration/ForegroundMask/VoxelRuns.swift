import VolumeModel

/// The runs along x of chosen (or of unchosen) voxels of a mask, joined to connected parts.
///
/// Two voxels are connected when they share a face. Work and memory grow with the number of runs,
/// not of voxels, so that large volumes are labelled at the speed of one sweep.
struct VoxelRuns {
  /// One run of voxels of a row.
  struct Run {
    /// Where the run begins in its row.
    let start: Int32
    /// Where it ends, exclusive.
    let end: Int32
  }

  let dimensions: SIMD3<Int>
  private(set) var runs: [Run] = []
  /// For each row (and one past the last) the position of its first run.
  private(set) var firstOfRow: [Int] = [0]
  private var parents: [Int32] = []

  /// Finds and joins the runs of voxels whose bit has a value.
  init(of mask: Mask, bit: UInt8) {
    dimensions = mask.dimensions
    let rows = dimensions.y * dimensions.z
    let parts = slabs(of: rows)
    let found = summaries(parts.count) { part in
      RowRuns(of: mask, bit: bit, rows: parts[part])
    }
    firstOfRow.reserveCapacity(rows + 1)
    runs.reserveCapacity(found.reduce(0) { $0 + $1.runs.count })
    for part in found {
      for count in part.counts { firstOfRow.append(firstOfRow[firstOfRow.count - 1] + count) }
      runs += part.runs
    }
    parents = runs.indices.map { Int32($0) }
    joinRows()
  }

  /// The run that stands for the part that a run belongs to.
  mutating func part(of run: Int) -> Int {
    parents.withUnsafeMutableBufferPointer { Self.part(of: run, $0) }
  }

  private static func part(of run: Int, _ parents: UnsafeMutableBufferPointer<Int32>) -> Int {
    var position = Int32(run)
    while parents[Int(position)] != position {
      // Halve the path, so that the next search is shorter.
      parents[Int(position)] = parents[Int(parents[Int(position)])]
      position = parents[Int(position)]
    }
    return Int(position)
  }

  /// Joins what touches in neighbouring rows.
  private mutating func joinRows() {
    let (height, rows) = (dimensions.y, dimensions.y * dimensions.z)
    parents.withUnsafeMutableBufferPointer { [runs, firstOfRow] parents in
      func join(_ row: Int, _ neighbour: Int) {
        var (a, b) = (firstOfRow[row], firstOfRow[neighbour])
        let (endA, endB) = (firstOfRow[row + 1], firstOfRow[neighbour + 1])
        while a < endA, b < endB {
          if runs[a].start < runs[b].end, runs[b].start < runs[a].end {
            let (partA, partB) = (Self.part(of: a, parents), Self.part(of: b, parents))
            parents[max(partA, partB)] = Int32(min(partA, partB))
          }
          if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
        }
      }
      for row in 0..<rows {
        if row % height > 0 { join(row, row - 1) }
        if row >= height { join(row, row - height) }
      }
    }
  }
}

/// The runs of some rows.
private struct RowRuns {
  private(set) var runs: [VoxelRuns.Run] = []
  /// How many there are in each row.
  private(set) var counts: [Int] = []

  init(of mask: Mask, bit: UInt8, rows: Range<Int>) {
    let width = mask.dimensions.x
    mask.bits.withUnsafeBufferPointer { bits in
      guard let first = bits.baseAddress else { return }
      for row in rows {
        let before = runs.count
        find(first + row * width, count: width, bit: bit)
        counts.append(runs.count - before)
      }
    }
  }

  private mutating func find(_ row: UnsafePointer<UInt8>, count: Int, bit: UInt8) {
    var x = 0
    while true {
      let start = Self.place(in: row, from: x, count: count, bit: bit, holds: true)
      guard start < count else { return }
      x = Self.place(in: row, from: start, count: count, bit: bit, holds: false)
      runs.append(VoxelRuns.Run(start: Int32(start), end: Int32(x)))
    }
  }

  /// The next place of a row that holds a bit, or that does not; `count` where there is none.
  ///
  /// Eight voxels at a time, since most are like the one before.
  private static func place(
    in row: UnsafePointer<UInt8>, from start: Int, count: Int, bit: UInt8, holds: Bool
  ) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var x = start
    while x + 8 <= count {
      // A byte is 0 where the bit is held.
      let word = UnsafeRawPointer(row + x).loadUnaligned(as: UInt64.self) ^ (ones &* UInt64(bit))
      let isNext = holds ? (word &- ones) & ~word & (ones << 7) != 0 : word != 0
      if isNext { break }
      x += 8
    }
    while x < count, (row[x] == bit) != holds { x += 1 }
    return x
  }
}
