internal import RestorationKernels
public import VolumeModel

/// Suppresses the streaks that metal casts through CT slices.
///
/// Each slice with metal is projected along parallel rays, the rays that met metal are given values
/// that tissue alone would have caused, and the slice is reconstructed from them. A slice without
/// metal, metal itself, excluded voxels, and rows and columns beyond the body come out bit by bit. A
/// slice is also kept as it was when the correction does not lower its streaks, measured against the
/// same resampling without the correction.
///
/// Not for MR or for CT whose numbers are not Hounsfield units. What lies within a few voxels of
/// metal stays uncertain.
///
/// Figures: `method`, `threshold_hu`, `metal_voxels`, `slices_touched`, `slices_kept`, `angles`, and
/// where a slice was corrected `streaks_before` and `streaks_after` (mean gradient of soft tissue in
/// HU per voxel), `tissue_spread_before` and `tissue_spread_after` (its standard deviation in HU).
///
/// - SeeAlso: Kalender, Hebel, Ebersberger, Radiology 164(2):576-577, 1987; Meyer et al., Med Phys
///   37(10):5482-5493, 2010 (NMAR) and 39(4):1904-1916, 2012 (frequency split).
public struct MetalArtifactReduction: RestorationMethod {
  /// How the rays through metal get their new values.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// By linear interpolation of the rays normalised by those through a model of the tissue.
    case nmar
    /// By linear interpolation between the rays that pass the metal on either side.
    case linearInterpolation
  }

  /// The stable name of the step.
  public static let name = "mar"

  /// How the rays through metal get their new values.
  public var method = Method.nmar
  /// What counts as metal, in HU, 500 to 30000.
  ///
  /// Scans stored with 12 bits end at about 3071 HU. A threshold beyond that end is lowered to just
  /// below it, and what is connected at 2000 HU is added, since such a threshold finds only the
  /// brightest part. In a scan that has reached its end, metal must mostly lie there; that spares
  /// enamel.
  public var thresholdHU = 2500.0
  /// Smaller pieces are ignored unless they continue metal of the next slice; in voxels of one
  /// slice, 1 or more.
  public var minimumArea = 8
  /// Directions of projection, 16 to 7200; nil for 1.4 times the longer side, at least 360.
  public var angles: Int?
  /// What counts as bone in the model of the tissue, in HU, 100 to 1500.
  public var boneThresholdHU = 300.0
  /// How strong a correction in HU replaces the finest detail of a place, 0 to 1000.
  ///
  /// Resampling costs detail. Where the correction is weaker than this the lost detail is given
  /// back, where it is stronger the detail is mostly streaks and is left out; 0 never gives back.
  public var detailScaleHU = 20.0

  /// Creates a method with default parameters.
  public init() {}

  /// Reduces metal artifacts slice by slice.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try check(volume, excluded)
    let threshold = MetalThreshold(thresholdHU, for: volume, excluding: excluded)
    let slices = try MetalSlice.find(
      in: volume, excluding: excluded, threshold: threshold, minimumArea: minimumArea, work: work)
    let beam = ParallelBeam(
      columns: volume.dimensions.x, rows: volume.dimensions.y,
      columnSpacing: volume.voxelSpacing.x, rowSpacing: volume.voxelSpacing.y,
      views: angles ?? Self.angles(for: volume))
    let correction = SliceCorrection(
      beam: beam, method: method, boneThresholdHU: Float(boneThresholdHU),
      detailScaleHU: Float(detailScaleHU))
    var outcomes: [SliceCorrection.Outcome] = []
    var restored = volume
    // A few slices at a time, so that cancellation is heard and memory stays small.
    for batch in slabs(of: slices.count, parts: (slices.count + 7) / 8) {
      try work.checkCancellation()
      outcomes += correction.apply(
        to: Array(slices[batch]), of: volume, excluding: excluded, into: &restored)
      work.note(Double(batch.upperBound) / Double(slices.count))
    }
    return Restored(
      volume: restored, figures: figures(slices, outcomes, threshold: threshold, beam: beam))
  }
}

extension MetalArtifactReduction {
  /// Views enough for the finest detail of the plane.
  ///
  /// Their number should not fall much below that of detectors. A multiple of four, so that
  /// eightfold symmetry can be used.
  private static func angles(for volume: Volume) -> Int {
    let views = (7 * max(volume.dimensions.x, volume.dimensions.y) + 4) / 5
    return max(360, (views + 3) / 4 * 4)
  }

  private func check(_ volume: Volume, _ excluded: Mask?) throws {
    func require(_ holds: Bool, _ reason: String) throws {
      guard holds else { throw RestorationError(.invalidParameter, reason) }
    }
    try require((500...30_000).contains(thresholdHU), "mar: thresholdHU must be 500 to 30000")
    try require(minimumArea >= 1, "mar: minimumArea must be at least 1")
    try require(angles.map { (16...7200).contains($0) } ?? true, "mar: angles must be 16 to 7200")
    try require(
      (100...1500).contains(boneThresholdHU), "mar: boneThresholdHU must be 100 to 1500")
    try require((0...1000).contains(detailScaleHU), "mar: detailScaleHU must be 0 to 1000")
    try require(
      excluded.map { $0.dimensions == volume.dimensions } ?? true,
      "mar: the excluded voxels belong to another grid")
    let spacing = [volume.voxelSpacing.x, volume.voxelSpacing.y]
    guard spacing.allSatisfy({ $0 > 0 && $0.isFinite }),
      (spacing.max() ?? 1) <= 8 * (spacing.min() ?? 1)
    else {
      throw RestorationError(
        .unfitVolume,
        "mar: the voxel spacing within a slice must be positive and at most 8 to 1")
    }
  }

  private func figures(
    _ slices: [MetalSlice], _ outcomes: [SliceCorrection.Outcome], threshold: MetalThreshold,
    beam: ParallelBeam
  ) -> Figures {
    let touched = outcomes.filter(\.isBetter)
    var figures: Figures = [
      "method": .text(method.rawValue), "threshold_hu": .number(Double(threshold.seedHU)),
      "metal_voxels": .integer(slices.reduce(0) { $0 + $1.metalCount }),
      "slices_touched": .integer(touched.count),
      "slices_kept": .integer(outcomes.count - touched.count), "angles": .integer(beam.views),
    ]
    if !touched.isEmpty {
      let count = Double(touched.count)
      func mean(_ value: (SliceCorrection.Outcome) -> Double) -> Figure {
        .number(touched.reduce(0) { $0 + value($1) } / count)
      }
      figures["streaks_before"] = mean(\.before.gradient)
      figures["streaks_after"] = mean(\.after.gradient)
      figures["tissue_spread_before"] = mean(\.before.spread)
      figures["tissue_spread_after"] = mean(\.after.spread)
    }
    return figures
  }
}
