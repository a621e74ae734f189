internal import ScanModel
internal import VolumeModel

/// Makes a volume of decoded slices that are sorted along their normal.
struct StackBuilder {
  let members: [StackMember]

  /// Below this, in HU, there is nothing in nature: scanners fill what lies outside the field of
  /// view with -2000 or -3024, often without saying so in Pixel Padding Value.
  private static let emptyHU: Float = -1500

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
  private var notes: [String] { Set(members.flatMap(\.instance.notes)).sorted() }

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

  /// Modality values of all slices, each through its own rescale.
  private func modalityValues() -> [Float] {
    let count = members.reduce(0) { $0 + $1.decoded.packed.count }
    return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      var at = 0
      for member in members {
        let rescale = member.pixels.rescale
        for value in member.decoded.storedValues {
          unsafe buffer.initializeElement(
            at: at, to: Float(rescale.slope * Double(value) + rescale.intercept))
          at += 1
        }
      }
      initialized = at
    }
  }

  /// Padding, declared or evident; nil when there is none.
  private func excluded(_ volume: Volume, unit: IntensityUnit) -> Mask? {
    var bits = [UInt8](repeating: 0, count: volume.voxels.count)
    var found = false
    var start = 0
    for member in members {
      if let padding = member.instance.pixels.padding {
        for (index, value) in member.decoded.storedValues.enumerated()
        where padding.contains(Int(value)) {
          bits[start + index] = 1
          found = true
        }
      }
      if let excluded = member.decoded.excluded {
        for index in excluded.indices where excluded[index] != 0 {
          bits[start + index] = 1
          found = true
        }
      }
      start += member.decoded.packed.count
    }
    if unit == .hounsfield {
      for index in volume.voxels.indices where volume.voxels[index] <= Self.emptyHU {
        bits[index] = 1
        found = true
      }
    }
    return found ? Mask(dimensions: volume.dimensions, bits: bits) : nil
  }
}
