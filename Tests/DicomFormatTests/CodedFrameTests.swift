import DicomFormat
import Foundation
import Testing

@Suite("Coded frames that are not what the header says") struct CodedFrameTests {
  @Test(
    "A coded frame that breaks off is an error, not a grey half",
    arguments: [
      "MR_small_RLE.dcm", "MR_small_jpeg_lossless_sv1.dcm", "MR_small_jpeg_ls_lossless.dcm",
      "MR_small_jp2klossless.dcm", "MR_small_htj2k_rpcl.dcm",
    ])
  func brokenOff(_ name: String) throws {
    let (head, frame) = try FragmentedFile.split(name)
    try TestFiles.withFolder { folder in
      let path = folder + "/x"
      try FragmentedFile.join(head, [frame]).write(to: URL(fileURLWithPath: path))
      #expect(try DicomSeries.read(paths: [path]).stacks.count == 1)
      for count in stride(from: 0, to: frame.count * 9 / 10, by: 199) {
        let cut = FragmentedFile.join(head, [Array(frame.prefix(count & ~1))])
        try cut.write(to: URL(fileURLWithPath: path))
        #expect(throws: DicomError.self, "\(count)") { try DicomSeries.read(paths: [path]) }
      }
    }
  }

  @Test(
    "A frame in several fragments is the same frame",
    arguments: [
      "MR_small_jpeg_lossless_sv1.dcm", "MR_small_jpeg_ls_lossless.dcm",
      "MR_small_jp2klossless.dcm", "MR_small_htj2k_lossless.dcm",
    ])
  func fragments(_ name: String) throws {
    let (head, frame) = try FragmentedFile.split(name)
    let whole = try DicomSeries.read(paths: [TestFiles.own(name)]).stacks.first?.volume
    try TestFiles.withFolder { folder in
      let parts = stride(from: 0, to: frame.count, by: 1000).map {
        Array(frame[$0...].prefix(1000))
      }
      try FragmentedFile.join(head, parts).write(to: URL(fileURLWithPath: folder + "/x"))
      let read = try DicomSeries.read(paths: [folder + "/x"]).stacks.first?.volume
      #expect(read == whole)
    }
  }

  @Test("A stream of another size than the header's is refused") func otherSize() throws {
    let (head, frame) = try FragmentedFile.split("MR_small_jpeg_lossless_sv1.dcm")
    var other = frame
    let at = try #require(frame.indices.first { frame[$0...].starts(with: [0xFF, 0xC3]) })
    other[at + 6] = 32
    try TestFiles.withFolder { folder in
      try FragmentedFile.join(head, [other]).write(to: URL(fileURLWithPath: folder + "/x"))
      let error = #expect(throws: DicomError.self) { try DicomSeries.read(paths: [folder + "/x"]) }
      #expect(error?.reason.contains("another size") == true)
    }
  }
}
