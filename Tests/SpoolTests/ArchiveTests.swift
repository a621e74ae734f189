import Configuration
import Foundation
import JobLedger
import Logging
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

/// An archive is one drop: its files go the way of a folder's, the archive is the original.
@Suite("Archives in an inbox")
struct ArchiveTests {
  private static let series = [
    "a/1.dcm": PaperScan.instance("7", 1), "a/2.dcm": PaperScan.instance("7", 2),
  ]
  private static let visit = PaperScan.archive(
    series.merging(["b/head.nii": PaperScan.volume("head")]) { $1 })

  private func run(_ rig: Rig) throws {
    try rig.start()
    try rig.run()
  }

  @Test("Each scan in it becomes a job, and the archive alone is archived")
  func becomesJobs() throws {
    let rig = try Rig()
    rig.drop(Self.visit, "sub/visit.zip")
    try run(rig)
    #expect(try rig.counts() == [.published: 2, .unpacked: 1])
    #expect(rig.places(of: Self.visit) == ["archive"])
    #expect(rig.places(of: PaperScan.volume("head")).isEmpty)
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty)
    let files = try rig.jobs(.published).flatMap { job in
      try rig.ledger.read { try $0.files(of: job.id) }.map(\.name)
    }
    #expect(
      files.sorted() == [
        "sub/visit.zip/a/1.dcm", "sub/visit.zip/a/2.dcm", "sub/visit.zip/b/head.nii",
      ])
    let verifier = RestVerifier(
      disk: rig.disk, ledger: rig.ledger, folders: StateFolders(root: Rig.state))
    for job in try rig.jobs() { #expect(try verifier.verify(job.id).findings.isEmpty) }
  }

  @Test("What is left of originals follows the inbox", arguments: [Inbox.Originals.delete, .leave])
  func originals(_ originals: Inbox.Originals) throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = originals })
    rig.drop(Self.visit, "visit.zip")
    try run(rig)
    #expect(try rig.counts() == [.published: 2, .unpacked: 1])
    #expect(rig.places(of: Self.visit) == (originals == .leave ? ["inbox"] : []))
    try rig.turn(seconds: 20)
    #expect(try rig.jobs().count == 3)
  }

  @Test("An archive with more than scans is never deleted, and says what it keeps")
  func mixed() throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = .delete })
    let letter = Array("Dear colleague".utf8)
    let packed = PaperScan.archive(
      Self.series.merging([
        "letter.txt": letter, "DICOMDIR": Array("INDEX END".utf8), ".DS_Store": letter,
        "inner.zip": Self.visit,
      ]) { $1 })
    rig.drop(packed, "visit.zip")
    try run(rig)
    #expect(try rig.counts() == [.published: 1, .unpacked: 1])
    #expect(rig.places(of: packed) == ["archive"])
    let reason = try #require(try rig.jobs(.unpacked).first?.reason)
    #expect(reason.contains("1 published") && reason.contains("2 of its files are no scans"))
    #expect(reason.contains("within an archive"))
  }

  @Test("An archive without a scan is quarantined whole, and one that may not be unpacked")
  func noScan() throws {
    let rig = try Rig()
    let letters = PaperScan.archive(["letter.txt": Array("Dear colleague".utf8)])
    let evil = PaperScan.archive(Self.series, ["note": "refuse"])
    rig.drop(letters, "letters.zip")
    rig.drop(evil, "evil.zip")
    try run(rig)
    #expect(try rig.counts() == [.failed: 2])
    for content in [letters, evil] { #expect(rig.places(of: content) == ["quarantine"]) }
    #expect(try rig.jobs(.failed).allSatisfy { !$0.reason.isEmpty })
  }

  @Test("A worker that is lost over an archive costs it an attempt, and three the archive")
  func crashes() throws {
    let rig = try Rig()
    let once = PaperScan.archive(Self.series, ["note": "crash-once"])
    let always = PaperScan.archive(
      ["b/head.nii": PaperScan.volume("head")].merging(
        ["c/neck.nii": PaperScan.volume("neck")]) { $1 }, ["note": "crash"])
    rig.drop(once, "once.zip")
    rig.drop(always, "always.zip")
    try run(rig)
    #expect(try rig.counts() == [.published: 1, .unpacked: 1, .failed: 1])
    #expect(rig.places(of: always) == ["quarantine"])
  }

  @Test("The same archive again makes duplicates, and so do its files beside it")
  func again() throws {
    let rig = try Rig()
    rig.drop(Self.visit, "visit.zip")
    try run(rig)
    rig.drop(Self.visit, "again.zip")
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 2, .unpacked: 2, .duplicate: 3])
  }

  @Test("A series that lies in two archives and beside them is one")
  func split() throws {
    let rig = try Rig()
    rig.drop(PaperScan.archive(["1.dcm": PaperScan.instance("7", 1, of: 3)]), "one.zip")
    rig.drop(PaperScan.archive(["2.dcm": PaperScan.instance("7", 2, of: 3)]), "two.zip")
    rig.drop(PaperScan.instance("7", 3, of: 3), "3.dcm")
    try run(rig)
    #expect(try rig.counts() == [.published: 1, .unpacked: 2])
    #expect(rig.places(of: PaperScan.instance("7", 3, of: 3)) == ["archive"])
    #expect(rig.places(of: PaperScan.instance("7", 1, of: 3)) == ["archive"])
  }

  @Test("Slices of a held series that come later find those that an archive brought")
  func late() throws {
    let rig = try Rig()
    let packed = PaperScan.archive([
      "1.dcm": PaperScan.instance("7", 1, of: 3), "2.dcm": PaperScan.instance("7", 2, of: 3),
    ])
    rig.drop(packed, "visit.zip")
    try run(rig)
    #expect(try rig.counts() == [.held: 1, .unpacked: 1])
    rig.drop(PaperScan.instance("7", 3, of: 3), "3.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .unpacked: 1])
    #expect(rig.places(of: packed) == ["archive"])
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty)
  }

  @Test("An archive whose files fit no disk of that size is held, one that fits later waits")
  func tooLarge() throws {
    let rig = try Rig()
    rig.disk.setCapacity(64 << 20)
    let large = PaperScan.archive(Self.series, ["out": "\(100 << 20)"])
    rig.drop(large, "large.zip")
    try run(rig)
    #expect(try rig.counts() == [.held: 1])
    #expect(rig.places(of: large) == ["work"])
    rig.drop(Self.visit, "visit.zip")
    try rig.run()
    #expect(try rig.counts() == [.held: 1, .published: 2, .unpacked: 1])
  }

  @Test("Originals of an archive go when everything in it has its result, and only then")
  func prune() throws {
    let rig = try Rig()
    rig.drop(Self.visit, "visit.zip")
    let more = PaperScan.archive(
      ["c/neck.nii": PaperScan.volume("neck"), "letter.txt": Array("Dear colleague".utf8)])
    rig.drop(more, "more.zip")
    try run(rig)
    let pruner = OriginalsPruner(
      disk: rig.disk, ledger: rig.ledger, folders: StateFolders(root: Rig.state),
      clock: rig.clock, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      evenIfTaken: false)
    let moment = rig.clock.now.timeIntervalSince1970 + 1
    let outcomes = try pruner.candidates(.unpacked, before: moment)
      .map { try pruner.prune($0, isRehearsal: false).outcome }
    #expect(Set(outcomes) == [.removed, .kept] && outcomes.count == 2)
    #expect(rig.places(of: Self.visit).isEmpty)
    #expect(rig.places(of: more) == ["archive"])
  }
}
