import DicomFormat
import Foundation
import ScanModel
import Testing
import VolumeModel

@Suite("Headers that are odd, but stop nothing") struct OddHeaderTests {
  /// Reads, probes and writes an image; gives the result's data set to the body.
  private func process(
    _ image: DicomBytes, _ body: (FileFacts, DerivedItem) throws -> Void
  ) throws {
    try TestFiles.withFolder { folder in
      try image.write(to: folder + "/x")
      let verdict = DicomProbe.verdict(
        path: folder + "/x",
        question: ProbeQuestion(keywords: ["PatientName", "SeriesDescription"], metal: false))
      guard case .whole(let facts) = verdict else {
        Issue.record("\(verdict)")
        return
      }
      let stack = try #require(DicomSeries.read(paths: [folder + "/x"]).stacks.first)
      try DerivedSources.writing(stack) { (written, folder) in
        let path = folder + "/" + written.fileNames[0]
        #expect(try DicomSeries.read(paths: [path]).stacks.first?.volume == stack.volume)
        try body(facts, DerivedDataset(path: path).root)
      }
    }
  }

  private static let singleByte = [
    "", "100", "101", "109", "110", "144", "127", "126", "138", "148", "203", "166", "13",
  ].map { $0.isEmpty ? "" : "ISO_IR \($0)" }

  private static let extended = ["6", "100", "101", "144", "13", "87", "159", "149", "58"].map {
    "\\ISO 2022 IR \($0)"
  }

  /// Every defined term, several at once, and terms that nobody has defined.
  private static let terms =
    singleByte + extended + [
      "ISO_IR 192", "GB18030", "GBK", "ISO 2022 IR 13\\ISO 2022 IR 87",
      "\\ISO 2022 IR 87\\ISO 2022 IR 159\\ISO 2022 IR 149", "ISO_IR 999", "latin", "\\",
    ]

  /// Names in no character set at all, and escape sequences that lead nowhere.
  private static let undecodable: [[UInt8]] = [
    Array("Nobody^Known".utf8), [0xFF, 0xFE, 0x80, 0x81], [0x1B], [0x1B, 0x24, 0x42, 0x3B],
    [0x1B, 0x24, 0x29, 0x43, 0xB1, 0xE8], [0xE3, 0x81], [0x81, 0x30, 0x84], Array(0x80...0xBF),
  ]

  @Test(
    "A name that cannot be decoded stops nothing and comes back byte by byte",
    arguments: undecodable)
  func characterSets(_ name: [UInt8]) throws {
    let even = name + (name.count % 2 == 1 ? [0x20] : [])
    for characterSet in Self.terms {
      var image = DicomBytes.image(columns: 2, rows: 1, words: [1, 2])
      image.set(0x0008_0005, "CS", text: characterSet)
      image.set(0x0008_103E, "LO", even)
      image.set(0x0010_0010, "PN", even)
      try process(image) { (facts, root) in
        #expect(facts.attributes["PatientName"] != nil, "\(characterSet)")
        let kept = root.bytes(DerivedTag(0x0010_0010)) ?? []
        #expect(kept.starts(with: name), "\(characterSet)")
      }
    }
  }

  @Test("Odd lengths, unknown VRs and sequences of unknown VR are read past and kept")
  func oddElements() throws {
    var image = DicomBytes.image(columns: 2, rows: 1, words: [1, 2])
    let inner: [UInt8] = [0x10, 0, 0x20, 0, 4, 0, 0, 0, 0x49, 0x44, 0x31, 0x20]
    let item = [0xFE, 0xFF, 0x00, 0xE0] + FragmentedFile.little(UInt32(inner.count)) + inner
    image.set(0x0008_103E, "LO", Array("odd".utf8))
    image.set(0x0008_1140, "UN", item)
    image.set(0x0018_9FFF, "ZZ", [1, 2, 3])
    image.set(0x0028_0120, "UN", [0x00, 0x80])
    image.set(0x0029_0010, "LO", Array("NOBODY".utf8))
    image.set(0x0029_1001, "UN", item + item)
    try process(image) { (facts, root) in
      #expect(facts.attributes["SeriesDescription"] == ["odd"])
      #expect(root.has(DerivedTag(0x0008_1140)))
      #expect(root.vr(DerivedTag(0x0028_0120)) == "SS")
      #expect(root.text(DerivedTag(0x0028_0120)) == "-32768")
      // Nobody knows whether a stranger's attribute depends on pixels.
      #expect(!root.has(DerivedTag(0x0029_1001)))
    }
  }
}
