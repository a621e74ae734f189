import DicomFormat
import Foundation
import ScanModel
import Testing
import VolumeModel

@Suite("Pixels of 32 and 64 bits, whole and real") struct RealPixelTests {
  private static let names = (try? RealSources.table().keys.sorted()) ?? []
  private static let maps = ["map-float", "map-double", "map-words"]

  private func facts(_ path: String) throws -> FileFacts {
    guard case .whole(let facts) = DicomProbe.verdict(path: path, question: ProbeQuestion()) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return facts
  }

  @Test("Stored and modality values are pydicom's, bit by bit", arguments: names)
  func values(_ name: String) throws {
    let expected = try #require(RealSources.table()[name])
    let stack = try RealSources.stack(name)
    #expect(try facts(RealSources.path(name)).storedType == expected.type)
    #expect(RealSources.digest(RealSources.bytes(stack.slices)) == expected.stored)
    let modality = stack.volume.voxels.flatMap { RealSources.little($0.bitPattern) }
    #expect(RealSources.digest(modality) == expected.modality)
    #expect(stack.volume.voxels.count { $0.isFinite } == expected.finite)
    let notes = stack.warnings.filter { $0.contains("24 bits") }
    #expect(notes.count == (expected.rounded > 0 ? 1 : 0))
    #expect(notes.allSatisfy { $0.hasPrefix("\(expected.rounded) stored values") })
  }

  @Test("NaN, infinities, padding and what no 32 bits hold are passed over")
  func excluded() throws {
    let float = try RealSources.stack("mr-float")
    #expect(Array(float.excluded?.bits.prefix(6) ?? []) == [1, 1, 1, 1, 0, 0])
    #expect(float.excluded?.bits.reduce(0) { $0 + Int($1) } == 4)
    let range = try RealSources.stack("mr-float-range")
    #expect(Array(range.excluded?.bits[16..<20] ?? []) == [1, 1, 1, 0])
    #expect(range.excluded?.bits.reduce(0) { $0 + Int($1) } == 6)
    let double = try RealSources.stack("ct-double")
    #expect(Array(double.excluded?.bits.prefix(4) ?? []) == [1, 1, 1, 0])
    #expect(try RealSources.stack("map-float").excluded == nil)
  }

  @Test("Nothing changes with an empty recipe: values, kept attributes, geometry", arguments: names)
  func roundTrip(_ name: String) throws {
    let path = RealSources.path(name)
    let series = try DicomSeries.read(paths: [path])
    try RealSources.writing(name, DerivedSources.derivation([]), changing: nil) {
      (written, result) in
      #expect(written.clippedVoxels == 0 && written.newRescale == nil && written.warnings == [])
      let again = try DicomSeries.read(paths: [result])
      #expect(
        RealSources.bytes(again.stacks[0].slices) == RealSources.bytes(series.stacks[0].slices))
      #expect(again.stacks[0].voxelToPatient == series.stacks[0].voxelToPatient)
      #expect(again.stacks[0].excluded == series.stacks[0].excluded)
      #expect(try facts(result).storedType == facts(path).storedType)
      let one = try DerivedDataset(path: result).root
      let other = try DerivedDataset(path: path).root
      for tag in other.tags where DerivedAttributeRules.all.allSatisfy({ $0.tag != tag }) {
        if tag.code >> 16 == 0x7FE0 || other.vr(tag) == "SQ" { continue }
        #expect(one.bytes(tag) == other.bytes(tag), "\(tag.keyword)")
        #expect(one.vr(tag) == other.vr(tag), "\(tag.keyword)")
      }
    }
  }

  @Test("What a step changes is stored as it is, all else bit by bit", arguments: names)
  func changed(_ name: String) throws {
    let source = try RealSources.stack(name)
    let place = source.volume.voxels.count - 7
    let value = source.volume.voxels[place]
    let isWhole = name.hasPrefix("mr-int") || name.hasPrefix("pt") || name == "map-words"
    let wanted = isWhole ? (value * 1.25).rounded() : value * 1.25
    let change = { (volume: Volume) -> Volume in
      var voxels = volume.voxels
      // What is excluded comes back, whatever a step has made of it.
      if source.excluded?[0] == true { voxels[0] = 5 }
      voxels[place] = wanted
      return volume.replacingVoxels(voxels)
    }
    try RealSources.writing(name, DerivedSources.derivation(), changing: change) {
      (written, result) in
      #expect(written.clippedVoxels == 0)
      let again = try DicomSeries.read(paths: [result]).stacks[0]
      let tolerance: Float = isWhole ? 64 : 0
      #expect(abs(again.volume.voxels[place] - wanted) <= tolerance)
      let width = source.slices[0].pixels.bitsAllocated / 8
      var (new, old) = (RealSources.bytes(again.slices), RealSources.bytes(source.slices))
      #expect(new != old)
      new.removeSubrange(place * width..<(place + 1) * width)
      old.removeSubrange(place * width..<(place + 1) * width)
      #expect(new == old)
    }
  }

  @Test("A value that lands on padding moves to the nearest number beside it")
  func landing() throws {
    for (name, wanted, stored) in [
      ("mr-float", Float(-7.25), Float(-7.25).nextUp),
      ("mr-float-range", -17.75, Float(-8.5).nextDown), ("mr-float-range", -17.1, -8 as Float),
    ] {
      let change = { (volume: Volume) -> Volume in
        var voxels = volume.voxels
        voxels[100] = wanted
        return volume.replacingVoxels(voxels)
      }
      try RealSources.writing(name, DerivedSources.derivation(), changing: change) {
        (_, result) in
        let again = try DicomSeries.read(paths: [result]).stacks[0]
        let value = Float(
          bitPattern: UInt32(bitPattern: again.slices[0].storedValues[100]))
        #expect(again.excluded?[100] == false)
        #expect(abs(value - stored) <= 0.51, "\(name) \(value)")
      }
    }
  }

  @Test("A parametric map is skipped, and read by whoever asks", arguments: maps)
  func map(_ name: String) throws {
    let facts = try facts(RealSources.path(name))
    #expect(facts.skipReason == "The object is a parametric map, which is never filtered.")
    #expect(facts.isRestorableOnDemand == true && facts.isReadable)
    #expect(facts.shape == [16, 24, 5] && facts.spacing == [1.5, 2])
    let stack = try RealSources.stack(name)
    #expect(stack.voxelToPatient?.origin == [-12, -16, 0] && stack.volume.voxelSpacing.z == 4)
  }

  @Test(
    "A parametric map stays one: its classes, its mapping, its frame types", arguments: maps)
  func derivedMap(_ name: String) throws {
    let change = { (volume: Volume) -> Volume in
      volume.replacingVoxels(volume.voxels.map { ($0 * 0.5).rounded(.up) })
    }
    try RealSources.writing(name, DerivedSources.derivation(), changing: change) { (_, result) in
      let root = try DerivedDataset(path: result).root
      #expect(root.text(DerivedTag(0x0008_0016)) == "1.2.840.10008.5.1.4.1.1.30")
      #expect(root.values(DerivedTag(0x0008_0008)) == ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"])
      #expect(root.has(DerivedTag(0x0028_0101)) == (name == "map-words"))
      #expect(root.has(DerivedTag(0x7FE0_0010)) == (name == "map-words"))
      let shared = try #require(root.items(DerivedTag(0x5200_9229)).first)
      #expect(shared.items(DerivedTag(0x0040_9096)).count == 1)
      #expect(
        shared.items(DerivedTag(0x0040_9092))[0].values(DerivedTag(0x0008_9007))[0] == "DERIVED")
      if DerivedValidator.isInstalled {
        let new = try DerivedValidator.errors(result)
          .subtracting(DerivedValidator.errors(RealSources.path(name)))
        #expect(new.isEmpty, "\(new.sorted())")
      }
    }
  }

  @Test("No result has an error that its source has not", arguments: names)
  func gate(_ name: String) throws {
    // dciodvfy cannot inflate, and ends itself where whole numbers have 32 bits.
    guard DerivedValidator.isInstalled, !name.contains("deflated"), !name.contains("int32")
    else { return }
    var derivation = DerivedSources.derivation()
    // Real numbers are written plainly whatever is asked.
    derivation.transferSyntax = .rle
    try RealSources.writing(name, derivation, changing: nil) { (_, result) in
      let new = try DerivedValidator.errors(result)
        .subtracting(DerivedValidator.errors(RealSources.path(name)))
      #expect(new.isEmpty, "\(new.sorted())")
    }
  }

  @Test("Cut off at any byte it is incomplete", arguments: ["map-float", "mr-float", "pt-uint32"])
  func truncated(_ name: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: RealSources.path(name)))
    try TestFiles.withFolder { folder in
      let path = folder + "/cut"
      try bytes.write(to: URL(fileURLWithPath: path))
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      for count in stride(from: bytes.count - 1, through: 0, by: -3) {
        try file.truncate(atOffset: UInt64(count))
        guard
          case .incomplete = DicomProbe.verdict(path: path, question: ProbeQuestion())
        else {
          Issue.record("\(count) bytes")
          return
        }
      }
    }
  }

  @Test("Real pixel data that contradict the header are refused by name")
  func contradictions() throws {
    let base = DicomBytes.image(columns: 4, rows: 1, words: [])
    func real(_ change: (inout DicomBytes) -> Void) -> DicomBytes {
      var image = base
      image.remove(0x7FE0_0010)
      image.set(0x0028_0100, us: 32)
      image.set(0x7FE0_0008, "OF", (0..<4).flatMap { _ in FragmentedFile.little(0x3F80_0000) })
      change(&image)
      return image
    }
    let cases: [(DicomBytes, String?)] = [
      (real { _ in }, nil),
      (real { $0.set(0x0028_0100, us: 64) }, "Bits Allocated is 64"),
      (real { $0.set(0x0028_0002, us: 3) }, nil),
      (real { $0.set(0x7FE0_0010, "OW", Array(repeating: 0, count: 16)) }, "several elements"),
      (real { $0.set(0x7FE0_0009, "OD", Array(repeating: 0, count: 32)) }, "several elements"),
      (real { $0.set(0x0028_3000, "SQ", []) }, "Modality LUT"),
    ]
    for (image, reason) in cases {
      try TestFiles.withFolder { folder in
        try image.write(to: folder + "/x")
        let verdict = DicomProbe.verdict(path: folder + "/x", question: ProbeQuestion())
        if case .whole(let facts) = verdict, let reason {
          #expect(facts.unsupportedReason?.contains(reason) == true, "\(verdict)")
        } else {
          #expect(reason == nil, "\(verdict)")
        }
      }
    }
    var short = real { _ in }
    short.set(0x7FE0_0008, "OF", Array(repeating: 0, count: 12))
    try TestFiles.withFolder { folder in
      try short.write(to: folder + "/x")
      let verdict = DicomProbe.verdict(path: folder + "/x", question: ProbeQuestion())
      guard case .incomplete(let reason) = verdict else {
        Issue.record("\(verdict)")
        return
      }
      #expect(reason == "Pixel Data have 12 bytes where the header asks for 16.")
    }
  }
}
