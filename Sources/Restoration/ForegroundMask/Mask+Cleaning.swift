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
    var runs = VoxelRuns(of: self, bit: 1)
    var sizes = [Int](repeating: 0, count: runs.runs.count)
    for run in sizes.indices {
      sizes[runs.part(of: run)] += Int(runs.runs[run].end - runs.runs[run].start)
    }
    let least = Double(sizes.max() ?? 0) * fraction
    return painting(&runs, 0) { Double(sizes[$0]) < least }
  }

  /// The mask with its holes filled: unchosen parts that do not reach the border of the volume.
  ///
  /// The first and last slice are border only when there are several slices.
  public func fillingHoles() -> Mask {
    var runs = VoxelRuns(of: self, bit: 0)
    var isOpen = [Bool](repeating: false, count: runs.runs.count)
    for row in 0..<(dimensions.y * dimensions.z) {
      let (y, z) = (row % dimensions.y, row / dimensions.y)
      let atEnd = dimensions.z > 1 && (z == 0 || z == dimensions.z - 1)
      let atBorder = atEnd || y == 0 || y == dimensions.y - 1
      for run in runs.firstOfRow[row]..<runs.firstOfRow[row + 1] {
        let reaches = runs.runs[run].start == 0 || Int(runs.runs[run].end) == dimensions.x
        if atBorder || reaches { isOpen[runs.part(of: run)] = true }
      }
    }
    return painting(&runs, 1) { !isOpen[$0] }
  }

  /// The mask without the voxels of another.
  public func removing(_ other: Mask?) -> Mask {
    guard let other else { return self }
    var result = self
    for i in result.bits.indices where other.bits[i] != 0 { result.bits[i] = 0 }
    return result
  }

  /// Sets the voxels of those parts for which a condition holds.
  private func painting(_ runs: inout VoxelRuns, _ bit: UInt8, where holds: (Int) -> Bool) -> Mask {
    var result = self
    for row in 0..<(dimensions.y * dimensions.z) {
      for run in runs.firstOfRow[row]..<runs.firstOfRow[row + 1] where holds(runs.part(of: run)) {
        let offset = row * dimensions.x
        for x in runs.runs[run].start..<runs.runs[run].end { result.bits[offset + Int(x)] = bit }
      }
    }
    return result
  }
}
