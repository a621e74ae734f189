import DicomFormat
import Foundation
import Testing

@Suite("Coded frames that are not what the header says") struct CodedFrameTests {
  private static let pixelData: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x4F]
  private static let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
  private static let end: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]

  /// The only fragment of a file and what stands before it, its item's header excluded.
  private func split(_ name: String) throws -> (head: [UInt8], frame: [UInt8]) {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: TestFiles.own(name))))
    let start = try #require(
      bytes.indices.first { bytes[$0...].starts(with: Self.pixelData) })
    let table = start + 12
    #expect(bytes[table...].starts(with: Self.item))
    let length = { (at: Int) in (0..<4).reduce(0) { $0 | Int(bytes[at + 4 + $1]) << (8 * $1) } }
    let first = table + 8 + length(table)
    #expect(bytes[first...].starts(with: Self.item))
    return (Array(bytes[..<first]), Array(bytes[(first + 8)...].prefix(length(first))))
  }

  private func join(_ head: [UInt8], _ fragments: [[UInt8]]) -> Data {
    var bytes = head
    for fragment in fragments {
      let count = UInt32(fragment.count)
      bytes += Self.item
      bytes += (0..<4).map { UInt8(count >> (8 * UInt32($0)) & 0xFF) }
      bytes += fragment
    }
    return Data(bytes + Self.end)
  }

  @Test(
    "A coded frame that breaks off is an error, not a grey half",
    arguments: [
      "MR_small_RLE.dcm", "MR_small_jpeg_lossless_sv1.dcm", "MR_small_jpeg_ls_lossless.dcm",
    ])
  func brokenOff(_ name: String) throws {
    let (head, frame) = try split(name)
    try TestFiles.withFolder { folder in
      let path = folder + "/x"
      try join(head, [frame]).write(to: URL(fileURLWithPath: path))
      #expect(try DicomSeries.read(paths: [path]).stacks.count == 1)
      for count in stride(from: 0, to: frame.count * 9 / 10, by: 199) {
        try join(head, [Array(frame.prefix(count & ~1))]).write(to: URL(fileURLWithPath: path))
        #expect(throws: DicomError.self, "\(count)") { try DicomSeries.read(paths: [path]) }
      }
    }
  }

  @Test(
    "A frame in several fragments is the same frame",
    arguments: ["MR_small_jpeg_lossless_sv1.dcm", "MR_small_jpeg_ls_lossless.dcm"])
  func fragments(_ name: String) throws {
    let (head, frame) = try split(name)
    let whole = try DicomSeries.read(paths: [TestFiles.own(name)]).stacks.first?.volume
    try TestFiles.withFolder { folder in
      let parts = stride(from: 0, to: frame.count, by: 1000).map {
        Array(frame[$0...].prefix(1000))
      }
      try join(head, parts).write(to: URL(fileURLWithPath: folder + "/x"))
      let read = try DicomSeries.read(paths: [folder + "/x"]).stacks.first?.volume
      #expect(read == whole)
    }
  }

  @Test("A stream of another size than the header's is refused") func otherSize() throws {
    let (head, frame) = try split("MR_small_jpeg_lossless_sv1.dcm")
    var other = frame
    let at = try #require(frame.indices.first { frame[$0...].starts(with: [0xFF, 0xC3]) })
    other[at + 6] = 32
    try TestFiles.withFolder { folder in
      try join(head, [other]).write(to: URL(fileURLWithPath: folder + "/x"))
      let error = #expect(throws: DicomError.self) { try DicomSeries.read(paths: [folder + "/x"]) }
      #expect(error?.reason.contains("another size") == true)
    }
  }
}
