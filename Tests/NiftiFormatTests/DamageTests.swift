import NiftiFormat
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

@Suite struct DamageTests {
  @Test("A file cut anywhere is incomplete and never read", arguments: [NiftiVersion.one, .two])
  func cut(version: NiftiVersion) throws {
    let folder = try TemporaryFolder()
    let bytes = TestNifti(version).bytes
    for length in 0..<bytes.count {
      let path = try folder.write(Array(bytes[..<length]), "cut.nii")
      #expect(Verdict.isIncomplete(path), "\(length)")
      #expect(Verdict.isNotScan(path, isFinal: true), "\(length)")
      #expect(throws: NiftiError.self) { _ = try NiftiFile.read(path: path) }
    }
  }

  @Test("A gzip file cut anywhere is incomplete and never read")
  func cutGzip() throws {
    let folder = try TemporaryFolder()
    let bytes = Gzip.member(TestNifti().bytes)
    for length in 0..<bytes.count {
      let path = try folder.write(Array(bytes[..<length]), "cut.nii.gz")
      #expect(Verdict.isIncomplete(path), "\(length)")
      #expect(throws: NiftiError.self) { _ = try NiftiFile.read(path: path) }
    }
  }

  @Test("A pair whose voxels are cut is incomplete", arguments: [0, 1, 24, 47])
  func cutPair(length: Int) throws {
    let folder = try TemporaryFolder()
    let file = TestNifti()
    let path = try file.write(.pair, to: folder)
    try folder.write(Array(file.voxels[..<length]), "scan.img")
    #expect(Verdict.isIncomplete(path))
  }

  @Test("A gzip file of which one byte is wrong is never whole with other voxels")
  func wrongByte() throws {
    let folder = try TemporaryFolder()
    let file = TestNifti()
    let bytes = Gzip.member(file.bytes)
    for place in bytes.indices {
      var spoilt = bytes
      spoilt[place] ^= 0x40
      let path = try folder.write(spoilt, "wrong.nii.gz")
      // Time, flags and system in gzip's header mean nothing to the content, nor do the bits that
      // fill up the byte of a stored block's type.
      guard let scan = try? NiftiFile.read(path: path) else {
        #expect(Verdict.isIncomplete(path) || Verdict.isNotScan(path), "\(place)")
        continue
      }
      #expect(place <= 10, "\(place)")
      #expect(scan.volumes.first?.voxels == file.values.map(Float.init))
    }
  }

  @Test("A wrong CRC or length at the end of gzip is incomplete", arguments: 1...8)
  func wrongTrailer(place: Int) throws {
    let folder = try TemporaryFolder()
    var bytes = Gzip.member(TestNifti().bytes)
    bytes[bytes.count - place] &+= 1
    let path = try folder.write(bytes, "wrong.nii.gz")
    #expect(Verdict.isIncomplete(path))
    #expect(throws: NiftiError.self) { _ = try NiftiFile.read(path: path) }
  }

  @Test("Several gzip members are read as one, empty ones too", arguments: [1, 10, 348, 400])
  func members(length: Int) throws {
    let folder = try TemporaryFolder()
    let file = TestNifti()
    let bytes = file.bytes
    let members =
      Gzip.member(Array(bytes[..<length])) + Gzip.member([])
      + Gzip.member(Array(bytes[length...])) + Gzip.member([])
    let path = try folder.write(members, "members.nii.gz")
    #expect(try NiftiFile.read(path: path).volumes.first?.voxels == file.values.map(Float.init))
    #expect(throws: Never.self) { _ = try Verdict.facts(path) }
  }

  @Test("A wrong CRC in the first of two members is found")
  func wrongFirstMember() throws {
    let folder = try TemporaryFolder()
    let bytes = TestNifti().bytes
    var first = Gzip.member(Array(bytes[..<360]))
    first[first.count - 8] &+= 1
    let path = try folder.write(first + Gzip.member(Array(bytes[360...])), "members.nii.gz")
    #expect(Verdict.isIncomplete(path))
  }

  @Test(
    "What follows the last gzip member is ignored, as gzip does",
    arguments: [[UInt8](repeating: 0, count: 600), Array("garbage".utf8), [0x1F]])
  func garbage(tail: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Gzip.member(TestNifti().bytes) + tail, "tail.nii.gz")
    #expect(throws: Never.self) { _ = try Verdict.facts(path) }
    #expect(throws: Never.self) { _ = try NiftiFile.read(path: path) }
  }

  @Test("Names decide whether a file is gzip")
  func names() throws {
    let folder = try TemporaryFolder()
    let bytes = TestNifti().bytes
    #expect(Verdict.isNotScan(try folder.write(bytes, "plain.nii.gz")))
    #expect(Verdict.isNotScan(try folder.write(Gzip.member(bytes), "packed.nii")))
  }

  @Test(
    "A file that a copy has reserved but not filled is incomplete", arguments: ["nii", "nii.gz"])
  func reserved(fileExtension: String) throws {
    let folder = try TemporaryFolder()
    let zeros = [UInt8](repeating: 0, count: 4096)
    #expect(Verdict.isIncomplete(try folder.write(zeros, "zeros." + fileExtension)))
  }

  @Test("A header that announces far more than there is costs no memory", arguments: [false, true])
  func lies(isPacked: Bool) throws {
    let folder = try TemporaryFolder()
    for shape in [[32_767, 32_767, 32_767], [2000, 2000, 1000], [300, 300, 300]] {
      var file = TestNifti(.one, .float64)
      file.header.dim.replaceSubrange(1...3, with: shape)
      // 80 kB of zeros: enough for the ratio of deflate to allow the last of the lies.
      let bytes = file.bytes + [UInt8](repeating: 0, count: 300_000)
      let path = try folder.write(
        isPacked ? Gzip.member(bytes) : bytes, isPacked ? "lie.nii.gz" : "lie.nii")
      #expect(Verdict.isIncomplete(path))
      #expect(throws: NiftiError.self) { _ = try NiftiFile.read(path: path) }
    }
  }

  @Test("No bytes make the reader trap, seed 5")
  func fuzz() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 5)
    for trial in 0..<1500 {
      let version: NiftiVersion = trial % 2 == 0 ? .one : .two
      var file = TestNifti(version, isBigEndian: trial % 4 > 1, shape: [3, 4, 2, 2])
      file.between = [1, 0, 0, 0, 16, 0, 0, 0, 4, 0, 0, 0] + Array(repeating: 0, count: 8)
      file.header.voxOffset += 16
      file.header.qformCode = trial % 3
      file.header.sformCode = trial % 5
      var bytes = file.bytes
      for _ in 0..<(1 + trial % 7) {
        let place = Int.random(in: 4..<bytes.count, using: &generator)
        bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      }
      let path = try folder.write(bytes, "fuzz.nii")
      _ = NiftiProbe.verdict(path: path)
      guard let scan = try? NiftiFile.read(path: path), trial < 200 else { continue }
      var affine = scan.voxelToPatient
      affine.origin += [1, 0, 0]
      // Refusing is as good as writing; trapping is not.
      try? NiftiWriter.write(
        scan, volumes: scan.volumes, voxelToPatient: affine, to: folder.path("out.nii"))
    }
  }

  @Test("A header that announces a gibibyte and far more than its file is no scan")
  func announcedBomb() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 6)
    var file = TestNifti(.one, .float32)
    file.header.dim.replaceSubrange(1...3, with: [1000, 1000, 300])
    // Few enough bytes for the lie to be possible, too few for it to be likely.
    for (megabytes, isScan) in [(2, false), (8, true)] {
      let tail = (0..<megabytes << 20).map { _ in
        UInt8.random(in: .min ... .max, using: &generator)
      }
      let path = try folder.write(Gzip.member(file.bytes) + tail, "\(megabytes).nii.gz")
      #expect(Verdict.isNotScan(path) != isScan)
      #expect(Verdict.isIncomplete(path) == isScan)
    }
  }

  @Test("Content that goes on far beyond its header is no scan")
  func bomb() throws {
    let folder = try TemporaryFolder()
    let zeros = Gzip.member([UInt8](repeating: 0, count: 1 << 20))
    let bytes = Gzip.member(TestNifti().bytes) + (0..<17).flatMap { _ in zeros }
    #expect(Verdict.isNotScan(try folder.write(bytes, "bomb.nii.gz")))
  }

  @Test("What is no file at all is said so")
  func noFile() throws {
    let folder = try TemporaryFolder()
    #expect(Verdict.isIncomplete(folder.path("absent.nii")))
    #expect(Verdict.isNotScan(folder.path("absent.nii"), isFinal: true))
    let folderPath = folder.path("")
    #expect(Verdict.isNotScan(folderPath + "/."))
  }

  @Test("Analyze 7.5 and other content are no scans")
  func foreign() throws {
    let folder = try TemporaryFolder()
    var analyze = TestNifti().bytes
    analyze.replaceSubrange(344..<348, with: [0, 0, 0, 0])
    let path = try folder.write(analyze, "analyze.nii")
    guard case .notScan(let reason) = NiftiProbe.verdict(path: path) else {
      Issue.record("Analyze passes for NIfTI")
      return
    }
    #expect(reason.contains("Analyze"))
    #expect(Verdict.isNotScan(try folder.write(Array("ENVI\nsamples = 3".utf8), "envi.hdr")))
  }
}
