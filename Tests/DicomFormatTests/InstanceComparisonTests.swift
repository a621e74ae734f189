import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing

@Suite("Comparing two files of one instance") struct InstanceComparisonTests {
  private func file() -> DerivedSyntheticFile {
    DerivedSyntheticFile(sopClass: "4", modality: "MR", stored: [1, 2, 3, 4])
  }

  private func difference(
    _ change: (inout DerivedSyntheticFile) -> Void
  ) throws -> InstanceDifference {
    try withDerivedFolder { folder in
      let earlier = try file().save(in: folder, as: "earlier")
      var changed = file()
      change(&changed)
      let later = try changed.save(in: folder, as: "later")
      return try InstanceComparison.difference(of: later, from: earlier)
    }
  }

  @Test("The same file differs in nothing") func same() throws {
    #expect(
      try difference { _ in } == InstanceDifference(attributes: [], unlisted: 0, pixels: .same))
  }

  @Test("Attributes are told by tag, keyword, VR and length, and no value is") func attributes()
    throws
  {
    let found = try difference { file in
      file.elements[0x0010_0010] = ("PN", .text("Somebody"))
      file.elements[0x0008_103e] = nil
      file.elements[0x0009_0010] = ("LO", .text("MINE"))
      file.elements[0x0028_0101] = ("US", .words([11]))
    }
    #expect(found.pixels == .same && found.unlisted == 0)
    #expect(
      found.attributes == [
        .init(
          tag: "(0008,103e)", keyword: "SeriesDescription", vr: "LO", change: .removed,
          earlierLength: 4, laterLength: nil),
        .init(
          tag: "(0009,0010)", keyword: "PrivateCreator", vr: "LO", change: .added,
          earlierLength: nil, laterLength: 4),
        .init(
          tag: "(0010,0010)", keyword: "PatientName", vr: "PN", change: .changed,
          earlierLength: 6, laterLength: 8),
        .init(
          tag: "(0028,0101)", keyword: "BitsStored", vr: "US", change: .changed,
          earlierLength: 2, laterLength: 2),
      ])
    let words = String(decoding: try JSONEncoder().encode(found), as: UTF8.self)
    for value in ["Nobody", "Somebody", "Head", "MINE"] { #expect(!words.contains(value)) }
  }

  @Test("Pixels that differ are told apart from those that do not") func pixels() throws {
    #expect(
      try difference { $0.elements[0x7fe0_0010] = ("OW", .words([1, 2, 3, 5])) }
        == InstanceDifference(attributes: [], unlisted: 0, pixels: .differ))
    #expect(try difference { $0.elements[0x7fe0_0010] = nil }.pixels == .missing)
  }

  @Test("Sequences are followed; another number of items is one difference") func sequences() throws
  {
    func code(_ value: String) -> [DerivedSyntheticFile.Element] {
      [.init(tag: 0x0008_0100, vr: "SH", value: .text(value))]
    }
    try withDerivedFolder { folder in
      var one = file()
      one.elements[0x0008_1032] = ("SQ", .items([code("AB"), code("CD")]))
      var two = file()
      two.elements[0x0008_1032] = ("SQ", .items([code("AC"), code("CE")]))
      let earlier = try one.save(in: folder, as: "one")
      let later = try two.save(in: folder, as: "two")
      let found = try InstanceComparison.difference(of: later, from: earlier).attributes
      #expect(
        found == [
          .init(
            tag: "(0008,1032).(0008,0100)", keyword: "ProcedureCodeSequence.CodeValue", vr: "SH",
            change: .changed, earlierLength: 2, laterLength: 2)
        ])
      two.elements[0x0008_1032] = ("SQ", .items([code("AB")]))
      let fewer = try two.save(in: folder, as: "fewer")
      let items = try InstanceComparison.difference(of: fewer, from: earlier).attributes
      #expect(items.map(\.earlierLength) == [2] && items.map(\.laterLength) == [1])
    }
  }

  @Test(
    "Another transfer syntax with the same pixels is the same picture",
    .enabled(if: SharedData.isPresent))
  func coded() throws {
    let folder = SharedData.path("dicom/ts/ge-chest-ct-16ts")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let first = try #require(names.first { $0.hasSuffix("_1.2.840.10008.1.2.1.dcm") })
    let lossy = ["JPEG2000Transfer", "Lossy", "10_12", "6_8", "2_4", "Process1Transfer"]
    for name in names {
      let found = try InstanceComparison.difference(
        of: folder + "/" + name, from: folder + "/" + first)
      let isLossy = lossy.contains { name.contains($0) }
      #expect(found.pixels == (isLossy ? .differ : .same), "\(name)")
    }
  }

  @Test("A file that is none is an error") func unreadable() throws {
    try withDerivedFolder { folder in
      let path = try file().save(in: folder, as: "one")
      #expect(throws: DicomError.self) {
        try InstanceComparison.difference(of: path, from: folder + "/none")
      }
    }
  }
}
