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
    firstOfRow.reserveCapacity(rows + 1)
    for row in 0..<rows {
      findRuns(mask.bits, row: row, bit: bit)
      firstOfRow.append(runs.count)
      if row % dimensions.y > 0 { join(row, row - 1) }
      if row >= dimensions.y { join(row, row - dimensions.y) }
    }
  }

  /// The run that stands for the part that a run belongs to.
  mutating func part(of run: Int) -> Int {
    var position = Int32(run)
    while parents[Int(position)] != position {
      // Halve the path, so that the next search is shorter.
      parents[Int(position)] = parents[Int(parents[Int(position)])]
      position = parents[Int(position)]
    }
    return Int(position)
  }

  private mutating func findRuns(_ bits: [UInt8], row: Int, bit: UInt8) {
    let offset = row * dimensions.x
    var x = 0
    while x < dimensions.x {
      guard bits[offset + x] == bit else {
        x += 1
        continue
      }
      let start = x
      while x < dimensions.x, bits[offset + x] == bit { x += 1 }
      parents.append(Int32(runs.count))
      runs.append(Run(start: Int32(start), end: Int32(x)))
    }
  }

  private mutating func join(_ row: Int, _ neighbour: Int) {
    var (a, b) = (firstOfRow[row], firstOfRow[neighbour])
    let (endA, endB) = (firstOfRow[row + 1], firstOfRow[neighbour + 1])
    while a < endA, b < endB {
      if runs[a].start < runs[b].end, runs[b].start < runs[a].end { unite(a, b) }
      if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
    }
  }

  private mutating func unite(_ a: Int, _ b: Int) {
    let (partA, partB) = (part(of: a), part(of: b))
    parents[max(partA, partB)] = Int32(min(partA, partB))
  }
}
