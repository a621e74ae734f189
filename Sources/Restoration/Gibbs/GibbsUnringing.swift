public import VolumeModel

/// Takes Gibbs ringing off MR slices by local shifts of parts of a voxel.
///
/// Each slice is unrung along its rows and along its columns, see `LineUnringing`; of each result the
/// frequencies are taken along which it was unrung: J = I + F⁻¹(Gx F(Jx - I) + Gy F(Jy - I)) with
/// Gx = (1 + cos ky) / (2 + cos kx + cos ky) and Gy = 1 - Gx.
///
/// The ringing has the period of the acquired voxels. Where a scanner has interpolated by zeros
/// around k-space, that is found in the spectrum, and the slice is unrung at the distance of acquired voxels.
///
/// - SeeAlso: E. Kellner et al., Magn. Reson. Med. 76(5):1574–1581, 2016; DIPY `gibbs_removal`;
///   MRtrix `mrdegibbs`.
public struct GibbsUnringing: RestorationMethod {
  /// Which axis the slices follow each other along.
  public enum SliceAxis: String, Sendable, CaseIterable {
    /// The one with the largest voxel spacing; z where that is not clear.
    case auto
    case x
    case y
    case z
  }

  /// The stable name of the step.
  public static let name = "gibbs"

  /// How many shifts to each side are tried, up to half a voxel: 1 to 100.
  public var shifts = 20
  /// How far away, in voxels, the variation beside a voxel is looked at: within 0 to 7.
  ///
  /// From the voxel itself on: against known truth, leaving its own step out cost a third more error
  /// in flat places and a tenth more everywhere.
  public var window = 0...2
  /// The axis that the slices follow each other along.
  public var sliceAxis = SliceAxis.auto
  /// Whether zeros around k-space are looked for.
  public var findsZeroFilling = true

  /// Fewer voxels along a side of a slice show no ringing to find.
  static let leastSide = 16

  /// Creates a method with the usual parameters.
  public init() {}

  /// Unrings slice by slice.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` when a side of the slices has fewer than 16 voxels.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    guard (1...100).contains(shifts), window.lowerBound >= 0, window.upperBound <= 7 else {
      throw RestorationError(
        .invalidParameter, "gibbs: shifts must be 1 to 100 and the window within 0 to 7")
    }
    let usable = try usableExclusions(of: volume, excluding: excluded)
    _ = try calculableRange(of: volume, excluding: usable, upTo: 1e37)
    let layout = SliceLayout(of: volume, axis: axis(on: VolumeGrid(volume)))
    guard min(layout.columns, layout.rows) >= Self.leastSide else {
      throw RestorationError(
        .unfitVolume,
        "gibbs needs slices of at least \(Self.leastSide) x \(Self.leastSide) voxels, these have "
          + "\(layout.columns) x \(layout.rows)")
    }
    let filled = fillingExcluded(usable, of: volume)
    let acquired =
      findsZeroFilling
      ? AcquiredGrid.find(in: filled, layout)
      : AcquiredGrid(columns: layout.columns, rows: layout.rows)
    var voxels = filled
    let isMagnitude = !filled.contains { $0 < 0 }
    for batch in slabs(of: layout.slices, parts: (layout.slices + 15) / 16) {
      try work.checkCancellation()
      let changes = summaries(batch.count) { [filled] i in
        let plane = layout.plane(batch.lowerBound + i, of: filled)
        return SliceUnringing(method: self, layout: layout, acquired: acquired).change(plane)
      }
      for (slice, change) in zip(batch, changes) {
        layout.add(change, to: slice, of: &voxels, isMagnitude: isMagnitude)
      }
      work.note(Double(batch.upperBound) / Double(layout.slices))
    }
    var changed = 0.0
    for i in voxels.indices { changed += Double(abs(voxels[i] - filled[i])) }
    keepExcluded(usable, of: volume, in: &voxels)
    return Restored(
      volume: volume.replacingVoxels(voxels),
      figures: [
        "slice_axis": .text(layout.axis.rawValue),
        "acquired": .list([.integer(acquired.columns), .integer(acquired.rows)]),
        "mean_change": .number(changed / Double(voxels.count)),
      ])
  }

  /// The axis across the slices of a volume on a grid.
  func axis(on grid: VolumeGrid) -> SliceAxis {
    guard sliceAxis == .auto else { return sliceAxis }
    let axes: [SliceAxis] = [.x, .y, .z]
    for (i, axis) in axes.enumerated() where grid.dimensions[i] == 1 { return axis }
    let spacing = grid.voxelSpacing
    for (i, axis) in axes.enumerated() {
      let others = (0..<3).filter { $0 != i }.map { spacing[$0] }
      if spacing[i] > 1.05 * (others.max() ?? 0) { return axis }
    }
    return .z
  }
}
