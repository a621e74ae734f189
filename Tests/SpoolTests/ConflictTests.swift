import Configuration
import Disk
import Foundation
import JobLedger
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing
import Worker

@Suite("Conflicts")
struct ConflictTests {
  private struct Note: Decodable {
    var reason: String
    var detail: [String: JSONValue]
  }

  private let first = PaperScan.instance("1", 1, of: 1)
  private let other = PaperScan.instance("1", 1, of: 1, ["x": "secret", "pixels": "other"])

  private func note(_ rig: Rig) throws -> Note {
    let failed = try #require(try rig.jobs(.failed).first)
    let path = Rig.state.appending("quarantine").appending(failed.id).appending("reason.json")
    return try JSONDecoder().decode(Note.self, from: Data(try #require(rig.disk.peek(path))))
  }

  private func conflict(_ note: Note) -> [String: JSONValue] {
    if case .object(let fields)? = note.detail["conflict"] { fields } else { [:] }
  }

  @Test("Another content under a known SOP Instance UID is a conflict; the known one a duplicate")
  func known() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(first, "1.dcm")
    try rig.run()
    rig.drop(other, "1.dcm")
    try rig.run()
    #expect(rig.places(of: other).sorted() == ["quarantine"])
    let note = try note(rig)
    #expect(note.reason.contains("came before with other content"))
    #expect(note.reason.hasSuffix("the pixels and 2 attributes differ"))
    let conflict = conflict(note)
    #expect(conflict["earlier_job"] == .text(try #require(try rig.jobs(.published).first).id))
    guard case .object(let difference)? = conflict["difference"],
      case .list(let attributes)? = difference["attributes"]
    else { throw NoDifference() }
    #expect(difference["pixels"] == .text("differ"))
    #expect(
      attributes.last
        == .object([
          "tag": .text("x"), "keyword": .text("x"), "vr": .text("LO"), "change": .text("added"),
          "earlier_length": .null, "later_length": .integer(6),
        ]))
    let failed = try #require(try rig.jobs(.failed).first)
    let lines = try rig.ledger.read { try $0.events(of: failed.id).map(\.line) }
    #expect(lines.last?.contains("\"attributes_differing\":2") == true)
    #expect(!lines.joined().contains("secret"))
    rig.drop(first, "1.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1, .duplicate: 1])
  }

  private struct NoDifference: Error {}

  @Test("Two contents under one SOP Instance UID in one series are a conflict")
  func within() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.instance("1", 1), "1.dcm")
    rig.drop(PaperScan.instance("1", 1, ["x": "other"]), "2.dcm")
    try rig.run()
    #expect(try rig.counts() == [.failed: 1])
    #expect(try note(rig).reason.hasSuffix("one attribute differs"))
  }

  @Test("Where the earlier content is not kept, that is said; where it was left, it is compared")
  func kept() throws {
    for (originals, end) in [
      (Inbox.Originals.delete, "is no longer kept"), (.leave, "2 attributes differ"),
    ] {
      let rig = try Rig(settings: Rig.settings { $0.originals = originals })
      try rig.start()
      rig.drop(first, "1.dcm")
      try rig.run()
      rig.drop(other, "2.dcm")
      try rig.run()
      #expect(try note(rig).reason.hasSuffix(end))
    }
  }

  @Test("Where the earlier content came in an archive, it is taken out of that and compared")
  func packed() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.archive(["a/1.dcm": first]), "visit.zip")
    try rig.run()
    rig.drop(other, "2.dcm")
    try rig.run()
    #expect(try note(rig).reason.hasSuffix("the pixels and 2 attributes differ"))
    #expect(try rig.counts() == [.published: 1, .unpacked: 1, .failed: 1])
    #expect(try rig.disk.entries(of: Rig.state.appending("work")).isEmpty)
  }

  @Test("Where the archive of the earlier content is not what it was, or gone, that is said")
  func packedNoMore() throws {
    let cases: [(archive: [UInt8]?, end: String)] = [
      (nil, "is no longer kept"),
      (PaperScan.archive(["a/1.dcm": Array("short".utf8)]), "is no longer what it was"),
      (PaperScan.archive(["b/1.dcm": first]), "is no longer what it was"),
    ]
    for (archive, end) in cases {
      let rig = try Rig()
      try rig.start()
      rig.drop(PaperScan.archive(["a/1.dcm": first]), "visit.zip")
      try rig.run()
      let job = try #require(try rig.jobs(.unpacked).first)
      let home = Rig.state.appending("archive").appending(job.id)
      if let archive {
        rig.disk.put(archive, at: home.appending("visit.zip"))
      } else {
        try rig.disk.removeTree(home)
      }
      rig.drop(other, "2.dcm")
      try rig.run()
      let reason = try note(rig).reason
      #expect(reason.hasSuffix(end), "\(reason)")
    }
  }

  @Test("A worker that ends over the comparison changes nothing of the outcome")
  func poison() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(first, "1.dcm")
    try rig.run()
    rig.drop(PaperScan.instance("1", 1, of: 1, ["note": "crash-compare"]), "1.dcm")
    try rig.run()
    let note = try note(rig)
    #expect(note.reason.contains("signal 11") && conflict(note)["difference"] == .null)
    #expect(note.detail["resources"] != nil)
  }

  @Test("Without workers it waits, and nothing else does")
  func withoutWorkers() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(first, "1.dcm")
    try rig.run()
    rig.drop(other, "1.dcm")
    rig.executor.refuseToStart(true)
    try rig.turn(seconds: 30)
    #expect(try rig.jobs(.failed).isEmpty)
    rig.executor.refuseToStart(false)
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1])
  }

  @Test(
    "A crash at any moment of a conflict loses neither content",
    arguments: [MemoryFileSystem.Crash.power, .kill])
  func crashes(_ crash: MemoryFileSystem.Crash) throws {
    let disk = MemoryFileSystem()
    let held = Mutex<JobLedger?>(nil)
    let clones = Mutex<[(MemoryFileSystem, JobLedger)]>([])
    @Sendable func visit() {
      guard let ledger = held.withLock({ $0 }), let copy = try? ledger.copyInMemory() else {
        return
      }
      let clone = disk.crashed(crash)
      clones.withLock { $0.append((clone, copy)) }
    }
    let ledger = try JobLedger.inMemory { if $0 != .reading { visit() } }
    let rig = try Rig(disk: disk, ledger: ledger)
    try rig.start()
    rig.drop(first, "1.dcm")
    disk.settle()
    try rig.run()
    rig.drop(other, "1.dcm")
    disk.settle()
    held.withLock { $0 = ledger }
    disk.watch { _, _ in visit() }
    try rig.run()
    held.withLock { $0 = nil }
    disk.watch(nil)
    let all = clones.withLock { $0 }
    #expect(all.count > 30)
    for (disk, ledger) in all {
      #expect(!Whereabouts.places(of: other, on: disk).isEmpty)
      let next = try Rig(disk: disk, ledger: ledger, clock: HandClock(5000))
      try next.start()
      try next.run()
      #expect(try next.counts() == [.published: 1, .failed: 1])
      #expect(next.places(of: other).sorted() == ["quarantine"])
      #expect(next.places(of: first).sorted() == ["archive"])
    }
  }
}
