import Disk
import Foundation
import JobLedger
import Logging
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

@Suite("At rest")
struct AtRestTests {
  private static let folders = StateFolders(root: Rig.state)

  private func finished() throws -> Rig {
    let disk = MemoryFileSystem()
    Mixture.big.drop(into: disk)
    let rig = try Rig(disk: disk)
    try rig.start()
    try rig.run()
    return rig
  }

  private func findings(_ rig: Rig) throws -> [RestFinding] {
    let verifier = RestVerifier(disk: rig.disk, ledger: rig.ledger, folders: Self.folders)
    return try rig.jobs().flatMap { try verifier.verify($0.id).findings } + verifier.unexplained()
  }

  private func pruner(_ rig: Rig, evenIfTaken: Bool = false) -> OriginalsPruner {
    OriginalsPruner(
      disk: rig.disk, ledger: rig.ledger, folders: Self.folders, clock: rig.clock,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, evenIfTaken: evenIfTaken)
  }

  private func prune(
    _ rig: Rig, _ selection: OriginalsPruner.Selection = .archive, evenIfTaken: Bool = false,
    isRehearsal: Bool = false
  ) throws -> [OriginalsPruner.Outcome] {
    let pruner = pruner(rig, evenIfTaken: evenIfTaken)
    let moment = rig.clock.now.timeIntervalSince1970
    return try (pruner.unfinished() + pruner.candidates(selection, before: moment)).map {
      try pruner.prune($0, isRehearsal: isRehearsal)
    }
  }

  // MARK: Verifying

  @Test("What nobody touched is as it was written, and every byte of it is read")
  func untouched() throws {
    let rig = try finished()
    #expect(try findings(rig).isEmpty)
    let verifier = RestVerifier(disk: rig.disk, ledger: rig.ledger, folders: Self.folders)
    let verdicts = try rig.jobs().map { try verifier.verify($0.id) }
    // Nine originals; three results of 1 to 3 files with report and log.
    #expect(verdicts.reduce(0) { $0 + $1.files } == Mixture.big.files.count + 6 + 6)
  }

  @Test("A changed byte, a lost file and a strange one are found in every place")
  func harmed() throws {
    for place in ["archive", "quarantine"] {
      let rig = try finished()
      let root = Rig.state.appending(place)
      let paths = rig.disk.tree(root).keys.filter { $0.lastComponent?.string != "reason.json" }
      let path = try #require(paths.min { $0.string < $1.string })
      let whole = try #require(rig.disk.peek(root.pushing(path)))
      var changed = whole
      changed[3] ^= 1
      rig.disk.put(changed, at: root.pushing(path))
      #expect(try findings(rig).map(\.finding) == [.changed])
      rig.disk.unlink(root.pushing(path))
      #expect(try findings(rig).map(\.finding) == [.missing])
      rig.disk.put(whole, at: root.pushing(path))
      #expect(try findings(rig).isEmpty)
      rig.disk.put([1], at: root.pushing(path).removingLastComponent().appending("more"))
      #expect(try findings(rig).map(\.finding) == [.surplus])
    }
  }

  @Test("Results are held against their manifest; taken away whole is no damage, in part it is")
  func results() throws {
    let rig = try finished()
    let job = try #require(try rig.jobs(.published).first).id
    let folder = Rig.outbox.appending(job)
    rig.disk.put([1], at: folder.appending("notes.txt"))
    #expect(try findings(rig).map(\.finding) == [.surplus])
    #expect(try findings(rig).allSatisfy { !$0.isDamage })
    rig.disk.unlink(folder.appending("notes.txt"))
    rig.disk.put(Array("{}".utf8), at: folder.appending("report.json"))
    #expect(try findings(rig).map(\.finding) == [.changed])
    rig.disk.unlink(folder.appending("report.json"))
    #expect(try findings(rig).map(\.finding) == [.missing])
    #expect(try findings(rig).allSatisfy(\.isDamage))
    let manifest = try #require(rig.disk.peek(folder.appending("manifest.json")))
    rig.disk.put(Array(manifest.prefix(9)), at: folder.appending("manifest.json"))
    #expect(try findings(rig).map(\.path) == ["manifest.json"])
    try rig.disk.removeTree(folder)
    #expect(try findings(rig).map(\.finding) == [.taken])
    #expect(try findings(rig).allSatisfy { !$0.isDamage })
  }

  @Test("A folder that no job explains is surplus, and a disk that cannot be read is told")
  func strangers() throws {
    let rig = try finished()
    rig.disk.put([1], at: Rig.state.appending("archive/stranger/1.dcm"))
    #expect(try findings(rig).map(\.finding) == [.surplus])
    rig.disk.unlink(Rig.state.appending("archive/stranger"))
    let job = try #require(try rig.jobs(.failed).first)
    rig.disk.fail { _ in .ioError }
    let verifier = RestVerifier(disk: rig.disk, ledger: rig.ledger, folders: Self.folders)
    #expect(try verifier.verify(job.id).findings.map(\.finding) == [.unreadable])
    rig.disk.fail(nil)
  }

  @Test("Beside a running daemon nothing is amiss at any step")
  func meanwhile() throws {
    let disk = MemoryFileSystem()
    Mixture.big.drop(into: disk)
    let rig = try Rig(disk: disk)
    let ledger = rig.ledger
    let looking = Mutex(false)
    disk.watch { _, _ in
      let isNested = looking.withLock { looking in
        defer { looking = true }
        return looking
      }
      if isNested { return }
      let verifier = RestVerifier(disk: disk, ledger: ledger, folders: Self.folders)
      for job in (try? ledger.read { try $0.jobs() }) ?? [] {
        let verdict = try? verifier.verify(job.id)
        #expect(verdict?.isDamaged == false, "\(job.state): \(verdict?.findings ?? [])")
      }
      looking.withLock { $0 = false }
    }
    try rig.start()
    try rig.run()
    disk.watch(nil)
  }

  // MARK: Pruning

  @Test("Only archived originals of published jobs go, and only they")
  func policy() throws {
    let rig = try finished()
    let before = rig.disk.tree("/")
    let rehearsed = try prune(rig, isRehearsal: true)
    #expect(rehearsed.map(\.outcome) == [.removable, .removable, .removable])
    #expect(rig.disk.tree("/") == before)
    let gone = try prune(rig)
    #expect(Set(gone.map(\.job)) == Set(try rig.jobs(.published).map(\.id)))
    #expect(gone.map(\.files).sorted() == [1, 2, 3])
    let left = Set(try rig.disk.entries(of: Rig.state.appending("archive")).map(\.string))
    #expect(left == Set(try rig.jobs(.duplicate, .skipped).map(\.id)))
    #expect(rig.disk.tree(Rig.state.appending("quarantine")).count == 2)
    #expect(try rig.published().count == 3)
    #expect(try findings(rig).isEmpty)
    #expect(try prune(rig).isEmpty)
    for job in gone {
      let events = try rig.ledger.read { try $0.events(of: job.job).map(\.event) }
      #expect(events.last == "originals.pruned")
    }
    // A daemon that starts afterwards finds all in order, and knows the contents still.
    rig.restart()
    try rig.start()
    Mixture.big.drop(into: rig.disk)
    try rig.run()
    #expect(try rig.published().count == 3)
  }

  @Test("Younger jobs, damaged results and taken ones keep their originals")
  func refusals() throws {
    let rig = try finished()
    let jobs = try rig.jobs(.published).map(\.id)
    #expect(try pruner(rig).candidates(.archive, before: 0).isEmpty)
    rig.disk.put([1], at: Rig.outbox.appending(jobs[0]).appending("report.json"))
    try rig.disk.removeTree(Rig.outbox.appending(jobs[1]))
    let outcomes = try prune(rig)
    let kept = outcomes.filter { $0.outcome == .kept }
    #expect(Set(kept.map(\.job)) == Set(jobs.prefix(2)))
    let more = try prune(rig, evenIfTaken: true).filter { $0.outcome == .removed }
    #expect(more.map(\.job) == [jobs[1]])
    #expect(rig.disk.tree(Rig.state.appending("archive").appending(jobs[0])).count > 0)
  }

  @Test("Quarantine, skipped scans and duplicates go only when they are named")
  func named() throws {
    let rig = try finished()
    #expect(try prune(rig, .quarantine).map(\.files) == [2])
    #expect(try prune(rig, .skipped).map(\.files) == [1])
    #expect(try prune(rig, .duplicates).map(\.files) == [1])
    #expect(try rig.disk.entries(of: Rig.state.appending("archive")).count == 3)
    #expect(try findings(rig).isEmpty)
  }

  @Test("Jobs that wait, run, are held, or are asked for by a person are left alone")
  func open() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    rig.drop(Array("Dear colleague".utf8), "letter.txt")
    try rig.turn(seconds: 8)
    let running = try #require(try rig.jobs(.running).first)
    #expect(try pruner(rig).prune(running.id, isRehearsal: false).outcome == .kept)
    let failed = try #require(try rig.jobs(.failed).first)
    try rig.ask(.retry, failed.id)
    #expect(try prune(rig, .quarantine).map(\.outcome) == [.kept])
    #expect(rig.places(of: Array("Dear colleague".utf8)) == ["quarantine"])
  }

  @Test(
    "Cut off at any step, verifying understands it, the next pruning completes it, nothing else goes",
    arguments: [MemoryFileSystem.Crash.power, .kill])
  func cutOff(_ crash: MemoryFileSystem.Crash) throws {
    let rig = try finished()
    rig.disk.settle()
    let ledger = rig.ledger
    let disk = rig.disk
    let moments = Mutex<[(MemoryFileSystem, JobLedger)]>([])
    disk.watch { _, _ in
      guard let copy = try? ledger.copyInMemory() else { return }
      let crashed = disk.crashed(crash)
      moments.withLock { $0.append((crashed, copy)) }
    }
    _ = try prune(rig)
    disk.watch(nil)
    let all = moments.withLock { $0 }
    #expect(all.count > 50)
    for (disk, ledger) in all {
      for kept in [ledger, nil] {
        let next = try Rig(disk: disk.crashed(.kill), ledger: kept, clock: HandClock(9000))
        try next.start()
        #expect(try findings(next).allSatisfy { !$0.isDamage })
        _ = try prune(next)
        #expect(try next.ledger.read { try $0.unfinishedRemovals() }.isEmpty)
        #expect(try next.disk.entries(of: Rig.state.appending("archive")).count == 2)
        #expect(try findings(next).isEmpty)
      }
    }
  }

  @Test("A retry of a job whose removal has begun is not obeyed in parts")
  func retryOfPruned() throws {
    let rig = try finished()
    let failed = try #require(try rig.jobs(.failed).first)
    try rig.ledger.write { try $0.note(RemovalRow(job: failed.id, meantAt: 1)) }
    try rig.ask(.retry, failed.id)
    try rig.turn(seconds: 3)
    #expect(try rig.jobs(.failed).map(\.id) == [failed.id])
    #expect(rig.disk.tree(Rig.state.appending("quarantine")).count == 2)
  }
}
