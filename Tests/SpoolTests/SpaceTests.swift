import Disk
import EventLog
import JobLedger
import Recipes
import ScanModel
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Space")
struct SpaceTests {
  static let mebibyte = 1 << 20

  /// A scan whose result takes about a mebibyte: 64 × 64 × 64 voxels of 4 bytes.
  private func scan(_ number: Int) -> [UInt8] {
    PaperScan.volume("\(number)", ["size": "64x64x64", "out": "\(Self.mebibyte)"])
  }

  @Test(
    "No more is taken on than the disks have room for, and all comes out when room is made",
    arguments: [Mixture.Layout.together, .outboxApart, .inboxApart])
  func reserves(_ layout: Mixture.Layout) throws {
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    // Room for three results and what is always kept.
    for device in [1, 3] as [UInt64] { disk.setCapacity(6 * Self.mebibyte, device: device) }
    let rig = try Rig(disk: disk)
    try rig.start()
    for number in 1...8 { rig.drop(scan(number), "\(number).nii") }
    var published: Set<String> = []
    for _ in 1...8 {
      try rig.turn(seconds: 12)
      // Someone fetches the results and makes room.
      for job in try rig.published().keys {
        published.insert(job)
        try disk.removeTree(Rig.outbox.appending(job))
      }
    }
    #expect(published.count == 8)
    #expect(try rig.jobs(.published).map(\.attempts) == Array(repeating: 1, count: 8))
    // Had more been promised than there is, a worker would have met a full disk.
    #expect(rig.events.count(.jobDeferred) == 0)
    #expect(rig.events.count(.spoolLow) > 0)
    #expect(rig.events.count(.spoolRecovered) == rig.events.count(.spoolLow))
    for number in 1...8 { #expect(rig.places(of: scan(number)) == ["archive"]) }
  }

  @Test("Jobs that wait keep what was promised to them, also over a restart")
  func keepsPromises() throws {
    let disk = MemoryFileSystem()
    disk.setCapacity(4 * Self.mebibyte)
    let rig = try Rig(disk: disk)
    try rig.start()
    rig.drop(PaperScan.volume("s", ["note": "slow", "size": "64x64x128"]), "slow.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 1])
    rig.restart()
    try rig.start()
    rig.drop(scan(1), "1.nii")
    try rig.turn(seconds: 30)
    #expect(rig.places(of: scan(1)) == ["inbox"])
    #expect(rig.events.count(.spoolLow) == 1)
    rig.executor.finishSlow()
    try rig.run()
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("Below the watermark nothing is taken, not even what is to be set aside, and all stays")
  func watermark() throws {
    let disk = MemoryFileSystem()
    disk.setCapacity(100 * Self.mebibyte)
    disk.put([UInt8](repeating: 1, count: 96 * Self.mebibyte), at: "/s/other")
    let rig = try Rig(disk: disk)
    try rig.start()
    rig.drop(scan(1), "1.nii")
    rig.drop(Array("Dear colleague".utf8), "letter.txt")
    try rig.turn(seconds: 60)
    #expect(try rig.jobs().isEmpty)
    #expect(rig.events.count(.spoolLow) == 1)
    disk.unlink("/s/other")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1])
    #expect(rig.events.count(.spoolRecovered) == 1)
  }

  @Test("A scan whose result no disk of this size can take is held, and says the figures")
  func neverFits() throws {
    let disk = MemoryFileSystem()
    disk.setCapacity(8 * Self.mebibyte)
    let rig = try Rig(disk: disk)
    try rig.start()
    rig.drop(PaperScan.volume("giant", ["size": "256x256x256"]), "giant.nii")
    rig.drop(scan(1), "1.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .held: 1])
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.reason.contains("65.6 MiB may be needed"), "\(held.reason)")
    #expect(held.reason.contains("the disk holds 8.0 MiB"), "\(held.reason)")
    // A larger disk, and a person who says so.
    disk.setCapacity(800 * Self.mebibyte)
    try rig.ask(.release, held.id)
    try rig.run()
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("A compressed source is counted by its voxels, not by its bytes")
  func compressed() {
    let volume = FileFacts(
      format: .nifti, shape: [128, 128, 64], storedType: "int16", nifti: NiftiFacts(version: 1))
    let voxels = 128 * 128 * 64
    func most(_ facts: FileFacts, bytes: Int, count: Int = 1, _ recipe: Recipe? = nil) -> Int {
      let source = ResultSize.Source(facts: facts, bytes: bytes)
      return ResultSize(Array(repeating: source, count: count), recipe: recipe, modality: "MR")
        .bytes
    }
    // 4 bytes a voxel however small the file is, and less than a tenth above that.
    let predicted = most(volume, bytes: 10_000)
    #expect(predicted > 4 * voxels && predicted < 4 * voxels + 4 * voxels / 10 + (1 << 19))
    var short = Recipe(name: "short", steps: [])
    short.output.type = .int16
    #expect(most(volume, bytes: 10_000, short) < predicted * 6 / 10)

    func slice(_ syntax: String) -> FileFacts {
      FileFacts(
        format: .dicom, storedType: "uint16",
        dicom: DicomFacts(
          sopClassUID: "1", sopInstanceUID: "1", seriesInstanceUID: "1", studyInstanceUID: "1",
          transferSyntaxUID: syntax, modality: "MR", rows: 512, columns: 512))
    }
    let pixels = 512 * 512 * 2
    // A JPEG of a twentieth of its pixels comes out uncompressed.
    let coded = most(slice("1.2.840.10008.1.2.4.70"), bytes: pixels / 20, count: 100)
    #expect(coded > 100 * pixels && coded < 130 * pixels)
    let native = most(slice("1.2.840.10008.1.2.1"), bytes: pixels + 3000, count: 100)
    #expect(native > 100 * (pixels + 3000) && native < 125 * pixels)
  }

  @Test("A recipe that refines the grid is counted with its new voxels; what is skipped with none")
  func grids() throws {
    var facts = FileFacts(
      format: .nifti, shape: [64, 64, 32], spacing: [1, 1, 3], storedType: "int16",
      nifti: NiftiFacts(version: 1))
    let finer = Recipe(
      name: "finer", steps: [try RecipeStep("resample", ["spacing": .number(0.5)])])
    let twice = Recipe(name: "twice", steps: [try RecipeStep("resample", ["factor": .number(2)])])
    func most(_ recipe: Recipe?) -> Int {
      ResultSize(
        [ResultSize.Source(facts: facts, bytes: 1000)], recipe: recipe, modality: "MR"
      ).bytes
    }
    let voxels = 64 * 64 * 32
    #expect(most(finer) > 4 * voxels * 2 * 2 * 6)
    #expect(most(twice) > 4 * voxels * 8 && most(twice) < most(finer))
    facts.skipReason = "a label map"
    #expect(most(finer) == 0)
  }
}
