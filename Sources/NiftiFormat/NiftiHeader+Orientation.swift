public import VolumeModel

extension NiftiHeader {
  /// How many mm the header's unit of space has; unknown units count as mm.
  var millimetresPerUnit: Double {
    switch xyztUnits & 7 {
    case 1: 1000
    case 3: 0.001
    default: 1
    }
  }

  /// Where the voxels lie, in LPS and mm.
  ///
  /// The sform where `sform_code` is positive, else the qform where `qform_code` is, else the
  /// steps alone ("method 1"). A form that does not span space is passed over.
  public var voxelToPatient: Affine3 { sform ?? qform ?? steps }

  /// The sform in LPS and mm; nil when there is none or it is degenerate.
  var sform: Affine3? {
    guard sformCode > 0 else { return nil }
    let columns = (0..<4).map { SIMD3(srow[$0], srow[4 + $0], srow[8 + $0]) }
    return patientSpace(x: columns[0], y: columns[1], z: columns[2], origin: columns[3])
  }

  /// The qform in LPS and mm; nil when there is none or it is degenerate.
  var qform: Affine3? {
    guard qformCode > 0 else { return nil }
    let rotation = Rotation(b: quatern[0], c: quatern[1], d: quatern[2])
    let step = unitSteps
    return patientSpace(
      x: rotation.x * step.x, y: rotation.y * step.y,
      z: rotation.z * (pixdim[0] < 0 ? -step.z : step.z),
      origin: [qoffset[0], qoffset[1], qoffset[2]])
  }

  /// `pixdim[1...3]` in mm along axes of RAS, from the origin.
  private var steps: Affine3 {
    let step = unitSteps
    return patientSpace(
      x: [step.x, 0, 0], y: [0, step.y, 0], z: [0, 0, step.z], origin: [0, 0, 0])
      ?? Affine3(x: [-1, 0, 0], y: [0, -1, 0], z: [0, 0, 1], origin: [0, 0, 0])
  }

  /// `pixdim[1...3]` in the header's unit, made usable: positive, and 1 where there is none.
  private var unitSteps: SIMD3<Double> {
    let steps = (1...3).map { axis in
      pixdim[axis].isFinite && pixdim[axis] != 0 ? abs(pixdim[axis]) : 1
    }
    return [steps[0], steps[1], steps[2]]
  }

  /// Distances between voxel centres in mm: the lengths of the affine's steps.
  ///
  /// `pixdim` where it says the same within a thousandth, since it holds the number that a person
  /// once typed; for NIfTI-1 that is the shortest one with the same 32 bits.
  public var voxelSpacing: SIMD3<Double> {
    let steps = voxelToPatient.spacing
    let typed = typedSteps * millimetresPerUnit
    let isSame = (0..<3).allSatisfy { abs(steps[$0] - typed[$0]) <= 1e-3 * steps[$0] }
    return isSame ? typed : steps
  }

  private var typedSteps: SIMD3<Double> {
    guard version == .one else { return unitSteps }
    let steps = unitSteps
    func shortest(_ step: Double) -> Double { Double("\(Float(step))") ?? step }
    return [shortest(steps.x), shortest(steps.y), shortest(steps.z)]
  }

  private func patientSpace(
    x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>, origin: SIMD3<Double>
  ) -> Affine3? {
    let scale = SIMD3(-1, -1, 1) * millimetresPerUnit
    let affine = Affine3(x: x * scale, y: y * scale, z: z * scale, origin: origin * scale)
    let isFinite = (0..<3).allSatisfy { affine.origin[$0].isFinite }
    return isFinite && affine.spansSpace ? affine : nil
  }
}
