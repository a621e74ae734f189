import RestorationKernels
public import VolumeModel

/// Equalizes the histogram around every pixel, with limited contrast (CLAHE).
///
/// Each slice is cut into tiles; each tile has a mapping of values, and between tile centres the
/// mappings are interpolated. For display only: values lose their meaning, so that CT needs
/// `presentation`. Excluded pixels take no part in any histogram and keep their value; a tile
/// counts for its neighbours by how many other pixels it has.
///
/// - SeeAlso: Zuiderveld, Graphics Gems IV, pages 474–485, 1994; OpenCV `createCLAHE`.
public struct ClaheEqualization: RestorationMethod {
  /// The name of the step.
  public static let name = "clahe"

  /// How values are counted and mapped.
  public enum Mode: String, Sendable, CaseIterable {
    /// Over each slice's own range of values, so that bit depth, offset and scale don't matter.
    ///
    /// The least and the greatest value stay what they are; the result isn't rounded.
    case depthNormalised = "depth-normalised"
    /// Bit by bit what OpenCV makes of 8 or 16-bit pixels.
    case openCV = "opencv"
  }

  /// The greatest bin, as a multiple of the mean bin; 0 for no limit, at most 1000.
  ///
  /// By this factor local contrast grows at most; 1 changes nothing. In `openCV` mode what is cut off
  /// is spread once and may lift bins above the limit again.
  public var clipLimit = 2.0
  /// Tiles along x and y, each 1 to 64; fewer where a slice has fewer pixels.
  public var tiles: SIMD2<Int> = [8, 8]
  /// Bins of a histogram, 2 to 65536; nil for one per stored value up to 4096.
  ///
  /// In `openCV` mode 256 or 65536; nil takes the smaller if all values fit.
  public var bins: Int?
  /// How values are counted and mapped.
  public var mode = Mode.depthNormalised
  /// Whether the result is for display, its values without meaning; recipes ask this of CT.
  public var presentation = false

  /// Creates the method with its defaults.
  public init() {}

  /// Equalizes each slice of a volume by itself.
  ///
  /// Figures: `clip_limit`, `tiles` (along x and y), `bins` (the most of any slice), `mode`.
  ///
  /// - Throws: `RestorationError`, code `.invalidParameter` for a parameter out of its range,
  ///   `.unfitVolume` without a usable voxel, or in `openCV` mode for values that are no integers
  ///   from 0 to 65535; `CancellationError`.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    try checkParameters()
    let excluded = try usableExclusions(of: volume, excluding: excluded)
    let stored = mode == .openCV ? try storedScale(of: volume, excluding: excluded) : nil
    var (voxels, most) = (volume.voxels, 0)
    for z in 0..<volume.dimensions.z {
      try work.checkCancellation()
      let slice = (z * volume.planeCount)..<((z + 1) * volume.planeCount)
      let plane = ClahePlane(
        // A picture of one slice is not copied.
        pixels: volume.dimensions.z == 1 ? volume.voxels : Array(volume.voxels[slice]),
        width: volume.dimensions.x,
        height: volume.dimensions.y, excluded: excluded.map { Array($0.bits[slice]) })
      if let scale = stored ?? ClaheScale(of: plane, bins: bins) {
        let equalized = plane.equalized(scale, method: self)
        if volume.dimensions.z == 1 {
          voxels = equalized
        } else {
          voxels.replaceSubrange(slice, with: equalized)
        }
        most = max(most, mode == .openCV ? Int(scale.greatest) + 1 : scale.bins)
      }
      work.note(Double(z + 1) / Double(volume.dimensions.z))
    }
    return Restored(volume: volume.replacingVoxels(voxels), figures: figures(bins: most))
  }

  private func figures(bins: Int) -> Figures {
    [
      "clip_limit": .number(clipLimit),
      "tiles": .list([.integer(tiles.x), .integer(tiles.y)]),
      "bins": .integer(bins),
      "mode": .text(mode.rawValue),
    ]
  }

  private func checkParameters() throws(RestorationError) {
    func require(_ holds: Bool, _ reason: String) throws(RestorationError) {
      guard holds else { throw RestorationError(.invalidParameter, reason) }
    }
    try require((0...1000).contains(clipLimit), "clip_limit must be 0 to 1000")
    try require(tiles.min() >= 1 && tiles.max() <= 64, "tiles must be 1 to 64 along x and y")
    switch mode {
    case .depthNormalised:
      try require((2...65536).contains(bins ?? 256), "bins must be 2 to 65536")
    case .openCV:
      try require([256, 65536].contains(bins ?? 256), "bins must be 256 or 65536 in opencv mode")
    }
  }

  /// The bins of the stored values of a volume in `openCV` mode.
  private func storedScale(
    of volume: Volume, excluding excluded: Mask?
  ) throws(RestorationError) -> ClaheScale {
    let parts = slabs(of: volume.voxels.count)
    let counted = summaries(parts.count) {
      ValueCensus(of: volume.voxels, excluding: excluded?.bits, in: parts[$0])
    }
    var census = ValueCensus(of: [], excluding: nil)
    for part in counted { census.add(part) }
    guard census.areWhole, census.least >= 0, census.greatest <= 65535 else {
      throw RestorationError(
        .unfitVolume, "opencv mode takes integers from 0 to 65535; use depth-normalised mode")
    }
    let needed = census.greatest > 255 ? 65536 : 256
    guard needed <= bins ?? needed else {
      throw RestorationError(
        .unfitVolume, "256 bins take values to 255, but there are greater ones")
    }
    return ClaheScale(depth: bins ?? needed, used: Int(census.greatest) + 1)
  }
}
