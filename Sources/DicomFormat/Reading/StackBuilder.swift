internal import ScanModel
internal import VolumeModel

/// Makes a volume of decoded slices that are sorted along their normal.
struct StackBuilder: Sendable {
  let members: [StackMember]

  /// The stack, with its warnings after the given ones.
  func stack(warnings: [String]) throws(DicomError) -> DicomStack {
    guard let first = members.first, let facts = first.instance.facts.dicom else {
      throw DicomError(.inconsistent, "There are no slices.")
    }
    try checkPixelSpacing()
    let grid = voxelToPatient()
    let spacing: SIMD3<Double>
    if let grid {
      spacing = grid.spacing
    } else {
      let plane = first.planeSpacing.count == 2 ? first.planeSpacing : [1, 1]
      spacing = [plane[0], plane[1], first.sliceThickness ?? 1]
    }
    let dimensions = SIMD3(facts.frameColumns, facts.frameRows, members.count)
    let unit: IntensityUnit =
      members.allSatisfy { $0.unit == .hounsfield } ? .hounsfield : .arbitrary
    let voxels = modalityValues()
    let volume = Volume(dimensions: dimensions, voxelSpacing: spacing, voxels: voxels)
    var stack = DicomStack(
      slices: try members.map { member throws(DicomError) in try slice(member) }, volume: volume,
      voxelToPatient: grid, excluded: excluded(volume, unit: unit), unit: unit,
      warnings: warnings + gridWarnings(grid) + notes)
    stack.hasStraightSlices = tilt(grid) == nil && isEvenlySpaced
    stack.scanCenters = scanCenters()
    return stack
  }

  /// What the slices say of how they were read, each thing once.
  private var notes: [String] {
    let rounded = members.reduce(0) { $0 + $1.decoded.packed.roundedCount }
    let notes = Set(members.flatMap(\.instance.notes)).sorted()
    if rounded == 0 { return notes }
    return notes + [
      "\(rounded) stored values have more than the 24 bits that are restored, and are rounded to "
        + "them; those that no step changes are written back as they were."
    ]
  }

  private func slice(_ member: StackMember) throws(DicomError) -> DicomSlice {
    guard let facts = member.instance.facts.dicom else {
      throw DicomError(.malformed, "There is no header.")
    }
    return DicomSlice(
      path: member.instance.path, facts: facts, frame: member.frame, pixels: member.pixels,
      packed: member.decoded.packed, colours: member.decoded.colours)
  }

  private func checkPixelSpacing() throws(DicomError) {
    guard let first = members.first?.planeSpacing else { return }
    let isSame = { (other: [Double]) in
      other.count == first.count && zip(other, first).allSatisfy { abs($0 - $1) <= 1e-3 * $1 }
    }
    if !members.allSatisfy({ isSame($0.planeSpacing) }) {
      throw DicomError(.inconsistent, "Pixel Spacing differs between slices of one stack.")
    }
  }
}
