public import VolumeModel

/// Suppresses ghosts and noise that motion leaves along the phase-encoding direction of MR slices.
///
/// Works on magnitude images in the frequency domain: single frequencies and phase-encoding lines
/// that stand out are brought back to their neighbours' strength, periodic patterns over the lines,
/// which show as shifted copies of the object, are inverted, and a slice that was corrected loses a
/// little of the highest phase-encoding frequencies. Each step is taken only where it lowers the
/// ghosts without roughening the object, else the slice comes out bit by bit. This is suppression:
/// what motion destroyed does not come back, and slices without air around the object are left as
/// they are, since nothing tells ghosts from anatomy there.
///
/// Figures: `ghost_before` and `ghost_after` (signal in the air along the phase-encoding direction
/// beyond that across it, as a part of the object's, mean over the judged slices), `axis`,
/// `slices_changed`, `kept_input`.
///
/// - SeeAlso: Wood and Henkelman, Med Phys 12(2):143-151, 1985, for periodic motion; ACR Large and
///   Medium Phantom Test Guidance, 2018, for percent-signal ghosting.
public struct MotionSuppression: RestorationMethod {
  /// The phase-encoding direction within the slice.
  public enum Axis: String, Sendable, Codable, CaseIterable {
    /// The one along which more signal lies in the air.
    case auto
    /// Along the rows: DICOM's In-plane Phase Encoding Direction ROW.
    case row
    /// Along the columns: DICOM's In-plane Phase Encoding Direction COL.
    case column
  }

  /// The stable name of the step.
  public static let name = "motion"

  /// The phase-encoding direction.
  public var axis = Axis.auto
  /// How far the highest phase-encoding frequencies of a corrected slice are lowered, 0 to 1.
  public var strength = 0.25

  /// Creates a method with default parameters.
  public init() {}

  /// Suppresses motion artifacts slice by slice.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    guard (0...1).contains(strength) else {
      throw RestorationError(.invalidParameter, "motion: strength must be 0 to 1")
    }
    guard excluded.map({ $0.dimensions == volume.dimensions }) ?? true else {
      throw RestorationError(
        .invalidParameter, "motion: the excluded voxels belong to another grid")
    }
    let axis = axis == .auto ? try strongerAxis(volume, excluded, work) : axis
    var restored = volume
    var before = 0.0
    var after = 0.0
    var judged = 0
    var changed = 0
    for batch in slabs(of: volume.dimensions.z, parts: (volume.dimensions.z + 15) / 16) {
      try work.checkCancellation()
      for (slice, correction) in corrections(batch, of: volume, excluded, along: axis) {
        judged += 1
        before += correction.before
        after += correction.after
        guard let plane = correction.corrected else { continue }
        changed += 1
        write(plane, to: slice, of: &restored, excluded, along: axis)
      }
      work.note(Double(batch.upperBound) / Double(volume.dimensions.z))
    }
    let count = Double(max(1, judged))
    return Restored(
      volume: restored,
      figures: [
        "ghost_before": .number(before / count), "ghost_after": .number(after / count),
        "axis": .text(axis.rawValue), "slices_changed": .integer(changed),
        "kept_input": .flag(changed == 0),
      ])
  }
}
