import Configuration
import Disk
import JobLedger
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// The ledger is gone, or older than the folders: they tell what it has to know.
@Suite("A lost ledger")
struct LostLedgerTests {
  /// A run to its end on a disk, with whatever configuration.
  private func finished(_ settings: Settings = Rig.settings()) throws -> Rig {
    let disk = MemoryFileSystem()
    Mixture.big.drop(into: disk)
    let rig = try Rig(disk: disk, settings: settings)
    try rig.start()
    try rig.run()
    return rig
  }

  @Test("A ledger built anew from the folders knows every job at rest as the old one did")
  func rebuilt() throws {
    let old = try finished()
    let new = try Rig(disk: old.disk, clock: HandClock(9000))
    try new.start()
    #expect(try new.jobs() == old.jobs())
    for job in try old.jobs() {
      let files = try old.ledger.read { try $0.files(of: job.id) }
      #expect(try new.ledger.read { try $0.files(of: job.id) } == files)
    }
    let told = try new.ledger.read { try $0.events(of: "") }
    #expect(told.map(\.event) == ["ledger.rebuilt"])
    try Mixture.big.expectEnd(of: new, "rebuilt")
  }

  @Test("After it, the same contents are duplicates, even when results and originals are gone")
  func stillOnce() throws {
    var settings = Rig.settings()
    settings.inboxes[0].originals = .delete
    let old = try finished(settings)
    for (path, _) in old.disk.tree(Rig.outbox) { old.disk.unlink(Rig.outbox.pushing(path)) }
    let new = try Rig(disk: old.disk, clock: HandClock(9000), settings: settings)
    try new.start()
    Mixture.big.drop(into: new.disk)
    try new.run()
    #expect(new.executor.restored.isEmpty)
    #expect(try new.counts()[.published] == 3)
    #expect(try new.counts()[.duplicate] == 5)
  }

  @Test(
    "A ledger lost with power or process at any step loses no file and publishes nothing twice",
    arguments: [
      (MemoryFileSystem.Crash.power, Mixture.Layout.together), (.power, .inboxApart),
      (.kill, .outboxApart),
    ])
  func lostAnywhere(_ crash: MemoryFileSystem.Crash, layout: Mixture.Layout) throws {
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    Mixture.big.drop(into: disk)
    let rig = try Rig(disk: disk)
    let moments = Mutex<[(Int, MemoryFileSystem)]>([])
    disk.watch { step, _ in
      // Every other step: half the time, and no two neighbours of any write are both left out.
      guard step % 2 == 0 else { return }
      let copy = disk.crashed(crash)
      moments.withLock { $0.append((step, copy)) }
    }
    try rig.start()
    try rig.run()
    disk.watch(nil)
    for (step, disk) in moments.withLock({ $0 }) {
      let name = "without a ledger after \(crash) before step \(step)"
      let rig = try Rig(disk: disk, clock: HandClock(5000))
      try rig.start()
      Mixture.big.expectNothingLost(on: disk, name + ", recovered")
      try rig.run()
      try Mixture.big.expectEnd(of: rig, name)
    }
  }

  @Test("A ledger that is only older than the folders learns what it lacks, and forgets nothing")
  func older() throws {
    let disk = MemoryFileSystem()
    Mixture.big.drop(into: disk)
    let rig = try Rig(disk: disk)
    let copies = Mutex<[JobLedger]>([])
    let ledger = rig.ledger
    disk.watch { step, _ in
      guard step % 7 == 0, let copy = try? ledger.copyInMemory() else { return }
      copies.withLock { $0.append(copy) }
    }
    try rig.start()
    try rig.run()
    disk.watch(nil)
    for (place, older) in copies.withLock({ $0 }).enumerated() {
      let rig = try Rig(disk: disk.crashed(.kill), ledger: older, clock: HandClock(5000))
      try rig.start()
      try rig.run()
      #expect(rig.executor.restored.isEmpty, "copy \(place)")
      let published = try rig.jobs(.published).map(\.id)
      #expect(published.count == 3, "copy \(place)")
      for file in Mixture.big.files {
        #expect(rig.places(of: file.bytes) == Whereabouts.places(of: file.bytes, on: disk))
      }
    }
  }

  @Test("Without cards, reports and reasons tell what they can, and no file is touched")
  func withoutCards() throws {
    let old = try finished()
    for (path, _) in old.disk.tree(Rig.state.appending("jobs")) {
      old.disk.unlink(Rig.state.appending("jobs").pushing(path))
    }
    let before = old.disk.tree("/s")
    let new = try Rig(disk: old.disk, clock: HandClock(9000))
    try new.start()
    #expect(new.disk.tree("/s") == before)
    let published = try new.jobs(.published)
    #expect(published.map(\.id).sorted() == (try old.jobs(.published).map(\.id).sorted()))
    for job in published {
      let was = try #require(try old.ledger.read { try $0.job(job.id) })
      #expect(job.contentKey == was.contentKey && job.recipeHash == was.recipeHash)
    }
    let failed = try #require(try new.jobs(.failed).first)
    #expect(failed.reason == (try old.jobs(.failed).first?.reason))
    Mixture.big.drop(into: new.disk)
    try new.run()
    #expect(new.executor.restored.isEmpty)
  }

  @Test("A card that is damaged, or leads out of its folder, counts as none")
  func damagedCards() throws {
    let old = try finished()
    let cards = Rig.state.appending("jobs")
    let paths = old.disk.tree(cards).keys.sorted { $0.string < $1.string }
    for (place, path) in paths.enumerated() {
      let whole = String(decoding: old.disk.peek(cards.pushing(path)) ?? [], as: UTF8.self)
      let harmed =
        place % 2 == 0
        ? String(whole.prefix(whole.count / 2))
        : whole.replacing("\"name\" : \"", with: "\"name\" : \"../../")
      old.disk.put(Array(harmed.utf8), at: cards.pushing(path))
    }
    let new = try Rig(disk: old.disk, clock: HandClock(9000))
    try new.start()
    try new.run()
    #expect(try new.jobs(.published).count == 3)
    Mixture.big.expectNothingLost(on: new.disk, "with damaged cards")
  }

  @Test("A copy that was left in the inbox and changed there keeps its first content")
  func leftAndChanged() throws {
    let settings = Rig.settings { $0.originals = .leave }
    let disk = MemoryFileSystem()
    let first = PaperScan.volume("head", ["note": "slow"])
    let rig = try Rig(disk: disk, settings: settings)
    try rig.start()
    rig.drop(first, "head.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 1])
    let second = PaperScan.volume("head", ["note": "later"])
    rig.drop(second, "head.nii")
    let new = try Rig(disk: disk, clock: HandClock(9000), settings: settings)
    try new.start()
    #expect(new.places(of: first) == ["inbox"])
    #expect(new.places(of: second) == ["inbox"])
  }

  @Test("A failed job that was taken back is not found in two places after its ledger is lost")
  func retried() throws {
    let disk = MemoryFileSystem()
    let rig = try Rig(disk: disk)
    try rig.start()
    let broken = PaperScan.volume("head", ["note": "refuse"])
    rig.drop(broken, "head.nii")
    rig.drop(Array("Dear colleague".utf8), "letter.txt")
    disk.settle()
    try rig.run()
    let failed = try rig.jobs(.failed)
    let disks = Mutex<[MemoryFileSystem]>([])
    disk.watch { _, _ in disks.withLock { $0.append(disk.crashed(.power)) } }
    for job in failed { try rig.ask(.retry, job.id) }
    try rig.turn(seconds: 1)
    disk.watch(nil)
    for disk in disks.withLock({ $0 }) {
      let new = try Rig(disk: disk, clock: HandClock(9000))
      try new.start()
      try new.run()
      #expect(new.places(of: broken) == ["quarantine"])
      #expect(new.places(of: Array("Dear colleague".utf8)) == ["quarantine"])
      #expect(try new.counts() == [.failed: 2])
    }
  }

  @Test("A queued job whose work folder is gone is given up with the reason")
  func folderGone() throws {
    let disk = MemoryFileSystem()
    let rig = try Rig(disk: disk)
    try rig.start()
    rig.drop(PaperScan.volume("head", ["note": "slow"]), "head.nii")
    try rig.turn(seconds: 6)
    let job = try #require(try rig.jobs(.running).first)
    try disk.removeTree(Rig.state.appending("work").appending(job.id))
    rig.restart()
    try rig.start()
    let failed = try #require(try rig.jobs(.failed).first)
    #expect(failed.reason.contains("no longer in the work folder"))
  }

  @Test("An empty state folder is a first start, not a lost ledger")
  func firstStart() throws {
    let rig = try Rig()
    try rig.start()
    #expect(try rig.ledger.read { try $0.events(of: "") }.isEmpty)
  }
}
