public import VolumeModel

/// Whether a filter looks across slices.
public enum FilterDimensions: String, Sendable, Codable, CaseIterable {
  /// Across slices where there are at least five of them, no more than three times as far apart as
  /// the pixels of a slice; else each slice by itself.
  case auto
  /// Each slice by itself.
  case two
  /// Across slices.
  case three

  /// Whether the filter looks across the slices of this volume.
  public func crossesSlices(of volume: Volume) -> Bool { crossesSlices(of: VolumeGrid(volume)) }

  /// Whether the filter looks across the slices of a volume on this grid.
  public func crossesSlices(of grid: VolumeGrid) -> Bool {
    switch self {
    case .two: return false
    case .three: return grid.dimensions.z > 1
    case .auto:
      let spacing = grid.voxelSpacing
      return grid.dimensions.z >= 5 && spacing.z <= 3 * max(spacing.x, spacing.y)
    }
  }
}
