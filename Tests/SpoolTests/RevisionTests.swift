import Configuration
import Disk
import JobLedger
import Logging
import Recipes
import Spool
import SpoolTestSupport
import SystemPackage
import Testing
import Worker

@Suite("Late slices of a published series")
struct RevisionTests {
  private func slice(_ number: Int, _ more: [String: String] = [:]) -> [UInt8] {
    PaperScan.instance("1", number, more)
  }

  private func newest(_ rig: Rig) throws -> JobRecord {
    try #require(try rig.jobs(.published).max { ($0.revision ?? 1) < ($1.revision ?? 1) })
  }

  @Test("They make a new revision of the whole series, and the earlier result stays as it is")
  func revised() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    let before = try rig.published()[earlier.id]
    LateSlices.plain.dropLate(rig)
    try rig.run()
    try LateSlices.plain.expectEnd(of: rig, after: earlier, "undisturbed")
    #expect(try rig.published()[earlier.id] == before)
    let revised = try newest(rig)
    let report = try LateSlices.report(of: revised.id, rig)
    #expect(report.revision == 2 && report.supersedes?.job == earlier.id)
    #expect(try LateSlices.report(of: earlier.id, rig).supersedes == nil)
    #expect(report.source.files.count == 5)
    let lines = try rig.ledger.read { try $0.events(of: revised.id).map(\.line) }
    #expect(lines.count { $0.contains("\"supersedes\":\"\(earlier.id)\"") } == 2)
    #expect(try rig.ledger.read { try $0.successors(of: earlier.id) }.map(\.id) == [revised.id])
  }

  @Test("More late slices supersede the revision, and its files come from its own archive")
  func again() throws {
    let rig = try Rig()
    try LateSlices.plain.publishFirst(rig)
    LateSlices.plain.dropLate(rig)
    try rig.run()
    let second = try newest(rig)
    // Under a name that a file of the archive bears.
    rig.drop(slice(6), "a/1.dcm")
    try rig.run()
    let third = try newest(rig)
    #expect(third.revision == 3 && third.supersedes == second.id)
    #expect(try LateSlices.report(of: third.id, rig).result.files.count == 6)
    #expect(rig.places(of: slice(1)).sorted() == ["archive", "archive", "archive"])
    #expect(try rig.counts() == [.published: 3])
  }

  @Test("Where originals are not archived, late slices are held, never published alone")
  func notArchived() throws {
    for originals in [Inbox.Originals.delete, .leave] {
      let rig = try Rig(settings: Rig.settings { $0.originals = originals })
      try LateSlices.plain.publishFirst(rig)
      LateSlices.plain.dropLate(rig)
      try rig.run()
      #expect(try rig.counts() == [.published: 1, .held: 1])
      #expect(try rig.jobs(.held).first?.reason.hasSuffix("its originals are not archived") == true)
    }
  }

  @Test("Where all of the series came again with them, no archive is needed")
  func wholeAgain() throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = .delete })
    let earlier = try LateSlices.plain.publishFirst(rig)
    for number in 1...4 { rig.drop(slice(number), "again/\(number).dcm") }
    try rig.run()
    let revised = try newest(rig)
    #expect(revised.supersedes == earlier.id)
    #expect(try LateSlices.report(of: revised.id, rig).result.files.count == 4)
  }

  @Test("Copies among the late ones add nothing; copies alone are a duplicate")
  func copies() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    rig.drop(slice(2), "b/again.dcm")
    rig.drop(slice(4), "b/4.dcm")
    rig.drop(slice(4), "b/4 copy.dcm")
    try rig.run()
    let revised = try newest(rig)
    #expect(revised.supersedes == earlier.id)
    #expect(try LateSlices.report(of: revised.id, rig).result.files.count == 4)
    rig.drop(slice(3), "c/3.dcm")
    for number in 1...3 { rig.drop(slice(number), "d/\(number).dcm") }
    try rig.run()
    #expect(try rig.counts() == [.published: 2, .duplicate: 1])
    rig.drop(slice(4), "c/4.dcm")
    try rig.run()
    #expect(try rig.jobs(.duplicate).last?.duplicateOf == revised.id)
  }

  @Test("Another content under an instance's UID among them is a conflict; nothing is made of it")
  func conflict() throws {
    let rig = try Rig()
    try LateSlices.plain.publishFirst(rig)
    rig.drop(slice(2, ["x": "other"]), "b/2.dcm")
    rig.drop(slice(4), "b/4.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1])
    #expect(rig.places(of: slice(4)).sorted() == ["quarantine"])
    #expect(rig.places(of: slice(2)).sorted() == ["archive"])
  }

  @Test("A gap between them and the published ones holds them, until the missing ones come")
  func gap() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    rig.drop(slice(6), "b/6.dcm")
    try rig.run()
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.reason.contains("missing") && held.supersedes == earlier.id)
    rig.drop(slice(4), "c/4.dcm")
    rig.drop(slice(5), "c/5.dcm")
    try rig.run()
    let revised = try newest(rig)
    #expect(try rig.counts() == [.published: 2])
    #expect(revised.supersedes == earlier.id)
    #expect(try LateSlices.report(of: revised.id, rig).result.files.count == 6)
    #expect(rig.places(of: slice(1)).sorted() == ["archive", "archive"])
  }

  @Test("An incomplete series that was processed is made anew when its gap is filled")
  func filled() throws {
    let rig = try Rig(settings: Rig.settings { $0.incomplete = .process })
    try rig.start()
    for number in [1, 2, 4] { rig.drop(slice(number), "\(number).dcm") }
    try rig.run()
    rig.drop(slice(3), "3.dcm")
    try rig.run()
    let revised = try newest(rig)
    #expect(revised.revision == 2)
    let report = try LateSlices.report(of: revised.id, rig)
    #expect(report.result.files.count == 4)
    #expect(!report.warnings.contains { $0.contains("missing") })
  }

  @Test("Slices that come while the first ones are at work wait for their result")
  func meanwhile() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(slice(number, ["note": "slow"]), "\(number).dcm") }
    try rig.turn(seconds: 8)
    #expect(try rig.counts() == [.running: 1])
    rig.drop(slice(4), "4.dcm")
    try rig.turn(seconds: 20)
    #expect(try rig.counts() == [.running: 1])
    rig.executor.finishSlow()
    try rig.run()
    #expect(try newest(rig).revision == 2)
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("An original that changed in the archive makes no new revision")
  func rotten() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    let archive = Rig.state.appending("archive").appending(earlier.id)
    rig.disk.put(slice(2, ["x": "rot"]), at: archive.appending("a/2.dcm"))
    LateSlices.plain.dropLate(rig)
    try rig.run()
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.reason.contains("not what they were") && held.supersedes == nil)
    let files = try rig.ledger.read { try $0.files(of: held.id) }.map(\.name)
    #expect(files == ["b/1.dcm", "b/2.dcm"])
    let work = Rig.state.appending("work").appending(held.id)
    #expect(
      rig.disk.tree(work).keys.map(\.string).sorted() == ["in/b/1.dcm", "in/b/2.dcm", "job.json"])
  }

  @Test("One that is unreadable in the archive, or ends the worker, holds the late ones")
  func unreadable() throws {
    for harm in [Array("no scan".utf8), slice(2, ["note": "crash-probe"])] {
      let rig = try Rig()
      let earlier = try LateSlices.plain.publishFirst(rig)
      let archive = Rig.state.appending("archive").appending(earlier.id)
      rig.disk.put(harm, at: archive.appending("a/2.dcm"))
      LateSlices.plain.dropLate(rig)
      try rig.run()
      #expect(try rig.counts() == [.published: 1, .held: 1])
    }
  }

  @Test("A revision that fails leaves the earlier result; a retry after another one joins that")
  func failing() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    rig.drop(slice(4, ["note": "refuse"]), "b/4.dcm")
    try rig.run()
    let failed = try #require(try rig.jobs(.failed).first)
    #expect(failed.supersedes == earlier.id && failed.revision == 2)
    #expect(rig.places(of: slice(1)).sorted() == ["archive", "quarantine"])
    // The position that is free now is taken by one that came again with other UIDs.
    rig.drop(slice(4, ["uid": "1.1.44"]), "c/4.dcm")
    try rig.run()
    let third = try newest(rig)
    #expect(third.revision == 3 && third.supersedes == earlier.id)
    try rig.ask(.retry, failed.id)
    try rig.run()
    // Two slices at one place: a person decides, and nothing stands twice in two places.
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.supersedes == third.id)
    #expect(try rig.jobs(.failed).isEmpty)
    #expect(rig.disk.tree(Rig.inbox).isEmpty)
  }

  @Test("Another recipe than that of the earlier result is a person's decision")
  func otherRecipe() throws {
    let rig = try Rig()
    let earlier = try LateSlices.plain.publishFirst(rig)
    var settings = rig.settings
    settings.recipes.append(.init(name: "other", steps: []))
    settings.inboxes[0].recipe = "other"
    rig.spool.reload(settings)
    LateSlices.plain.dropLate(rig)
    try rig.run()
    let held = try #require(try rig.jobs(.held).first)
    #expect(held.reason.contains("recipe keep") && held.supersedes == earlier.id)
    try rig.ask(.release, held.id)
    try rig.run()
    #expect(try newest(rig).recipe == "other")
  }
}
