import Configuration
import Disk
import JobLedger
import Recipes
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

@Suite("Policies")
struct PolicyTests {
  @Test("Nothing half made is ever visible in the outbox")
  func neverHalf() throws {
    let rig = try Rig()
    let disk = rig.disk
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number, of: 3), "\(number).dcm") }
    disk.watch { _, _ in #expect(throws: Never.self) { try Outbox.verified(on: disk) } }
    try rig.run()
    disk.watch(nil)
    #expect(try rig.published().count == 1)
  }

  @Test("The same content under another name is a duplicate, its original archived")
  func duplicate() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("head"), "one.nii")
    try rig.run()
    rig.drop(PaperScan.volume("head"), "two.nii")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .duplicate: 1])
    let duplicate = try #require(try rig.jobs(.duplicate).first)
    #expect(duplicate.duplicateOf == (try rig.jobs(.published).first?.id))
    #expect(rig.places(of: PaperScan.volume("head")) == ["archive", "archive"])
  }

  @Test("An inbox may ask for the same content again")
  func reprocess() throws {
    let rig = try Rig(settings: Rig.settings { $0.duplicates = .reprocess })
    try rig.start()
    rig.drop(PaperScan.volume("head"), "one.nii")
    try rig.run()
    rig.drop(PaperScan.volume("head"), "one.nii")
    try rig.run()
    #expect(try rig.published().count == 2)
  }

  @Test("A copy of an instance under another name adds nothing to its series")
  func copyWithin() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number), "\(number).dcm") }
    rig.drop(PaperScan.instance("1", 2), "copy of 2.dcm")
    try rig.run()
    let files = try #require(try rig.published().values.first)
    #expect(files.keys.filter { $0.starts(with: "result") }.count == 3)
    #expect(rig.places(of: PaperScan.instance("1", 2)) == ["archive", "archive"])
  }

  @Test("What is never filtered is skipped and kept, even where originals are deleted")
  func skipped() throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = .delete })
    try rig.start()
    let localizer = PaperScan.instance("1", 1, ["skip": "a localizer"])
    rig.drop(localizer, "1.dcm")
    rig.drop(PaperScan.volume("late", ["note": "skip-late"]), "late.nii")
    try rig.run()
    #expect(try rig.counts() == [.skipped: 2])
    #expect(rig.places(of: localizer) == ["archive"])
  }

  @Test("What is not supported goes to quarantine with its reason")
  func unsupported() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.instance("1", 1, ["unsupported": "float-pixels"]), "1.dcm")
    try rig.run()
    let failed = try #require(try rig.jobs(.failed).first)
    let note = Rig.state.appending("quarantine").appending(failed.id).appending("reason.json")
    #expect(String(decoding: rig.disk.peek(note) ?? [], as: UTF8.self).contains("float-pixels"))
  }

  @Test("Originals are deleted only where the inbox says so, and only of a published job")
  func deletes() throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = .delete })
    try rig.start()
    rig.drop(PaperScan.volume("good"), "good.nii")
    rig.drop(PaperScan.volume("bad", ["note": "refuse"]), "bad.nii")
    try rig.run()
    #expect(rig.places(of: PaperScan.volume("good")).isEmpty)
    #expect(rig.places(of: PaperScan.volume("bad", ["note": "refuse"])) == ["quarantine"])
  }

  @Test("Originals that are left are not taken twice, also after a restart on another device")
  func leaves() throws {
    let rig = try Rig(settings: Rig.settings { $0.originals = .leave })
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.instance("1", number, of: 3), "\(number).dcm") }
    rig.drop(Array("a letter".utf8), "letter.txt")
    try rig.run()
    #expect(try rig.counts() == [.published: 1, .failed: 1])
    try rig.turn(seconds: 30)
    rig.disk.mount("/s", device: 77)
    rig.restart()
    try rig.start()
    try rig.turn(seconds: 30)
    #expect(try rig.counts() == [.published: 1, .failed: 1])
    #expect(rig.places(of: PaperScan.instance("1", 1, of: 3)) == ["inbox"])
    #expect(rig.places(of: Array("a letter".utf8)).sorted() == ["inbox", "quarantine"])
    rig.drop(PaperScan.instance("2", 1, of: 1), "1.dcm")
    try rig.run()
    #expect(try rig.counts() == [.published: 2, .failed: 1])
  }

  @Test("A name that grows too long or needs escaping is claimed, and goes back as it was")
  func longNames() throws {
    let rig = try Rig()
    try rig.start()
    let name = String(repeating: "%", count: 200) + ".nii.gz"
    rig.drop(PaperScan.volume("long"), name)
    try rig.run()
    #expect(try rig.counts() == [.published: 1])
    let job = try #require(try rig.jobs().first)
    let record = try #require(try rig.ledger.read { try $0.files(of: job.id) }.first)
    #expect(record.name.utf8.count < 255 && record.name.hasSuffix(".nii.gz"))
    #expect(FilePath(encoded: record.source) == Rig.inbox.appending(name))
  }

  @Test("A recipe that a prohibition forbids is held, and releasing it does not run it")
  func prohibition() throws {
    var settings = Rig.settings { $0.assume = ["Modality": "CT"] }
    settings.recipes = [Recipe(name: "keep", steps: [])]
    settings.inboxes[0].recipe = "no-such-recipe"
    let rig = try Rig(settings: settings)
    try rig.start()
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.run()
    let held = try #require(try rig.jobs(.held).first)
    try rig.ask(.release, held.id)
    try rig.run()
    #expect(try rig.counts() == [.held: 1])
    #expect(rig.executor.restored.isEmpty)
  }

  @Test("A new configuration takes new inboxes; jobs keep the recipe they came with")
  func reload() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 1])
    var settings = rig.settings
    settings.inboxes.append(
      Inbox(
        name: "ct", path: "/s/ct", outbox: Rig.outbox.string, recipe: "other",
        settle: Settle(file: .seconds(1), series: .seconds(3)), watch: .poll, poll: .seconds(2)))
    settings.recipes = [Recipe(name: "other", steps: [])]
    rig.spool.reload(settings)
    rig.disk.put(PaperScan.volume("new"), at: "/s/ct/new.nii")
    try rig.turn(seconds: 8)
    #expect(try rig.jobs(.published).map(\.recipe) == ["other"])
    #expect(try rig.jobs(.running).map(\.recipe) == ["keep"])
  }
}
