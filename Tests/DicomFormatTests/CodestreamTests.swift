import DicomFormat
import Foundation
import RestoradTestSupport
import ScanModel
import Testing
import VolumeModel

@Suite("JPEG 2000 codestreams") struct CodestreamTests {
  private static let names = ["MR_small_jp2klossless.dcm", "MR_small_htj2k_rpcl.dcm"]

  private func verdict(_ bytes: Data) throws -> ProbeVerdict {
    try TestFiles.withFolder { folder in
      try bytes.write(to: URL(fileURLWithPath: folder + "/x"))
      return DicomProbe.verdict(path: folder + "/x", question: ProbeQuestion())
    }
  }

  private func read(_ bytes: Data) throws -> DicomStack? {
    try TestFiles.withFolder { folder in
      try bytes.write(to: URL(fileURLWithPath: folder + "/x"))
      return try DicomSeries.read(paths: [folder + "/x"]).stacks.first
    }
  }

  private func unsupported(_ verdict: ProbeVerdict) -> String? {
    guard case .whole(let facts) = verdict else { return nil }
    return facts.unsupportedReason
  }

  @Test(
    "A codestream that breaks off anywhere is incomplete before it is decoded", arguments: names)
  func brokenOff(_ name: String) throws {
    let (head, frame) = try FragmentedFile.split(name)
    // The file is in order to its end: only the codestream's own markers tell.
    for count in stride(from: 0, to: frame.count - 8, by: 61) {
      let verdict = try verdict(FragmentedFile.join(head, [Array(frame.prefix(count & ~1))]))
      guard case .incomplete = verdict else {
        Issue.record("\(count) of \(frame.count) bytes: \(verdict)")
        continue
      }
    }
    guard case .whole(let facts) = try verdict(FragmentedFile.join(head, [frame])) else {
      Issue.record("the whole frame")
      return
    }
    #expect(facts.unsupportedReason == nil && facts.skipReason == nil)
  }

  @Test("The boxes of a JP2 file around a codestream are taken off") func boxes() throws {
    let (head, frame) = try FragmentedFile.split("MR_small_jp2klossless.dcm")
    let signature: [UInt8] = [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A]
    let other: [UInt8] = [0, 0, 0, 12] + Array("ftypjp2 ".utf8)
    let box = FragmentedFile.big(UInt32(frame.count + 8)) + Array("jp2c".utf8)
    let plain = try read(FragmentedFile.join(head, [frame]))
    let wrapped = try read(FragmentedFile.join(head, [signature + other + box + frame]))
    #expect(wrapped?.volume == plain?.volume)
    // A box that announces more than there is.
    let long = FragmentedFile.big(UInt32(frame.count + 800)) + Array("jp2c".utf8)
    guard case .incomplete = try verdict(FragmentedFile.join(head, [signature + long + frame]))
    else {
      Issue.record("a box beyond the end was taken")
      return
    }
  }

  @Test("A codestream of another size than Rows and Columns is refused by name")
  func size() throws {
    var (head, frame) = try FragmentedFile.split("MR_small_jp2klossless.dcm")
    let rows = try #require(
      head.indices.first { head[$0...].starts(with: [0x28, 0, 0x10, 0, 0x55, 0x53]) })
    head[rows + 8] = 32
    let reason = unsupported(try verdict(FragmentedFile.join(head, [frame])))
    #expect(reason?.contains("64 x 64") == true)
    #expect(throws: DicomError.self) { try read(FragmentedFile.join(head, [frame])) }
    // Both agree on a size out of all proportion: nothing is allocated for it.
    for at in [rows + 8, rows + 9, rows + 18, rows + 19] { head[at] = 0xFF }
    frame.replaceSubrange(8..<16, with: FragmentedFile.big(65535) + FragmentedFile.big(65535))
    frame.replaceSubrange(24..<32, with: FragmentedFile.big(65535) + FragmentedFile.big(65535))
    let bomb = unsupported(try verdict(FragmentedFile.join(head, [frame])))
    #expect(bomb?.contains("out of all proportion") == true)
  }

  @Test("A signed codestream is signed whatever Pixel Representation says") func sign() throws {
    var (head, frame) = try FragmentedFile.split("MR_small_jp2klossless.dcm")
    let tag: [UInt8] = [0x28, 0, 0x03, 0x01, 0x55, 0x53]
    let sign = try #require(head.indices.first { head[$0...].starts(with: tag) })
    let plain = try #require(try read(FragmentedFile.join(head, [frame])))
    head[sign + 8] = 0
    let stack = try #require(try read(FragmentedFile.join(head, [frame])))
    #expect(stack.volume == plain.volume)
    #expect(stack.slices.first?.pixels.isSigned == true)
    #expect(stack.warnings.contains { $0.contains("Pixel Representation") })
    // The other way round the header is right: bits were coded as if they were a number. The
    // decoder adds half the range to unsigned samples, and 32768 more is the sign bit turned over.
    head[sign + 8] = 1
    #expect(frame[42] == 0x8F)
    frame[42] = 0x0F
    let turned = try #require(try read(FragmentedFile.join(head, [frame])))
    #expect(turned.warnings.isEmpty)
    #expect(
      zip(turned.volume.voxels, plain.volume.voxels).allSatisfy { abs($0 - $1) == 32768 })
  }

  @Test("Frames are found by the offset table, or by how they begin") func frames() throws {
    var (head, frame) = try FragmentedFile.split("MR_small_jp2klossless.dcm")
    let rows = try #require(
      head.indices.first { head[$0...].starts(with: [0x28, 0, 0x10, 0, 0x55, 0x53]) })
    head.insert(contentsOf: [0x28, 0, 0x08, 0, 0x49, 0x53, 2, 0, 0x32, 0x20], at: rows)
    let parts = [Array(frame.prefix(1000)), Array(frame.dropFirst(1000))]
    let second = UInt32(frame.count + 16)
    let files = [
      try FragmentedFile.join(head, table: [0, second], parts + parts),
      try FragmentedFile.join(head, table: [], parts + parts),
      FragmentedFile.join(head, [frame, frame]),
    ]
    for file in files {
      #expect(unsupported(try verdict(file))?.hasPrefix("Several frames") == true)
    }
    for table in [[0, 8], [0, second + 2], [0]] as [[UInt32]] {
      let lies = try FragmentedFile.join(head, table: table, parts + parts)
      guard case .incomplete = try verdict(lies) else {
        Issue.record("the table \(table) was believed")
        continue
      }
    }
  }

  @Test("Flipped bits are an error or another picture, never a crash (seed 7)", arguments: names)
  func flips(_ name: String) throws {
    let (head, frame) = try FragmentedFile.split(name)
    var random = SplitMix64(seed: 7)
    for _ in 0..<150 {
      var damaged = frame
      for _ in 0..<3 {
        damaged[Int(random.next() % UInt64(frame.count))] ^= 1 << UInt8(random.next() % 8)
      }
      let stack: DicomStack?
      do {
        stack = try read(FragmentedFile.join(head, [damaged]))
      } catch is DicomError {
        continue
      }
      #expect(stack?.volume.voxels.count == 64 * 64)
    }
  }
}
