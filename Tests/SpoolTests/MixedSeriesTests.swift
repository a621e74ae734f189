import Disk
import JobLedger
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

/// What belongs together is told by identifiers and positions, never by folders and names.
@Suite("Series are never mixed")
struct MixedSeriesTests {
  private func results(_ rig: Rig) throws -> [[String]] {
    try rig.published().values.map { files in
      files.filter { $0.key.starts(with: "result") }.values
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The series that files of a result belong to.
  private func series(_ result: [String]) -> Set<Substring> {
    Set(result.compactMap { $0.firstMatch(of: /series=(\S+)/)?.output.1 })
  }

  @Test("Two series in one folder, file by file beside each other, are two jobs")
  func oneFolder() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...4 {
      rig.drop(PaperScan.instance("1", number), "all/IM\(number * 2).dcm")
      rig.drop(PaperScan.instance("2", number), "all/IM\(number * 2 + 1).dcm")
    }
    try rig.run()
    let results = try results(rig)
    #expect(results.map(\.count) == [4, 4])
    #expect(results.map(series).allSatisfy { $0.count == 1 })
  }

  @Test("Two series whose files bear the same names in two folders are two jobs")
  func oneName() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 {
      rig.drop(PaperScan.instance("1", number), "a/\(number).dcm")
      rig.drop(PaperScan.instance("2", number), "b/\(number).dcm")
    }
    try rig.run()
    let results = try results(rig)
    #expect(results.map(\.count) == [3, 3])
    #expect(results.map(series).allSatisfy { $0.count == 1 })
  }

  @Test("One series in several folders, with the same names, is one job and keeps every file")
  func manyFolders() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...6 {
      rig.drop(PaperScan.instance("1", number), "disc\(number)/IM1.dcm")
    }
    try rig.run()
    #expect(try results(rig).map(\.count) == [6])
    for number in 1...6 {
      #expect(rig.places(of: PaperScan.instance("1", number)) == ["archive"])
    }
  }

  @Test("Late slices of one series leave the other that came in its folder alone")
  func lateBesideAnother() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 {
      rig.drop(PaperScan.instance("1", number), "all/1-\(number).dcm")
      rig.drop(PaperScan.instance("2", number), "all/2-\(number).dcm")
    }
    try rig.run()
    rig.drop(PaperScan.instance("1", 4), "all/1-4.dcm")
    try rig.run()
    let results = try results(rig).sorted { $0.count < $1.count }
    #expect(results.map(\.count) == [3, 3, 4])
    #expect(results.map(series).allSatisfy { $0.count == 1 })
    let revised = try #require(try rig.jobs(.published).first { $0.supersedes != nil })
    #expect(revised.series == "1.1")
  }

  @Test("Files without a Series Instance UID have nothing in common")
  func nameless() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...2 {
      rig.drop(PaperScan.instance("1", number, ["series": ""]), "all/\(number).dcm")
    }
    try rig.run()
    #expect(try rig.jobs().count == 2)
  }

  @Test("An index beside its images is none of them, wherever it comes from and whenever")
  func index() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number, of: 4), "cd/IM\(number)") }
    rig.drop(Array("INDEX END".utf8), "cd/DICOMDIR")
    rig.drop(Array("INDEX END".utf8), "cd/renamed.dcm")
    try rig.run()
    // It counts neither as the fourth instance nor as a scan.
    #expect(try rig.jobs().map(\.state) == [.held])
    rig.drop(PaperScan.instance("1", 4, of: 4), "cd/IM4")
    try rig.run()
    #expect(try results(rig).map(\.count) == [4])
    #expect(
      rig.disk.tree(Rig.inbox).keys.map(\.string).sorted() == ["cd/DICOMDIR", "cd/renamed.dcm"])
  }
}
