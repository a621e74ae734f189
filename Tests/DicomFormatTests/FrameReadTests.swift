import Crypto
import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

@Suite("Reading multi-frame objects and mosaics") struct FrameReadTests {
  @Test("Every frame decodes to pydicom's stored values")
  func decoded() throws {
    let table = try FrameSources.table()
    #expect(table.count >= (SharedData.isPresent ? 30 : 10))
    for (key, expected) in table {
      let frames = FrameSources.frames(try DicomSeries.read(paths: [FrameSources.path(key)]))
      #expect(frames.map(\.frame) == Array(0..<expected.frames), "\(key)")
      var hash = SHA256()
      for frame in frames {
        unsafe frame.storedValues.withUnsafeBytes { bytes in
          unsafe hash.update(bufferPointer: bytes)
        }
      }
      let digest = hash.finalize().map { String(format: "%02x", $0) }.joined()
      #expect(digest == expected.sha256, "\(key)")
    }
  }

  private func read(_ name: String) throws -> DicomSeries {
    try DicomSeries.read(paths: [FrameSources.own(name + ".dcm")])
  }

  @Test(
    "Interleaved echoes are two volumes, each frame with its own rescale",
    arguments: ["", "-rle", "-jpegls"])
  func echoes(_ coding: String) throws {
    let series = try read("emr-two-echoes" + coding)
    #expect(series.stacks.count == 2 && series.carried.isEmpty)
    for (echo, stack) in series.stacks.enumerated() {
      #expect(stack.slices.map(\.frame) == (0..<6).map { 10 - 2 * $0 + echo })
      #expect(
        stack.voxelToPatient
          == Affine3(x: [1.5, 0, 0], y: [0, 2, 0], z: [0, 0, 4], origin: [-12, -16, 0]))
      #expect(stack.slices.allSatisfy { $0.pixels.rescale.slope == Double(echo + 1) })
      #expect(stack.volume.voxels[0] == Float(stack.slices[0].storedValues[0]) * Float(echo + 1))
      #expect(stack.warnings == ["The series holds 2 volumes, told apart by EchoTime."])
    }
  }

  @Test("Phases among magnitudes are carried, not restored") func phases() throws {
    let series = try read("emr-magnitude-phase")
    #expect(series.stacks.map { $0.slices.map(\.frame) } == [Array(0..<5)])
    #expect(series.carried.flatMap(\.slices).map(\.frame) == Array(5..<10))
    #expect(series.hasFrames)
  }

  @Test("An enhanced CT is in Hounsfield units; a PET's times are volumes") func units() throws {
    let head = try read("ect-head")
    #expect(head.stacks.map(\.unit) == [.hounsfield])
    #expect(head.stacks[0].volume.dimensions == [16, 24, 6])
    let times = try read("epet-two-times").stacks
    #expect(times.map { $0.slices.map(\.frame) } == [[0, 1, 2, 3], [4, 5, 6, 7]])
    #expect(times[1].slices.map(\.pixels.rescale.slope) == [1.5, 1.75, 2, 2.25])
  }

  @Test("Nuclear medicine: slots of a gated study are volumes, pictures in time are single")
  func nuclear() throws {
    let gated = try read("nm-gated").stacks
    // Spacing Between Slices is negative: the last slice lies lowest.
    #expect(gated.map { $0.slices.map(\.frame) } == [[3, 2, 1, 0], [7, 6, 5, 4]])
    #expect(gated[0].voxelToPatient?.origin == [-12, -16, 35])
    #expect(gated[0].volume.voxelSpacing == [1.5, 2, 5])
    #expect(try read("nm-dynamic").stacks.map { $0.slices.count } == [1, 1, 1])
  }

  @Test("Clips are pictures in time") func clips() throws {
    #expect(try read("us-clip").stacks.map { $0.slices.map(\.frame) } == [[0], [1], [2], [3]])
    #expect(try read("xa-run").stacks.count == 5)
  }

  @Test("Objects of one series are volumes of one grid", .enabled(if: SharedData.isPresent))
  func objects() throws {
    let paths = (1...4).map { SharedData.path("dicom/enhanced/siemens-xa10-fmri/6_\($0).dcm") }
    let series = try DicomSeries.read(paths: paths)
    #expect(series.stacks.count == 4)
    #expect(series.stacks.allSatisfy { $0.volume.dimensions == [64, 64, 6] })
    #expect(series.stacks.allSatisfy { Set($0.slices.map(\.path)).count == 1 })
    #expect(series.stacks.allSatisfy { $0.voxelToPatient == series.stacks[0].voxelToPatient })
  }

  @Test("The slices of a mosaic lie where dcm2niix puts them", .enabled(if: SharedData.isPresent))
  func mosaics() throws {
    // dcm2niix v1.0.20220720, turned from RAS to LPS and its rows back from bottom to top.
    let expected: [(file: String, size: SIMD3<Int>, columns: [SIMD3<Double>])] = [
      (
        "ts/siemens-mosaic-9ts/1.dcm", [64, 64, 35],
        [
          [3.25, 0, 0], [0, 3.230991, -0.350998], [0, 0.388798, 3.578943],
          [-104, -144.8681, -62.68517],
        ]
      ),
      (
        "mosaic/nibabel/siemens_dwi_1000.dcm", [128, 128, 48],
        [
          [1.796875, 0, 0], [0, 1.79685, -0.009408], [0, 0.015708, 2.999959],
          [-115, -135.0286, -78.71048],
        ]
      ),
    ]
    for (file, size, columns) in expected {
      let series = try DicomSeries.read(paths: [SharedData.path("dicom/" + file)])
      #expect(series.stacks.count == 1, "\(file)")
      let stack = try #require(series.stacks.first)
      #expect(stack.volume.dimensions == size, "\(file)")
      let affine = try #require(stack.voxelToPatient)
      for (ours, theirs) in zip([affine.x, affine.y, affine.z, affine.origin], columns) {
        #expect(length(ours - theirs) < 1e-3, "\(file): \(ours)")
      }
    }
    let paths = ["0", "1000"].map { SharedData.path("dicom/mosaic/nibabel/siemens_dwi_\($0).dcm") }
    let pair = try DicomSeries.read(paths: paths)
    #expect(pair.stacks.map(\.volume.dimensions.z) == [48, 48])
    #expect(pair.stacks[0].warnings.contains { $0.contains("told apart by DiffusionBValue") })
  }
}
