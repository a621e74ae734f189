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
    let sizes = runs.totals { $0.sizes() }
    let least = Double(sizes.max() ?? 0) * fraction
    return runs.painting(self, 0, where: sizes.map { Double($0) < least })
  }

  /// The mask with its holes filled: unchosen parts that do not reach the border of the volume.
  ///
  /// The first and last slice are border only when there are several slices.
  public func fillingHoles() -> Mask {
    let runs = VoxelRuns(of: self, bit: 0)
    let atBorder = runs.totals { [dimensions] in $0.borderRuns(dimensions) }
    return runs.painting(self, 1, where: atBorder.map { $0 == 0 })
  }

  /// The mask without the voxels of another.
  public func removing(_ other: Mask?) -> Mask {
    guard let other else { return self }
    var result = self
    for i in result.bits.indices where other.bits[i] != 0 { result.bits[i] = 0 }
    return result
  }
}
