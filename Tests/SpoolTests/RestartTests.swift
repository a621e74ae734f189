import Configuration
import Disk
import JobLedger
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

@Suite("Restarts")
struct RestartTests {
  /// Steps of the disk and statements of the ledger that a recovery with so many queued jobs takes.
  private func cost(jobs: Int) throws -> (steps: Int, statements: Int) {
    let statements = Mutex(0)
    let ledger = try JobLedger.inMemory { _ in statements.withLock { $0 += 1 } }
    let disk = MemoryFileSystem()
    try ledger.write { transaction in
      for number in 1...jobs {
        let id = "20261121T081530Z-MR-\(number)"
        let job = JobRecord(
          id: id, inbox: "mri", state: .queued, format: "NIfTI", modality: "MR", series: "",
          study: "", outbox: Rig.outbox.string, originals: "archive", version: "1",
          createdAt: Double(number))
        try transaction.insert(job, files: [])
        disk.put([1], at: Rig.state.appending("work/\(id)/in/scan.nii"))
      }
    }
    statements.withLock { $0 = 0 }
    let rig = try Rig(disk: disk, ledger: ledger)
    try rig.start()
    #expect(try rig.counts() == [.queued: jobs])
    return (disk.steps, statements.withLock { $0 })
  }

  @Test("Jobs that wait in order cost a restart no step of their own")
  func linear() throws {
    let few = try cost(jobs: 10)
    let many = try cost(jobs: 1000)
    #expect(many.steps == few.steps)
    #expect(many.statements == few.statements)
  }

  @Test("A recovery that is asked to stop ends between two jobs, and the next one goes on")
  func stopped() throws {
    let disk = MemoryFileSystem()
    let rig = try Rig(disk: disk)
    try rig.start()
    for number in 1...5 {
      rig.drop(PaperScan.volume("\(number)", ["note": "slow"]), "\(number).nii")
    }
    try rig.turn(seconds: 6)
    // Without a ledger all five go back into the inbox, one after the other.
    let stopped = try Rig(disk: disk, clock: HandClock(9000))
    var asked = 0
    stopped.spool.isAskedToStop = {
      asked += 1
      return asked > 3
    }
    #expect(throws: Spool.Interruption.self) { try stopped.spool.recover() }
    let inbox = disk.tree(Rig.inbox).count
    #expect(inbox > 0 && inbox < 5)
    let last = try Rig(disk: disk, ledger: stopped.ledger, clock: HandClock(9500))
    try last.start()
    #expect(disk.tree(Rig.inbox).count == 5)
    #expect(try last.jobs().isEmpty)
  }

  @Test("A spool that is asked to stop claims nothing more, and loses nothing of what it has")
  func claimsNothing() throws {
    let rig = try Rig()
    try rig.start()
    for number in 1...3 { rig.drop(PaperScan.volume("\(number)"), "\(number).nii") }
    rig.spool.isAskedToStop = { true }
    try rig.turn(seconds: 30)
    #expect(try rig.jobs().isEmpty)
    #expect(rig.disk.tree(Rig.inbox).count == 3)
  }

  @Test(
    "A disk taken away at any step of a claim across disks, for good, loses nothing",
    arguments: [Inbox.Originals.archive, .leave])
  func takenAway(_ originals: Inbox.Originals) throws {
    func drop(_ rig: Rig) {
      for number in 1...4 { rig.drop(PaperScan.instance("1", number, of: 4), "\(number).dcm") }
    }
    func rig() throws -> Rig {
      let disk = MemoryFileSystem()
      disk.mount(Rig.inbox, device: 2)
      return try Rig(disk: disk, settings: Rig.settings { $0.originals = originals })
    }
    let whole = try rig()
    try whole.start()
    drop(whole)
    try whole.run()
    let steps = whole.disk.steps
    for first in stride(from: 20, through: steps, by: 3) {
      let cut = try rig()
      try cut.start()
      drop(cut)
      cut.disk.fail { $0 >= first ? .canceled : nil }
      try cut.turn(seconds: 12)
      cut.spool.stop()
      try cut.spool.putRunningBack()
      _ = try cut.spool.turn()
      cut.disk.fail(nil)
      let name = "the disk was taken away at step \(first)"
      for number in 1...4 {
        let bytes = PaperScan.instance("1", number, of: 4)
        #expect(!cut.places(of: bytes).isEmpty, "\(name)")
      }
      cut.restart()
      try cut.start()
      try cut.run()
      let summary = try cut.summary()
      #expect(try cut.counts() == [.published: 1], "\(name): \(summary)")
      #expect(try cut.jobs().allSatisfy { $0.attempts <= 1 }, "\(name)")
    }
  }
}
