import DicomFormat
import Foundation
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("How a derived instance stores its values")
struct DerivedEncodingTests {
  /// Stored values, bits, sign and rescale of a result.
  struct Outcome {
    var written: WrittenSeries
    var slices: [DicomSlice]
    var modality: [[Double]]
  }

  /// Writes `restored` over sources with the given stored values.
  static func outcome(
    _ files: [DerivedSyntheticFile], restored: [Float],
    derivation: Derivation = DerivedSources.derivation()
  ) throws -> Outcome {
    try withDerivedFolder { folder in
      let paths = try files.enumerated().map { try $1.save(in: folder, as: "\($0).dcm") }
      let stack = try DerivedSources.stack(paths)
      return try DerivedSources.writing(
        stack, restored: stack.volume.replacingVoxels(restored), derivation: derivation
      ) { written, results in
        let slices = try written.fileNames.map { try DerivedSources.slice(results + "/" + $0) }
        let modality = slices.map { slice in
          slice.storedValues.map {
            slice.pixels.rescale.slope * Double($0) + slice.pixels.rescale.intercept
          }
        }
        return Outcome(written: written, slices: slices, modality: modality)
      }
    }
  }

  static func ct(_ stored: [Int], bits: Int = 12, intercept: String = "-1024")
    -> DerivedSyntheticFile
  {
    var file = DerivedSyntheticFile(
      sopClass: "2", modality: "CT", bitsStored: bits, stored: stored)
    file.elements[0x0028_1052] = ("DS", .text(intercept))
    file.elements[0x0028_1053] = ("DS", .text("1"))
    return file
  }

  static func mr(_ stored: [Int], bits: Int = 12) -> DerivedSyntheticFile {
    DerivedSyntheticFile(sopClass: "4", modality: "MR", bitsStored: bits, stored: stored)
  }

  @Test("Values that fit keep bits, sign and rescale, and round half to even")
  func fits() throws {
    let result = try Self.outcome([Self.ct([0, 1, 2, 3])], restored: [-1023.5, -1022.5, 0, 3071])
    #expect(result.slices[0].storedValues == [0, 2, 1024, 4095])
    #expect(result.slices[0].pixels.bitsStored == 12)
    #expect(result.written.newRescale == nil && result.written.clippedVoxels == 0)
    #expect(result.written.storedType == "uint16" && result.written.warnings.isEmpty)
  }

  @Test("Values above Bits Stored widen it to Bits Allocated")
  func widens() throws {
    let result = try Self.outcome([Self.mr([0, 1, 2, 3])], restored: [0, 1, 2, 5000])
    #expect(result.slices[0].storedValues == [0, 1, 2, 5000])
    #expect(result.slices[0].pixels.bitsStored == 16 && result.slices[0].pixels.highBit == 15)
    #expect(!result.slices[0].pixels.isSigned && !result.slices[0].pixels.hasRescale)
  }

  @Test("Negative values make an unsigned MR signed before they cost it its scale")
  func signs() throws {
    let result = try Self.outcome([Self.mr([0, 1, 2, 3])], restored: [-7, 1, 2, 3])
    #expect(result.slices[0].storedValues == [-7, 1, 2, 3])
    #expect(result.slices[0].pixels.isSigned && !result.slices[0].pixels.hasRescale)
  }

  @Test("A sign rewrites the VR of padding and of the extremes")
  func signedAttributes() throws {
    var file = Self.mr([0, 10, 20, 30])
    file.elements[0x0028_0120] = ("US", .words([0]))
    file.elements[0x0028_0106] = ("US", .words([0]))
    file.elements[0x0028_0107] = ("US", .words([30]))
    try withDerivedFolder { folder in
      let stack = try DerivedSources.stack([try file.save(in: folder, as: "a.dcm")])
      let restored = stack.volume.replacingVoxels([99, -7, 20, 31])
      try DerivedSources.writing(stack, restored: restored) { written, results in
        let path = results + "/" + written.fileNames[0]
        let root = try DerivedDataset(path: path).root
        for (tag, value) in [(0x0028_0120, "0"), (0x0028_0106, "-7"), (0x0028_0107, "31")] {
          #expect(root.vr(DerivedTag(UInt32(tag))) == "SS")
          #expect(root.text(DerivedTag(UInt32(tag))) == value)
        }
        #expect(try DerivedSources.slice(path).storedValues == [0, -7, 20, 31])
      }
    }
  }

  @Test("A CT that leaves 16 bits shifts its intercept, and unchanged values stay exact")
  func shifts() throws {
    let result = try Self.outcome(
      [Self.ct([0, 1000, 50_000, 60_000], bits: 16)], restored: [-2024, -24, 48_976, 58_976])
    #expect(result.modality[0] == [-2024, -24, 48_976, 58_976])
    #expect(result.written.newRescale?.slope == 1)
    #expect(result.slices[0].pixels.rescale == result.written.newRescale)
    #expect(result.written.clippedVoxels == 0 && result.written.warnings.isEmpty)
  }

  @Test("A range beyond 16 bits gets a new slope, to half a step")
  func spreads() throws {
    let restored: [Float] = [-100_000, 0, 12_345, 100_000]
    let result = try Self.outcome([Self.ct([0, 1, 2, 3])], restored: restored)
    let slope = try #require(result.written.newRescale?.slope)
    #expect(slope > 3 && slope < 3.1)
    for (value, expected) in zip(result.modality[0], restored) {
      #expect(abs(value - Double(expected)) <= slope / 2 + 1e-6)
    }
    #expect(result.written.clippedVoxels == 0)
  }

  @Test("An MR gets a rescale only as the last resort, with a warning and a Rescale Type")
  func lastResort() throws {
    let result = try Self.outcome([Self.mr([0, 1, 2, 3])], restored: [0, 10, 20, 200_000])
    #expect(result.written.warnings.count == 1)
    #expect(result.slices[0].pixels.hasRescale)
    #expect(result.written.changes.added.contains("RescaleType"))
  }

  @Test("A PET keeps intercept 0 and steepens the slope of the slice that needs it")
  func pet() throws {
    let files = [0, 1].map { plane in
      var file = DerivedSyntheticFile(
        sopClass: "128", modality: "PT", bitsStored: 16, signed: true, stored: [0, 10, 20, 30],
        plane: plane)
      file.elements[0x0028_1052] = ("DS", .text("0"))
      file.elements[0x0028_1053] = ("DS", .text(plane == 0 ? "0.5" : "2"))
      return file
    }
    let restored: [Float] = [0, 5, 10, 20_000, 0, 20, 40, 61]
    let result = try Self.outcome(files, restored: restored)
    #expect(result.slices[1].pixels.rescale == Rescale(slope: 2, intercept: 0))
    // Half even: 61 / 2 = 30.5.
    #expect(result.slices[1].storedValues == [0, 10, 20, 30])
    let slope = result.slices[0].pixels.rescale.slope
    #expect(result.slices[0].pixels.rescale.intercept == 0 && slope > 0.61 && slope < 0.611)
    #expect(abs(result.modality[0][3] - 20_000) <= slope / 2)
  }

  @Test("A DX, whose rescale is fixed, clips and says how often")
  func clips() throws {
    let file = DerivedSyntheticFile(
      sopClass: "1.1", modality: "DX", bitsStored: 12, stored: [0, 1, 2, 3])
    let result = try Self.outcome([file], restored: [-50, 1, 2, 70_000])
    #expect(result.slices[0].storedValues == [0, 1, 2, 65_535])
    #expect(result.written.clippedVoxels == 2 && result.written.warnings.count == 1)
  }

  @Test("Padding comes back bit by bit whatever became of it, and nothing becomes padding")
  func padding() throws {
    var file = Self.mr([0, 10, 20, 30])
    file.elements[0x0028_0120] = ("US", .words([20]))
    let result = try Self.outcome([file], restored: [20.2, 15, 7777, 30])
    #expect(result.slices[0].storedValues == [21, 15, 20, 30])
    #expect(result.written.clippedVoxels == 0)
  }

  @Test("Padding keeps its stored value under a new rescale")
  func paddingUnderNewRescale() throws {
    var file = Self.ct([0, 10, 20, 30])
    file.elements[0x0028_0120] = ("US", .words([0]))
    let result = try Self.outcome([file], restored: [5, -90_000, 0, 90_000])
    #expect(result.slices[0].storedValues[0] == 0)
    #expect(!result.slices[0].storedValues[1...].contains(0))
  }

  @Test("A value that is not finite is refused", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    #expect(throws: DicomError.self) {
      try Self.outcome([Self.mr([0, 1, 2, 3])], restored: [0, 1, 2, value])
    }
  }

  @Test("A high bit above Bits Stored - 1 stays where it is")
  func highBit() throws {
    var file = Self.mr([0x10, 0x20, 0x30, 0x40])
    file.elements[0x0028_0102] = ("US", .words([15]))
    let result = try Self.outcome([file], restored: [1, 2, 3, 9])
    #expect(result.slices[0].storedValues == [1, 2, 3, 9])
    #expect(result.slices[0].pixels.highBit == 15)
  }

  @Test(
    "An identity restoration gives back every stored value of a real scan",
    .enabled(if: SharedData.isPresent, "scans absent"),
    arguments: [
      "dicom/ts/pydicom/CT_small.dcm", "dicom/ts/pydicom/MR_small_implicit.dcm",
      "dicom/ts/pydicom/MR_small_bigendian.dcm", "dicom/ts/pydicom/image_dfl.dcm",
      "dicom/pt/1.dcm", "dicom/us/greyscale/GREYSCALE_IMAGE.dcm", "dicom/nm/JPEG2000_UNC.dcm",
      "dicom/xray/dx-veterinary/dx_image.dcm",
    ])
  func roundTrip(scan: String) throws {
    let stack = try DerivedSources.stack([SharedData.path(scan)])
    for syntax in [Derivation.TransferSyntax.explicitLittleEndian, .deflated] {
      var derivation = DerivedSources.derivation()
      derivation.transferSyntax = syntax
      try DerivedSources.writing(stack, derivation: derivation) { written, folder in
        let result = try DerivedSources.slice(folder + "/" + written.fileNames[0])
        #expect(result.storedValues == stack.slices[0].storedValues)
        #expect(result.pixels == stack.slices[0].pixels)
        #expect(!written.changes.changed.contains("PixelData"))
      }
    }
  }
}
