import Configuration
import Disk
import JobLedger
import ScanModel
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Series and volumes")
struct SeriesTests {
  @Test("A series whose announced instances are here is taken without waiting for more")
  func announced() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number, of: 3), "\(number).dcm") }
    try rig.turn(seconds: 4)
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("A series without an announced count waits until no file joined it")
  func unannounced() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.instance("1", 1), "1.dcm")
    try rig.turn(seconds: 3)
    rig.drop(PaperScan.instance("1", 2), "2.dcm")
    try rig.turn(seconds: 3)
    #expect(try rig.jobs().isEmpty)
    try rig.run()
    let published = try rig.published()
    #expect(published.count == 1)
    #expect(published.values.first?["result/2.dcm.restored"] != nil)
  }

  @Test("A file that is rewritten again and again is not touched")
  func growing() throws {
    let rig = try Rig()
    try rig.start()
    for length in 1...30 {
      rig.drop(Array(PaperScan.volume("head").prefix(length)), "head.nii")
      try rig.turn(seconds: 0.8)
      #expect(rig.executor.probed.isEmpty)
    }
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("A quiet file that is cut off waits for the longest time, then is quarantined")
  func truncated() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(Array(PaperScan.volume("head").prefix(12)), "head.nii")
    try rig.turn(seconds: 15)
    #expect(try rig.jobs().isEmpty)
    try rig.turn(seconds: 12)
    let failed = try #require(try rig.jobs(.failed).first)
    #expect(failed.reason.contains("its end is missing"))
    let folder = Rig.state.appending("quarantine").appending(failed.id)
    #expect(rig.disk.peek(folder.appending("reason.json")) != nil)
    #expect(rig.disk.peek(folder.appending("head.nii"))?.count == 12)
  }

  @Test("A cut-off file that is completed in time is restored")
  func completed() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(Array(PaperScan.volume("head").prefix(12)), "head.nii")
    try rig.turn(seconds: 10)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
  }

  @Test("A file rewritten while a worker looks at it is not judged by what it was")
  func rewrittenMeanwhile() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(Array("not a scan yet".utf8), "head.nii")
    // Quiet and handed to a worker, whose verdict is heard only with a later turn.
    while rig.executor.freeProbes > 0 { rig.clock.advance(try rig.spool.turn()) }
    rig.drop(PaperScan.volume("head"), "head.nii")
    rig.clock.advance(3)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
  }

  @Test(
    "A series with a gap is held, and the late slice makes it whole",
    arguments: [
      Inbox.Originals.archive, .leave, .delete,
    ])
  func late(_ originals: Inbox.Originals) throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = originals })
    try rig.start()
    for number in [1, 2, 4, 5] { rig.drop(PaperScan.instance("1", number), "a/\(number).dcm") }
    try rig.run()
    #expect(try rig.counts() == [.held: 1])
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.reason.contains("One slice is missing"))
    rig.drop(PaperScan.instance("1", 3), "b/3.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    #expect(try rig.published().values.first?.count == 5 + 3)
  }

  @Test("A series with a gap is processed where the inbox says so, with a warning in its report")
  func processIncomplete() throws {
    let rig = try Rig(settings: Rig.settings { $0.incomplete = .process })
    try rig.start()
    for number in [1, 2, 4, 5] { rig.drop(PaperScan.instance("1", number), "\(number).dcm") }
    try rig.run()
    let files = try #require(try rig.published().values.first)
    #expect(
      String(decoding: files["report.json"] ?? [], as: UTF8.self).contains("slice is missing"))
  }

  @Test("A slice that changes between verdict and claim sends the whole series back")
  func changedBeforeClaim() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number, of: 3), "\(number).dcm") }
    let disk = rig.disk
    // The first step on a work folder comes after the verdicts: now one slice is rewritten.
    disk.watch { _, path in
      guard path.string.contains("/work/") else { return }
      disk.watch(nil)
      disk.put(PaperScan.instance("1", 2, of: 3, ["x": "new"]), at: Rig.inbox.appending("2.dcm"))
    }
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    let files = try #require(try rig.published().values.first)
    #expect(String(decoding: files["result/2.dcm.restored"] ?? [], as: UTF8.self).contains("x=new"))
    #expect(files["result/1.dcm.restored"] != nil && files["result/3.dcm.restored"] != nil)
  }

  @Test("A pair of volume and sidecar is one job")
  func sidecar() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head"), "sub/head.nii.gz")
    rig.drop(Array("SIDECAR END".utf8), "sub/head.json")
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    let job = try #require(try rig.jobs().first)
    #expect(try rig.ledger.read { try $0.files(of: job.id) }.count == 2)
  }

  @Test("Ignored names and the index of a disc stay where they are")
  func ignored() throws {
    let rig = try Rig()
    try rig.start()
    for name in [".hidden", "x.part", "y.tmp", "Thumbs.db", "__MACOSX/x.dcm", "z.nii~"] {
      rig.drop(PaperScan.volume(name), name)
    }
    rig.drop(Array("INDEX END".utf8), "DICOMDIR")
    rig.disk.put(FileStatus.Kind.link, at: Rig.inbox.appending("link.dcm"))
    rig.disk.put(FileStatus.Kind.other, at: Rig.inbox.appending("pipe"))
    try rig.run()
    #expect(try rig.jobs().isEmpty)
    #expect(rig.disk.tree(Rig.inbox).count == 9)
  }
}
