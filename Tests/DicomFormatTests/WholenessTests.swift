import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing

@Suite("Telling whole files from others") struct WholenessTests {
  private func verdict(_ path: String) -> ProbeVerdict {
    DicomProbe.verdict(path: path, question: ProbeQuestion(keywords: ["Modality"]))
  }

  private func isWhole(_ verdict: ProbeVerdict) -> Bool {
    if case .whole = verdict { true } else { false }
  }

  private func isIncomplete(_ verdict: ProbeVerdict) -> Bool {
    if case .incomplete = verdict { true } else { false }
  }

  @Test(
    "A file cut off at any byte is incomplete",
    arguments: [
      "MR_small", "MR_small_implicit", "MR_small_expb", "MR_small_RLE", "MR_small_deflated",
      "MR_small_jpeg_lossless_sv1", "MR_small_jpeg_ls_lossless",
    ])
  func truncated(_ name: String) throws {
    try TestFiles.withFolder { folder in
      let path = folder + "/cut.dcm"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: TestFiles.own(name + ".dcm")))
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(isWhole(verdict(path)))
      let file = try #require(FileHandle(forUpdatingAtPath: path))
      for count in stride(from: bytes.count - 1, through: 0, by: -1) {
        // Data Set Trailing Padding may be missing.
        let padding: [UInt8] = [0xFC, 0xFF, 0xFC, 0xFF]
        let rest = bytes[count...].prefix(4)
        if rest.elementsEqual(padding) || rest.elementsEqual(padding.reversed()) { continue }
        try file.truncate(atOffset: UInt64(count))
        #expect(isIncomplete(verdict(path)), "\(count) bytes")
      }
      try file.close()
    }
  }

  @Test("A file whose end is still zeros before its pixel data is incomplete")
  func preallocated() throws {
    try TestFiles.withFolder { folder in
      let path = folder + "/cut.dcm"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: TestFiles.own("MR_small.dcm")))
      // From byte 1498 on only pixels are zeros, which nobody can tell from a black image.
      for count in stride(from: 0, to: 1498, by: 7) {
        try (bytes.prefix(count) + Data(count: bytes.count - count))
          .write(to: URL(fileURLWithPath: path))
        #expect(isIncomplete(verdict(path)), "\(count) bytes")
      }
    }
  }

  @Test(
    "Flipped bits never stop the probe or the reader (seed 7)",
    arguments: [
      "MR_small", "MR_small_implicit", "MR_small_expb", "MR_small_RLE", "MR_small_deflated",
      "MR_small_jpeg_lossless_sv1", "MR_small_jpeg_ls_lossless", "chrH31", "rtplan",
    ])
  func flipped(_ name: String) throws {
    var random = SplitMix64(seed: 7)
    try TestFiles.withFolder { folder in
      let path = folder + "/flipped.dcm"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: TestFiles.own(name + ".dcm")))
      for round in 0..<400 {
        var damaged = bytes
        for _ in 0...(round % 4) {
          // Half of the damage goes to the header, which is a small part of most files.
          let end = round.isMultiple(of: 2) ? min(2000, bytes.count) : bytes.count
          damaged[Int.random(in: 128..<end, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        }
        try damaged.write(to: URL(fileURLWithPath: path))
        guard isWhole(verdict(path)) else { continue }
        do {
          let series = try DicomSeries.read(paths: [path])
          #expect(series.stacks.count == 1)
        } catch let error as DicomError {
          #expect(!error.reason.isEmpty)
        }
      }
    }
  }

  @Test(
    "What is no scan is named",
    arguments: [
      ("hello, this is a note\n", "a text file"), ("%PDF-1.7", "a PDF document"),
    ])
  func other(_ content: String, _ kind: String) throws {
    try TestFiles.withFolder { folder in
      try Data(content.utf8).write(to: URL(fileURLWithPath: folder + "/x"))
      #expect(verdict(folder + "/x") == .notScan("The file is \(kind), not DICOM."))
    }
  }

  @Test("Pixel data shorter than the header asks for make a file incomplete")
  func shortPixels() throws {
    try TestFiles.withFolder { folder in
      var image = DicomBytes.image(columns: 4, rows: 4, words: Array(repeating: 1, count: 16))
      try image.write(to: folder + "/x")
      #expect(isWhole(verdict(folder + "/x")))
      image.set(0x0028_0010, us: 5)
      try image.write(to: folder + "/x")
      #expect(isIncomplete(verdict(folder + "/x")))
      image.set(0x0028_0008, "IS", text: "2000000000")
      try image.write(to: folder + "/x")
      #expect(isIncomplete(verdict(folder + "/x")))
    }
  }

  @Test("Sequences nested without end are refused, not followed")
  func nested() throws {
    try TestFiles.withFolder { folder in
      var image = DicomBytes.image(columns: 1, rows: 1, words: [1])
      let open: [UInt8] = [
        0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,  // SQ, open
        0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF,  // item, open
      ]
      var bytes = DicomBytes.image(columns: 1, rows: 1, words: [1]).file
      bytes.insert(contentsOf: Array(repeating: open, count: 100_000).flatMap(\.self), at: 132)
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/x"))
      #expect(isIncomplete(verdict(folder + "/x")))
      // The same by defined lengths, innermost first.
      var value: [UInt8] = []
      for _ in 0..<2000 {
        let count = UInt32(value.count)
        let bytes = (0..<4).map { UInt8(count >> (8 * $0) & 0xFF) }
        let outer = (0..<4).map { UInt8((count + 8) >> (8 * $0) & 0xFF) }
        value =
          [0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0] + outer + [0xFE, 0xFF, 0, 0xE0] + bytes + value
      }
      image.set(0x0008_1140, "SQ", Array(value.dropFirst(12)))
      try image.write(to: folder + "/y")
      #expect(isIncomplete(verdict(folder + "/y")))
    }
  }

  @Test("A folder, a missing file and a device are incomplete, not errors")
  func notFiles() {
    for path in ["/", "/nonexistent/x", "/dev/zero"] { #expect(isIncomplete(verdict(path))) }
  }
}
