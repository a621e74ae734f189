import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

@Suite("Writing multi-frame objects and mosaics") struct FrameWriteTests {
  private static let perFrame = DerivedTag(0x5200_9230)
  private static let shared = DerivedTag(0x5200_9229)
  private static let derivations = DerivedTag(0x0008_9124)
  private static let frameType = DerivedTag(0x0008_9007)

  private func read(_ name: String) throws -> DicomSeries {
    try DicomSeries.read(paths: [FrameSources.own(name + ".dcm")])
  }

  // MARK: Round trips

  @Test("An empty recipe changes no value, no place and no kept attribute")
  func roundTrip() throws {
    for key in try FrameSources.table().keys where key.hasPrefix("own/") {
      try FrameRoundTrip.check(FrameSources.path(key))
    }
  }

  // MARK: What is derived, and from what

  @Test("Each frame says from which frames it was derived") func derivation() throws {
    let series = try read("emr-two-echoes")
    try FrameSources.writing(series) { (written, folder) in
      let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
      let frames = root.items(Self.perFrame)
      #expect(frames.count == 12)
      for (index, frame) in frames.enumerated() {
        let item = try #require(frame.items(Self.derivations).first)
        let source = try #require(item.items(DerivedTag(0x0008_2112)).first)
        #expect(
          source.values(DerivedTag(0x0008_1160))
            == (0..<6).map { String(2 * $0 + index % 2 + 1) })
        let uid = series.stacks[0].slices[0].facts.sopInstanceUID
        #expect(source.text(DerivedTag(0x0008_1155)) == uid)
        #expect(source.text(DerivedTag(0x0028_135a)) == "YES")
        #expect(item.items(DerivedTag(0x0008_9215)).count == 2)
      }
      let type = root.items(Self.shared)[0].items(DerivedTag(0x0018_9226))[0]
      #expect(type.values(Self.frameType) == ["DERIVED", "PRIMARY", "M", "NONE"])
      #expect(root.values(DerivedTag(0x0008_0008)) == ["DERIVED", "PRIMARY", "M", "NONE"])
      #expect(root.items(DerivedTag(0x0008_9154)).count == 1)
      #expect(!root.has(DerivedTag(0x0008_2112)))
    }
  }

  @Test("Each frame names no more than what lies in the steps' reach", arguments: [0, 1])
  func reach(_ reach: Int) throws {
    var derivation = DerivedSources.derivation()
    derivation.sliceReach = reach
    try FrameSources.writing(read("emr-two-echoes"), derivation: derivation) { (written, folder) in
      let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
      for (index, frame) in root.items(Self.perFrame).enumerated() {
        let item = try #require(frame.items(Self.derivations).first)
        let source = try #require(item.items(DerivedTag(0x0008_2112)).first)
        // Two echoes a slice, one after the other.
        let slices = max(0, index / 2 - reach)...min(5, index / 2 + reach)
        #expect(
          source.values(DerivedTag(0x0008_1160)) == slices.map { String(2 * $0 + index % 2 + 1) })
      }
    }
  }

  @Test("Carried frames stay as they are among derived ones") func mixed() throws {
    let series = try read("emr-magnitude-phase")
    let milder = series.stacks.map { $0.volume.replacingVoxels($0.volume.voxels.map { $0 * 0.5 }) }
    try FrameSources.writing(series, restored: milder) { (written, folder) in
      let result = folder + "/" + written.fileNames[0]
      let root = try DerivedDataset(path: result).root
      #expect(root.values(DerivedTag(0x0008_0008)).first == "MIXED")
      for (index, frame) in root.items(Self.perFrame).enumerated() {
        let type = frame.items(DerivedTag(0x0018_9226))[0].values(Self.frameType)[0]
        #expect(type == (index < 5 ? "DERIVED" : "ORIGINAL"))
        #expect(frame.items(Self.derivations).isEmpty == (index >= 5))
      }
      let again = try DicomSeries.read(paths: [result])
      #expect(
        again.carried.map { $0.slices[0].storedValues }
          == series.carried.map { $0.slices[0].storedValues })
      #expect(again.carried.map(\.volume) == series.carried.map(\.volume))
    }
  }

  @Test(
    "Values that do not fit get a rescale in the functional groups, carried frames keep theirs",
    arguments: ["emr-two-echoes", "emr-magnitude-phase", "ect-head", "epet-two-times"])
  func newRescale(_ name: String) throws {
    let series = try read(name)
    let wild = series.stacks.map {
      $0.volume.replacingVoxels($0.volume.voxels.map { $0 * 999 - 50_000 })
    }
    try FrameSources.writing(series, restored: wild) { (written, folder) in
      let slope = try #require(written.newRescale?.slope)
      let again = try DicomSeries.read(paths: [folder + "/" + written.fileNames[0]])
      for (volume, stack) in zip(wild, again.stacks) {
        let worst = zip(volume.voxels, stack.volume.voxels).map { abs($0 - $1) }.max() ?? .infinity
        #expect(Double(worst) <= slope * 0.5001 + 0.01)
      }
      #expect(again.carried.map(\.volume) == series.carried.map(\.volume))
      #expect(written.clippedVoxels == 0)
    }
  }

  @Test(
    "Running twice gives the same bytes; objects without groups name their source at the top",
    arguments: ["us-clip", "xa-run", "nm-gated", "nm-dynamic", "ect-head"])
  func deterministic(_ name: String) throws {
    let series = try read(name)
    func bytes() throws -> Data {
      try FrameSources.writing(series) { (written, folder) in
        try Data(contentsOf: URL(fileURLWithPath: folder + "/" + written.fileNames[0]))
      }
    }
    #expect(try bytes() == bytes())
    try FrameSources.writing(series) { (written, folder) in
      let root = try DerivedDataset(path: folder + "/" + written.fileNames[0]).root
      #expect(root.has(DerivedTag(0x0008_2112)) == !root.has(Self.perFrame))
      #expect(root.text(DerivedTag(0x0028_0008)) == "\(FrameSources.frames(series).count)")
    }
  }

  @Test("Another grid is refused") func resampled() throws {
    let series = try read("ect-head")
    let error = #expect(throws: DicomError.self) {
      try FrameSources.writing(
        series, restored: [Volume(dimensions: [8, 12, 6], repeating: 0)]
      ) { (_, _) in }
    }
    #expect(error?.code == .unsupported)
  }

  // MARK: The gate

  @Test(
    "dciodvfy finds nothing in a result that it does not find in its source",
    .enabled(if: DerivedValidator.isInstalled, "dicom3tools absent"))
  func gate() throws {
    let real = [
      "enhanced/siemens-xa10-fmri/6_1.dcm", "enhanced/pydicom-data/emri_small.dcm",
      "mosaic/nibabel/philips_mprage.dcm", "ts/siemens-mosaic-9ts/1.dcm",
    ].map { "shared/" + $0 }
    let keys = try FrameSources.table().keys.filter { $0.hasPrefix("own/") || real.contains($0) }
    for key in keys {
      let path = FrameSources.path(key)
      let series = try DicomSeries.read(paths: [path])
      let before = try DerivedValidator.errors(path)
      let changes: [(Float, Float)] = [(1, 0), (0.75, 0.3), (1, -1500.2), (999, -50_000)]
      for (scale, shift) in changes {
        let restored = series.stacks.map {
          $0.volume.replacingVoxels($0.volume.voxels.map { $0 * scale + shift })
        }
        try FrameSources.writing(series, restored: restored) { (written, folder) in
          let new = try DerivedValidator.errors(folder + "/" + written.fileNames[0])
            .subtracting(before)
          #expect(new.isEmpty, "\(key) \(scale): \(new.sorted())")
        }
      }
    }
  }
}
