/// Which voxels a method looks at when no mask is handed in.
public enum MaskChoice: String, Sendable, CaseIterable {
  /// The object: above Otsu's threshold, the large connected parts, their holes filled.
  case otsu
  /// Every voxel above 0.
  case positive
  /// Every voxel.
  case all
}
