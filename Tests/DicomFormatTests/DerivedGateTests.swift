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
    arguments: scans, Restoration.allCases)
  func noNewErrors(scan: String, restoration: Restoration) throws {
    let path = SharedData.path(scan)
    let stack = try DerivedSources.stack([path])
    let restored = restoration.apply(stack.volume)
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

  @Test(
    "No class of image minds being derived",
    .enabled(if: DerivedValidator.isInstalled, "dicom3tools absent"),
    arguments: [
      ("2", "CT", "ORIGINAL\\PRIMARY\\AXIAL"), ("4", "MR", "ORIGINAL\\PRIMARY\\OTHER"),
      ("1", "CR", "ORIGINAL\\PRIMARY"), ("1.1", "DX", "ORIGINAL\\PRIMARY\\"),
      ("1.1.1", "DX", "ORIGINAL\\PRIMARY\\"), ("1.2", "MG", "ORIGINAL\\PRIMARY\\"),
      ("1.2.1", "MG", "ORIGINAL\\PRIMARY\\"), ("6.1", "US", "ORIGINAL\\PRIMARY"),
      ("7", "OT", "ORIGINAL\\PRIMARY"), ("12.1", "XA", "ORIGINAL\\PRIMARY\\SINGLE PLANE"),
      ("12.2", "RF", "ORIGINAL\\PRIMARY\\SINGLE PLANE"),
      ("20", "NM", "ORIGINAL\\PRIMARY\\STATIC\\EMISSION"), ("128", "PT", "ORIGINAL\\PRIMARY"),
    ])
  func classes(sopClass: String, modality: String, imageType: String) throws {
    var file = DerivedSyntheticFile(sopClass: sopClass, modality: modality, stored: [0, 9, 20, 30])
    file.elements[0x0008_0008] = ("CS", .text(imageType))
    file.elements[0x0028_1050] = ("DS", .text("15"))
    file.elements[0x0028_1051] = ("DS", .text("30"))
    try withDerivedFolder { folder in
      let path = try file.save(in: folder, as: "source.dcm")
      let stack = try DerivedSources.stack([path])
      for restoration in Restoration.allCases {
        try DerivedSources.writing(stack, restored: restoration.apply(stack.volume)) {
          written, results in
          let new = try DerivedValidator.errors(results + "/" + written.fileNames[0])
            .subtracting(DerivedValidator.errors(path))
          #expect(new.isEmpty, "\(restoration): \(new.sorted())")
        }
      }
    }
  }

  /// What is done to the values.
  enum Restoration: CaseIterable {
    /// Nothing.
    case identity
    /// Smaller contrast, with a fraction that has to be rounded.
    case milder
    /// Values that leave the stored range below.
    case negative
    /// Values that leave every stored range.
    case extreme

    func apply(_ volume: Volume) -> Volume {
      switch self {
      case .identity: return volume
      case .milder: return volume.replacingVoxels(volume.voxels.map { $0 * 0.75 + 0.3 })
      case .negative: return volume.replacingVoxels(volume.voxels.map { $0 - 1500.2 })
      case .extreme: return volume.replacingVoxels(volume.voxels.map { $0 * 999 - 50_000 })
      }
    }
  }

  @Test(
    "A new grid passes the gate",
    .enabled(
      if: SharedData.isPresent && DerivedValidator.isInstalled, "scans or dicom3tools absent"),
    arguments: [
      "dicom/ts/pydicom/CT_small.dcm", "dicom/ts/pydicom/MR_small.dcm", "dicom/pt/1.dcm",
      "dicom/us/greyscale/GREYSCALE_IMAGE.dcm", "dicom/mg/OutOfBoundsOverlay.dcm",
    ])
  func resampled(scan: String) throws {
    let path = SharedData.path(scan)
    let stack = try DerivedSources.stack([path])
    let restored = Volume(dimensions: [33, 31, 2], voxelSpacing: [3, 3, 1.5], repeating: 7)
    let affine = stack.voxelToPatient.map {
      Affine3(x: $0.x * 2, y: $0.y * 3, z: $0.z * 1.5, origin: $0.origin)
    }
    try DerivedSources.writing(stack, restored: restored, voxelToPatient: affine) {
      written, folder in
      let results = written.fileNames.map { folder + "/" + $0 }
      for result in results {
        let new = try DerivedValidator.errors(result).subtracting(DerivedValidator.errors(path))
        #expect(new.isEmpty, "\(new.sorted())")
      }
      let entities = try DerivedValidator.entityErrors([path] + results)
        .subtracting(DerivedValidator.entityErrors([path]))
      #expect(entities.isEmpty, "\(entities.sorted())")
    }
  }
}
