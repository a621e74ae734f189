import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

/// Real scans, one of each kind; paths below the shared folder.
private let scans = [
  "dicom/ts/pydicom/CT_small.dcm", "dicom/ct-series/ge-head-tilt18.5-28/01.dcm",
  "dicom/ct-series/ge-dupe-positions-11/CT20.dcm",
  "dicom/ts/pydicom/MR_small.dcm", "dicom/ts/pydicom/MR_small_implicit.dcm",
  "dicom/ts/pydicom/MR_small_bigendian.dcm",
  "dicom/xray/cr-extremity/RG3_J2KR.dcm", "dicom/xray/cr-chest-rsna/Fake_MONOHR1.dcm",
  "dicom/xray/dx-veterinary/dx_image.dcm", "dicom/xray/dx-chest-mono1/966_fixed.dcm",
  "dicom/mg/OutOfBoundsOverlay.dcm", "dicom/us/greyscale/GREYSCALE_IMAGE.dcm",
  "dicom/pt/1.dcm", "dicom/nm/JPEG2000_UNC.dcm",
  "dicom/ct-metal/toshiba-dental/ELSCINT1_JP2vsJ2K.dcm",
  "dicom/ts/ge-chest-ct-16ts/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
]

@Suite(
  "The gate: dciodvfy and dcentvfy find nothing in a result that they do not find in its source")
struct DerivedGateTests {
  @Test(
    "A result has no error that its source has not",
    .enabled(
      if: SharedData.isPresent && DerivedValidator.isInstalled, "scans or dicom3tools absent"),
    arguments: scans, [false, true])
  func noNewErrors(scan: String, changed: Bool) throws {
    let path = SharedData.path(scan)
    let stack = try DerivedSources.stack([path])
    let restored = changed ? Self.changed(stack.volume) : stack.volume
    try DerivedSources.writing(stack, restored: restored) { written, folder in
      let result = folder + "/" + written.fileNames[0]
      let new = try DerivedValidator.errors(result).subtracting(DerivedValidator.errors(path))
      #expect(new.isEmpty, "\(new.sorted())")
      let entities = try DerivedValidator.entityErrors([path, result])
        .subtracting(DerivedValidator.entityErrors([path]))
      #expect(entities.isEmpty, "\(entities.sorted())")
    }
  }

  @Test(
    "Every equipment, private and transfer syntax choice passes the gate",
    .enabled(
      if: SharedData.isPresent && DerivedValidator.isInstalled, "scans or dicom3tools absent"),
    arguments: [
      "dicom/ts/pydicom/CT_small.dcm", "dicom/ts/pydicom/MR_small.dcm", "dicom/pt/1.dcm",
      "dicom/us/greyscale/GREYSCALE_IMAGE.dcm",
    ])
  func choices(scan: String) throws {
    let path = SharedData.path(scan)
    let stack = try DerivedSources.stack([path])
    // dciodvfy cannot inflate: deflated results are read back elsewhere.
    for syntax in [Derivation.TransferSyntax.explicitLittleEndian, .rle] {
      var derivation = DerivedSources.derivation()
      derivation.transferSyntax = syntax
      derivation.equipment = .standard
      derivation.keepPrivate = .all
      derivation.presentation = true
      try DerivedSources.writing(stack, derivation: derivation) { written, folder in
        let new = try DerivedValidator.errors(folder + "/" + written.fileNames[0])
          .subtracting(DerivedValidator.errors(path))
        #expect(new.isEmpty, "\(syntax): \(new.sorted())")
      }
    }
  }

  @Test(
    "dcentvfy is content with a series of 28 slices and its result",
    .enabled(
      if: SharedData.isPresent && DerivedValidator.isInstalled, "scans or dicom3tools absent"))
  func wholeSeries() throws {
    let paths = (1...28).map {
      SharedData.path("dicom/ct-series/ge-head-tilt18.5-28/\($0 < 10 ? "0" : "")\($0).dcm")
    }
    let stack = try DerivedSources.stack(paths)
    try DerivedSources.writing(stack) { written, folder in
      #expect(written.fileNames.count == 28)
      let results = written.fileNames.map { folder + "/" + $0 }
      let new = try DerivedValidator.entityErrors(paths + results)
        .subtracting(DerivedValidator.entityErrors(paths))
      #expect(new.isEmpty, "\(new.sorted())")
    }
  }

  /// Smaller contrast with a fraction that has to be rounded.
  static func changed(_ volume: Volume) -> Volume {
    volume.replacingVoxels(volume.voxels.map { $0 * 0.75 + 0.3 })
  }
}
