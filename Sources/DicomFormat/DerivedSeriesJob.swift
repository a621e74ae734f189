import Foundation
import ScanModel
import VolumeModel

/// One call of the writer: what is decided for the whole stack, then file by file.
struct DerivedSeriesJob {
  let stack: DicomStack
  let restored: Volume
  let voxelToPatient: Affine3?
  let derivation: Derivation
  let stackIndex: Int
  let folder: String

  /// Whether the result's voxels lie elsewhere than the sources'.
  private var gridChanges: Bool {
    restored.dimensions != stack.volume.dimensions
      || DerivedGeometry.differ(
        voxelToPatient, stack.voxelToPatient, dimensions: restored.dimensions)
  }

  /// Writes all files.
  func run() throws(DicomError) -> WrittenSeries {
    try check()
    let gridChanges = gridChanges
    let planes = (0..<restored.dimensions.z).map { index in
      let source =
        gridChanges
        ? DerivedGeometry.nearestSource(
          to: index, restored: restored, voxelToPatient: voxelToPatient, stack: stack) : index
      return DerivedPlane(index: index, source: source, sharesGrid: !gridChanges)
    }
    let pixels = planes.map { DerivedPixels(stack: stack, restored: restored, plane: $0) }
    let imageClass = DerivedImageClass(
      sopClassUID: stack.slices[0].facts.sopClassUID,
      isColour: stack.slices.contains { $0.colours != nil })
    let encoding = try DerivedEncoding(planes: pixels, imageClass: imageClass)
    let identity = DerivedIdentity(
      stack: stack, planes: planes, isResampled: gridChanges, derivation: derivation,
      stackIndex: stackIndex
    ) { FileManager.default.fileExists(atPath: folder + "/" + $0) }
    let window = DerivedWindow(
      stack: stack, restored: restored, presentation: derivation.presentation)

    var tally = DerivedTally()
    for (plane, pixels) in zip(planes, pixels) {
      let slice = stack.slices[plane.source]
      let dataset = try DerivedDataset(path: slice.path)
      let root = dataset.root
      let context = DerivedContext(
        derivation: derivation, identity: identity, imageClass: imageClass, facts: slice.facts,
        plane: plane, sources: identity.sources(of: plane, reach: derivation.sliceReach),
        sourcePixels: slice.pixels, target: encoding.targets[plane.index],
        values: try pixels.values(target: encoding.targets[plane.index]), window: window,
        geometry: gridChanges
          ? DerivedGeometry(
            restored: restored, voxelToPatient: voxelToPatient, index: plane.index,
            source: stack.volume) : nil,
        locationsPreserved: !gridChanges && !derivation.resampledGeometry,
        moment: DerivedMoment(
          derivation.moment, sourceOffset: root.text(.timezoneOffsetFromUTC),
          utcOffsetMinutes: derivation.utcOffsetMinutes),
        characters: DerivedText(characterSets: root.values(.specificCharacterSet)),
        encapsulatedLength: root.encapsulatedLength, colours: slice.colours,
        isHounsfield: stack.unit == .hounsfield)
      var instance = DerivedInstance(dataset: dataset, context: context)
      try instance.derive()
      try dataset.save(
        to: folder + "/" + identity.fileNames[plane.index],
        transferSyntaxUID: derivation.transferSyntax.uid(of: context.target))
      tally.add(instance)
    }
    return tally.written(identity, encoding)
  }

  /// Refuses what has no meaning as a derived series of single frames.
  private func check() throws(DicomError) {
    guard !stack.slices.isEmpty, stack.slices.count == stack.volume.dimensions.z else {
      throw DicomError(.inconsistent, "the stack's slices and the volume's planes differ in number")
    }
    for slice in stack.slices {
      try slice.check(fills: stack.volume)
      guard slice.colours == nil || !gridChanges else {
        throw DicomError(.unsupported, "an image in colour cannot be resampled")
      }
      guard slice.facts.frames == 1 else {
        throw DicomError(.unsupported, "Number of Frames is not 1")
      }
    }
    guard restored.dimensions.x <= 65_535, restored.dimensions.y <= 65_535 else {
      throw DicomError(.unsupported, "more Rows or Columns than DICOM can say")
    }
    guard restored.dimensions.z < 10_000 || !gridChanges else {
      throw DicomError(.unsupported, "more than 9999 planes")
    }
  }
}
