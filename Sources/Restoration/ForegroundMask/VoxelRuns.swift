import VolumeModel

/// The runs along x of chosen (or of unchosen) voxels of a mask, joined to connected parts.
///
/// Two voxels are connected when they share a face. Work and memory grow with the number of runs,
/// not of voxels, so that large volumes are labelled at the speed of one sweep. Slabs of rows are
/// searched and joined on all cores, then joined to each other.
struct VoxelRuns: Sendable {
  /// One run of voxels of a row.
  struct Run: BitwiseCopyable {
    /// Where the run begins in its row.
    let start: Int32
    /// Where it ends, exclusive.
    let end: Int32
  }

  let dimensions: SIMD3<Int>
  let runs: [Run]
  /// For each row (and one past the last) the position of its first run.
  let firstOfRow: [Int]
  /// For each run the first one of the part that it belongs to, which stands for the part.
  let parts: [Int32]

  /// Finds and joins the runs of voxels whose bit has a value.
  init(of mask: Mask, bit: UInt8) {
    dimensions = mask.dimensions
    let rows = dimensions.y * dimensions.z
    let slabs = slabs(of: rows, parts: 16)
    let found = summaries(slabs.count) { RowRuns(of: mask, bit: bit, rows: slabs[$0]) }
    var firstOfRow = [0]
    firstOfRow.reserveCapacity(rows + 1)
    var pieces: [Range<Int>] = []
    for part in found {
      let start = firstOfRow[firstOfRow.count - 1]
      for count in part.counts { firstOfRow.append(firstOfRow[firstOfRow.count - 1] + count) }
      pieces.append(start..<start + part.runs.count)
    }
    let runs = filledConcurrently(parts: pieces) { part, room in
      _ = room.initialize(fromContentsOf: found[part].runs)
    }
    let joining = RunJoining(runs: runs, firstOfRow: firstOfRow, height: dimensions.y)
    var parents = [Int32](repeating: 0, count: runs.count)
    fillConcurrently(&parents, parts: pieces) { [pieces] part, parents in
      joining.join(slabs[part], from: pieces[part].lowerBound, &parents)
    }
    var all = parents.mutableSpan
    for slab in slabs.dropFirst() { joining.join(slab, toThoseBefore: &all) }
    // Whoever stands for a run comes before it, so that one sweep finds the first of each part.
    for run in all.indices { all[run] = all[Int(all[run])] }
    (self.runs, self.firstOfRow, parts) = (runs, firstOfRow, parents)
  }
}

/// Joins the runs of neighbouring rows.
private struct RunJoining: Sendable {
  let runs: [VoxelRuns.Run]
  let firstOfRow: [Int]
  /// Rows in a slice.
  let height: Int

  /// Joins the rows of a slab among themselves.
  ///
  /// - Parameters:
  ///   - rows: The slab.
  ///   - first: Its first run.
  ///   - parents: For each run of the slab, one before it or itself that belongs to the same part.
  func join(_ rows: Range<Int>, from first: Int, _ parents: inout MutableSpan<Int32>) {
    for run in parents.indices { parents[run] = Int32(first + run) }
    for row in rows {
      if row % height > 0, row > rows.lowerBound { join(row, row - 1, first, &parents) }
      if row >= height, row - height >= rows.lowerBound { join(row, row - height, first, &parents) }
    }
  }

  /// Joins the rows of a slab to those before it.
  func join(_ rows: Range<Int>, toThoseBefore parents: inout MutableSpan<Int32>) {
    let start = rows.lowerBound
    if start % height > 0 { join(start, start - 1, 0, &parents) }
    for row in start..<min(rows.upperBound, start + height) where row >= height {
      join(row, row - height, 0, &parents)
    }
  }

  private func join(
    _ row: Int, _ neighbour: Int, _ first: Int, _ parents: inout MutableSpan<Int32>
  ) {
    var (a, b) = (firstOfRow[row], firstOfRow[neighbour])
    let (endA, endB) = (firstOfRow[row + 1], firstOfRow[neighbour + 1])
    while a < endA, b < endB {
      if runs[a].start < runs[b].end, runs[b].start < runs[a].end {
        let (partA, partB) = (part(of: a, first, &parents), part(of: b, first, &parents))
        parents[max(partA, partB) - first] = Int32(min(partA, partB))
      }
      if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
    }
  }

  private func part(of run: Int, _ first: Int, _ parents: inout MutableSpan<Int32>) -> Int {
    var position = run
    while parents[position - first] != position {
      // Halve the path, so that the next search is shorter.
      parents[position - first] = parents[Int(parents[position - first]) - first]
      position = Int(parents[position - first])
    }
    return position
  }
}
