import DicomFormat
import Foundation
import NiftiFormat
import Recipes
import RestoradTestSupport
import ScanModel
import Synchronization
import Testing
import VolumeModel
import Worker

@Suite("Restoring a scan from files to files")
struct RestoreTaskTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func data(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Data").appendingPathComponent(name).path
  }

  private func request(
    _ paths: [String], _ format: ScanFormat, _ steps: [RecipeStep], modality: String? = "MR"
  ) -> RestoreRequest {
    RestoreRequest(
      job: "20260101T000000Z-MR-00000000", format: format,
      sources: paths.map {
        RestoreRequest.Source(path: $0, name: URL(fileURLWithPath: $0).lastPathComponent)
      }, recipe: Recipe(name: "test", steps: steps), modality: modality, output: scratch.path,
      moment: 1_795_000_000, version: "1")
  }

  private func run(_ request: RestoreRequest) throws -> RestoreSummary {
    try RestoreTask(request, say: { _ in }).run()
  }

  private func result(_ name: String?) throws -> String {
    scratch.path + "/" + (try #require(name))
  }

  @Test("A recipe without steps leaves every voxel of a DICOM series as it was")
  func dicomUnchanged() throws {
    let source = data("dicom/MR_small.dcm")
    let summary = try run(request([source], .dicom, []))
    let before = try #require(try DicomSeries.read(paths: [source]).stacks.first)
    let path = try result(summary.result.files.first)
    let after = try #require(try DicomSeries.read(paths: [path]).stacks.first)
    #expect(after.volume.voxels == before.volume.voxels)
    #expect(after.voxelToPatient == before.voxelToPatient)
    #expect(summary.shape == [64, 64, 1] && summary.result.shape == [64, 64, 1])
    #expect(summary.result.clippedVoxels == 0 && summary.steps.isEmpty)
    #expect(summary.dtype == "int16")
    #expect(summary.quality.change?.mae == 0 && summary.quality.change?.psnr == nil)
    let old = try #require(before.slices.first).facts
    let new = try #require(after.slices.first).facts
    #expect(new.studyInstanceUID == old.studyInstanceUID)
    #expect(new.seriesInstanceUID != old.seriesInstanceUID)
    #expect(new.sopInstanceUID.hasPrefix("2.25."))
  }

  @Test("The same request gives the same bytes again")
  func deterministic() throws {
    let source = data("dicom/MR_small.dcm")
    let steps = [try RecipeStep("nlm")]
    let first = try result(try run(request([source], .dicom, steps)).result.files.first)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
    try FileManager.default.removeItem(atPath: first)
    let second = try result(try run(request([source], .dicom, steps)).result.files.first)
    #expect(try Data(contentsOf: URL(fileURLWithPath: second)) == bytes)
  }

  @Test(
    "A recipe without steps leaves every voxel of a NIfTI file as it was",
    arguments: ["nifti/functional.nii", "nifti/example_nifti2.nii.gz"])
  func niftiUnchanged(_ name: String) throws {
    let summary = try run(request([data(name)], .nifti, []))
    let before = try NiftiFile.read(path: data(name))
    let image = summary.result.files.first { $0.hasSuffix("_restored.nii.gz") }
    let after = try NiftiFile.read(path: try result(image))
    #expect(after.volumes.map(\.voxels) == before.volumes.map(\.voxels))
    #expect(after.voxelToPatient == before.voxelToPatient)
    #expect(after.version == before.version)
    let sidecar = try #require(summary.result.files.first { $0.hasSuffix(".json") })
    let text = try String(contentsOfFile: result(sidecar), encoding: .utf8)
    #expect(text.contains("GeneratedBy") && text.contains("Sources"))
  }

  @Test("Gradients follow a series of volumes under its result's name, byte by byte")
  func gradients() throws {
    let folder = try ScratchFolder()
    let scan = folder.path + "/sub-01_dwi.nii"
    try FileManager.default.copyItem(atPath: data("nifti/functional.nii"), toPath: scan)
    let tables = [".bval": "0 1000 1000\n", ".bvec": "0 1 0\n0 0 1\n0 0 0\n"]
    for (ending, text) in tables {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/sub-01_dwi" + ending))
    }
    let sources = [scan] + tables.keys.sorted().map { folder.path + "/sub-01_dwi" + $0 }
    let summary = try run(request(sources, .nifti, []))
    for (ending, text) in tables {
      let name = try #require(summary.result.files.first { $0.hasSuffix(ending) })
      #expect(name == "sub-01_dwi_restored" + ending)
      #expect(try String(contentsOfFile: result(name), encoding: .utf8) == text)
    }
  }

  @Test(
    "Every step changes the picture and notes what it measured",
    arguments: [
      "gaussian", "n4", "nlm", "wavelet", "median", "bilateral",
    ])
  func steps(_ name: String) throws {
    let told = Mutex<[WorkerReply]>([])
    let task = RestoreTask(
      request([data("dicom/MR_small.dcm")], .dicom, [try RecipeStep(name)]),
      say: { reply in told.withLock { $0.append(reply) } })
    let summary = try task.run()
    let note = try #require(summary.steps.first)
    #expect(note.name == name && note.seconds >= 0)
    #expect(!note.parameters.isEmpty)
    if ["n4", "nlm", "wavelet"].contains(name) { #expect(!note.figures.isEmpty) }
    let change = try #require(summary.quality.change)
    #expect(try #require(change.mae) > 0)
    #expect(try #require(change.psnr) > 15)
    var fractions: [Double] = []
    var finished = 0
    for reply in told.withLock({ $0 }) {
      if case .progress(_, let fraction) = reply { fractions.append(fraction) }
      if case .stepFinished = reply { finished += 1 }
    }
    // Slabs are computed side by side, so their reports may overtake each other.
    #expect(!fractions.isEmpty && fractions.allSatisfy { (0...1).contains($0) })
    #expect(finished == 1)
  }

  @Test(
    "Resampling moves the grid with the voxels, also when their count stays",
    arguments: [
      ("factor", ParameterValue.number(2)), ("spacing", .number(1.02)),
    ])
  func resample(_ parameter: String, _ value: ParameterValue) throws {
    let source = scratch.path + "/ramp.nii"
    try Self.ramp().write(to: URL(fileURLWithPath: source))
    let step = try RecipeStep(
      "resample", [parameter: value, "interpolation": .text("linear")])
    let summary = try run(request([source], .nifti, [step]))
    let before = try NiftiFile.read(path: source)
    let image = summary.result.files.first { $0.hasSuffix(".nii.gz") }
    let after = try NiftiFile.read(path: try result(image))
    let old = try #require(before.volumes.first)
    let new = try #require(after.volumes.first)
    #expect(summary.quality.change == nil)
    if parameter == "spacing" { #expect(new.dimensions == old.dimensions) }
    // The ramp's value is the patient's x in mm, so every voxel tells where it lies.
    for index in [3, 7, 9] {
      let place = after.voxelToPatient.position(of: [Double(index), 5, 5])
      #expect(abs(Double(new[index, 5, 5]) - -place.x) < 0.02, "voxel \(index)")
    }
  }

  /// 16 × 12 × 10 voxels of 1 mm whose value is their x in RAS, in mm.
  private static func ramp() -> Data {
    var bytes = [UInt8](repeating: 0, count: 352)
    func put<Value>(_ value: Value, at offset: Int) {
      unsafe withUnsafeBytes(of: value) { raw in
        for unsafe(place, byte) in unsafe raw.enumerated() { bytes[offset + place] = byte }
      }
    }
    put(Int32(348), at: 0)
    for (place, size) in [3, 16, 12, 10, 1, 1, 1, 1].enumerated() {
      put(Int16(size), at: 40 + 2 * place)
      put(Float(1), at: 76 + 4 * place)
    }
    put(Int16(16), at: 70)
    put(Int16(32), at: 72)
    put(Float(352), at: 108)
    put(Float(1), at: 112)
    bytes[123] = 2
    put(Int16(1), at: 254)
    for (row, offset) in [280, 296, 312].enumerated() { put(Float(1), at: offset + 4 * row) }
    bytes.replaceSubrange(344..<348, with: Array("n+1".utf8) + [0])
    var data = Data(bytes)
    for index in 0..<(16 * 12 * 10) {
      unsafe withUnsafeBytes(of: Float(index % 16)) { unsafe data.append(contentsOf: $0) }
    }
    return data
  }

  @Test(
    "A result names the slices that its steps reach", .enabled(if: SharedData.isPresent),
    arguments: [
      (["mar"], 3), (["gaussian"], 9), (["gaussian", "median"], 11), ([], 1),
    ])
  func sliceReach(_ names: [String], _ count: Int) throws {
    let sources = (1...28).map {
      SharedData.path("dicom/ct-series/ge-head-tilt18.5-28/\($0 < 10 ? "0" : "")\($0).dcm")
    }
    let steps = try names.map {
      try RecipeStep($0, $0 == "mar" ? [:] : ["dimensions": .integer(3)])
    }
    let summary = try run(request(sources, .dicom, steps, modality: "CT"))
    let named = try summary.result.files.map {
      try DerivedDataset(path: result($0)).root.items(DerivedTag(0x0008_2112)).count
    }
    #expect(named.max() == count && named.min() == (count + 1) / 2)
  }

  @Test("A broken file is refused for good, a missing one for now")
  func refusals() throws {
    let cut = scratch.path + "/cut.dcm"
    let whole = try Data(contentsOf: URL(fileURLWithPath: data("dicom/MR_small.dcm")))
    try whole.prefix(5000).write(to: URL(fileURLWithPath: cut))
    let broken = [
      request([cut], .dicom, []), request([data("nifti/crash-1.nii")], .nifti, []),
      request([data("nifti/README.md")], .dicom, []),
    ]
    for request in broken {
      let error = #expect(throws: (any Error).self) { try run(request) }
      #expect(RestoreRefusal(try #require(error)).fate == .quarantine)
    }
    for format in [ScanFormat.dicom, .nifti] {
      let missing = request([scratch.path + "/Zwetschge.nii"], format, [])
      let error = #expect(throws: (any Error).self) { try run(missing) }
      let refusal = RestoreRefusal(try #require(error))
      #expect(refusal.fate == .deferJob)
      #expect(!refusal.reason.contains("Zwetschge"))
    }
  }

  @Test("A result that cannot be written is put off, and its reason names no file")
  func unwritable() throws {
    for (name, format) in [
      ("dicom/MR_small.dcm", ScanFormat.dicom), ("nifti/functional.nii", .nifti),
    ] {
      var request = request([data(name)], format, [])
      request.output = scratch.path + "/Zwetschge/no-such-folder"
      let error = #expect(throws: (any Error).self) { try run(request) }
      let refusal = RestoreRefusal(try #require(error))
      #expect(refusal.fate == .deferJob, "\(refusal.reason)")
      #expect(!refusal.reason.contains("Zwetschge"))
    }
  }
}
