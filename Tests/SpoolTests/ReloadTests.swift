import Configuration
import Disk
import JobLedger
import Recipes
import Spool
import SpoolTestSupport
import SystemPackage
import Testing

/// A new configuration comes while there is work.
@Suite("Reloads")
struct ReloadTests {
  /// A rig with a job on each lane and one in the queue.
  private func busy() throws -> Rig {
    let rig = try Rig()
    try rig.start()
    for name in ["slow1", "slow2"] {
      rig.drop(PaperScan.volume(name, ["note": "slow"]), name + ".nii")
    }
    try rig.turn(seconds: 6)
    rig.drop(PaperScan.volume("queued"), "queued.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 2, .queued: 1])
    return rig
  }

  /// Lets the slow jobs come to their end, and the rest after them.
  private func finish(_ rig: Rig) throws {
    rig.executor.finishSlow()
    try rig.turn(seconds: 12)
  }

  @Test("A removed inbox finishes what it has, and what is not taken yet stays")
  func removed() throws {
    let rig = try busy()
    rig.drop(PaperScan.volume("late"), "late.nii")
    var settings = rig.settings
    settings.inboxes = []
    rig.spool.reload(settings)
    try finish(rig)
    #expect(try rig.published().count == 3)
    #expect(rig.places(of: PaperScan.volume("late")) == ["inbox"])
    rig.spool.reload(rig.settings)
    try rig.turn(seconds: 10)
    #expect(try rig.published().count == 4)
  }

  /// A rig with an archive in work: one of its files is restored, another waits for a volume.
  private func unpacking(_ files: [String: [UInt8]]) throws -> Rig {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.archive(files), "visit.zip")
    try rig.turn(seconds: 4)
    #expect(try rig.jobs(.running).map(\.format) == ["archive"])
    return rig
  }

  @Test("An archive of a removed inbox is finished under the inbox's settings", arguments: [0, 1])
  func removedWithArchive(_ restarts: Int) throws {
    let rig = try unpacking([
      "a/1.dcm": PaperScan.instance("7", 1), "a/2.dcm": PaperScan.instance("7", 2),
      "head.nii": PaperScan.volume("head"), "letter.txt": Array("Dear colleague".utf8),
    ])
    rig.drop(PaperScan.volume("late"), "late.nii")
    rig.settings.inboxes = []
    if restarts > 0 {
      rig.restart()
      try rig.start()
    } else {
      rig.spool.reload(rig.settings)
    }
    try rig.run()
    #expect(try rig.counts() == [.published: 2, .unpacked: 1])
    #expect(try rig.published().count == 2)
    #expect(rig.places(of: PaperScan.volume("late")) == ["inbox"])
    #expect(rig.spool.retiredInboxes.isEmpty)
    rig.settings.inboxes = Rig.settings().inboxes
    rig.spool.reload(rig.settings)
    try rig.run()
    #expect(try rig.counts() == [.published: 3, .unpacked: 1])
  }

  @Test("A waiting archive of a removed inbox is unpacked and finished, and so it is when renamed")
  func renamedWithArchive() throws {
    let rig = try busy()
    rig.drop(PaperScan.archive(["head.nii": PaperScan.volume("head")]), "visit.zip")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 2, .queued: 2])
    rig.settings.inboxes[0].name = "neuro"
    rig.spool.reload(rig.settings)
    try finish(rig)
    try rig.run()
    #expect(try rig.counts() == [.published: 4, .unpacked: 1])
    #expect(try rig.jobs(.published).allSatisfy { $0.inbox == "mri" })
  }

  @Test("A renamed inbox goes on with its files, and its jobs keep the name they came under")
  func renamed() throws {
    let rig = try busy()
    rig.drop(PaperScan.volume("late"), "late.nii")
    var settings = rig.settings
    settings.inboxes[0].name = "neuro"
    rig.spool.reload(settings)
    try finish(rig)
    #expect(try rig.jobs(.published).map(\.inbox).sorted() == ["mri", "mri", "mri", "neuro"])
    #expect(rig.disk.tree(Rig.inbox).isEmpty)
  }

  @Test("An inbox that moves takes nothing for what lay at the same name before")
  func moved() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(Array(PaperScan.volume("old").prefix(12)), "head.nii")
    try rig.turn(seconds: 5)
    var settings = rig.settings
    settings.inboxes[0].path = "/s/elsewhere"
    rig.spool.reload(settings)
    rig.disk.put(PaperScan.volume("new"), at: "/s/elsewhere/head.nii")
    try rig.turn(seconds: 30)
    #expect(try rig.counts() == [.published: 1])
    #expect(rig.disk.tree(Rig.inbox).count == 1)
    #expect(rig.disk.tree("/s/elsewhere").isEmpty)
    // Back again: the old file is looked at as at a start.
    rig.spool.reload(rig.settings)
    rig.drop(PaperScan.volume("old"), "head.nii")
    try rig.turn(seconds: 10)
    #expect(try rig.counts() == [.published: 2])
  }

  @Test("A changed recipe and outbox are those of the next job; waiting ones keep theirs")
  func recipeAndOutbox() throws {
    let rig = try busy()
    let before = try #require(try rig.jobs(.queued).first)
    var settings = rig.settings
    settings.inboxes[0].outbox = "/o/other"
    settings.recipes = [Recipe(name: "keep", steps: [try RecipeStep("median")])]
    rig.spool.reload(settings)
    rig.drop(PaperScan.volume("next"), "next.nii")
    try finish(rig)
    let published = try rig.jobs(.published)
    let after = try #require(published.last)
    let kept = try #require(published.first { $0.id == before.id })
    #expect(kept.recipeHash == before.recipeHash && kept.recipeBody == before.recipeBody)
    #expect(after.recipeHash != before.recipeHash)
    #expect(rig.disk.tree(Rig.outbox).keys.contains { $0.string.hasPrefix(kept.id) })
    #expect(rig.disk.tree("/o/other").keys.contains { $0.string.hasPrefix(after.id) })
  }

  @Test("A recipe that asks more of a header has waiting files looked at again")
  func newQuestion() throws {
    let rig = try Rig(settings: Rig.settings { $0.settle.series = .seconds(15) })
    try rig.start()
    rig.drop(PaperScan.instance("1", 1), "1.dcm")
    try rig.turn(seconds: 6)
    #expect(rig.executor.probed.count == 1)
    var settings = rig.settings
    settings.inboxes[0].assume = ["BodyPartExamined": "HEAD"]
    settings.recipes.insert(
      Recipe(
        name: "head",
        condition: Condition([Condition.Clause("BodyPartExamined", .anyOf(["HEAD"]))]), steps: []),
      at: 0)
    settings.inboxes[0].recipe = "auto"
    rig.spool.reload(settings)
    try rig.run()
    #expect(rig.executor.probed.count == 2)
    #expect(try rig.jobs(.published).map(\.recipe) == ["head"])
  }

  @Test("New limits are those of the next start of a worker")
  func limits() throws {
    let rig = try busy()
    let running = try rig.jobs(.running)
    var settings = rig.settings
    settings.limits.attempts = 1
    settings.limits.memory = 1 << 30
    rig.spool.reload(settings)
    try rig.turn(seconds: 2)
    #expect(try rig.jobs(.running) == running)
    try finish(rig)
    #expect(try rig.published().count == 3)
  }
}
