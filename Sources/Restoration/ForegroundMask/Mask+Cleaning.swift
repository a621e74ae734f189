public import VolumeModel

extension Mask {
  /// The mask without its small parts: what has at least a fraction of the voxels of the largest
  /// connected part stays.
  ///
  /// Voxels are connected through faces. Both legs or both breasts of one scan are kept.
  ///
  /// - Parameter fraction: 0 keeps everything, 1 the largest alone.
  /// - Returns: The smaller mask.
  public func keepingLargestParts(fraction: Double = 0.1) -> Mask {
    let runs = VoxelRuns(of: self, bit: 1)
    var sizes = [Int](repeating: 0, count: runs.runs.count)
    for (run, part) in zip(runs.runs, runs.parts) { sizes[Int(part)] += Int(run.end - run.start) }
    let least = Double(sizes.max() ?? 0) * fraction
    return painting(runs, 0, where: sizes.map { Double($0) < least })
  }

  /// The mask with its holes filled: unchosen parts that do not reach the border of the volume.
  ///
  /// The first and last slice are border only when there are several slices.
  public func fillingHoles() -> Mask {
    let runs = VoxelRuns(of: self, bit: 0)
    var isHole = [Bool](repeating: true, count: runs.runs.count)
    for row in 0..<(dimensions.y * dimensions.z) {
      let (y, z) = (row % dimensions.y, row / dimensions.y)
      let atEnd = dimensions.z > 1 && (z == 0 || z == dimensions.z - 1)
      let atBorder = atEnd || y == 0 || y == dimensions.y - 1
      for run in runs.firstOfRow[row]..<runs.firstOfRow[row + 1] {
        let reaches = runs.runs[run].start == 0 || Int(runs.runs[run].end) == dimensions.x
        if atBorder || reaches { isHole[Int(runs.parts[run])] = false }
      }
    }
    return painting(runs, 1, where: isHole)
  }

  /// The mask without the voxels of another.
  public func removing(_ other: Mask?) -> Mask {
    guard let other else { return self }
    var result = self
    for i in result.bits.indices where other.bits[i] != 0 { result.bits[i] = 0 }
    return result
  }

  /// Sets the voxels of some parts.
  ///
  /// - Parameters:
  ///   - runs: Those of this mask.
  ///   - bit: What they are set to.
  ///   - isChosen: For each run that stands for a part, whether it is set.
  /// - Returns: The other mask.
  private func painting(_ runs: VoxelRuns, _ bit: UInt8, where isChosen: [Bool]) -> Mask {
    let width = dimensions.x
    let rows = slabs(of: dimensions.y * dimensions.z)
    let painted = filledConcurrently(
      parts: rows.map { $0.lowerBound * width..<$0.upperBound * width }
    ) { part, room in
      let first = rows[part].lowerBound
      _ = room.initialize(fromContentsOf: bits[first * width..<rows[part].upperBound * width])
      for row in rows[part] {
        for run in runs.firstOfRow[row]..<runs.firstOfRow[row + 1]
        where isChosen[Int(runs.parts[run])] {
          let (start, end) = (Int(runs.runs[run].start), Int(runs.runs[run].end))
          for x in start..<end { room[(row - first) * width + x] = bit }
        }
      }
    }
    return Mask(dimensions: dimensions, bits: painted)
  }
}
