import Disk
import JobLedger
import RestoradTestSupport
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// Power fails, and the disk, at every step at which a published series is made anew.
@Suite("Crashes and faults of revisions")
struct RevisionCrashTests {
  /// What a crash leaves of what was not synced.
  enum Leaves: CaseIterable { case all, nothing, chance }

  /// Publishes, then drops the late slices and calls `visit` at each moment at which power may fail.
  private static func run(
    _ slices: LateSlices, _ layout: Mixture.Layout,
    visit: @escaping @Sendable (MemoryFileSystem, JobLedger, Int) -> Void
  ) throws -> JobRecord {
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    let held = Mutex<JobLedger?>(nil)
    let ledger = try JobLedger.inMemory { moment in
      if moment != .reading, let ledger = held.withLock({ $0 }) { visit(disk, ledger, disk.steps) }
    }
    let rig = try Rig(disk: disk, ledger: ledger)
    let earlier = try slices.publishFirst(rig)
    slices.dropLate(rig)
    held.withLock { $0 = ledger }
    disk.watch { step, _ in visit(disk, ledger, step) }
    try rig.run()
    held.withLock { $0 = nil }
    disk.watch(nil)
    try slices.expectEnd(of: rig, after: earlier, "undisturbed")
    return earlier
  }

  /// Files that follow on files in each layout; archives, whose way to their files is the same in
  /// each, in those that hold an archive apart or the inbox.
  private static let situations =
    Mixture.Layout.allCases.map { (LateSlices.plain, $0) } + [
      (.packedFirst, .together), (.packedFirst, .archiveApart), (.packedLate, .inboxApart),
      (.packed, .together),
    ]

  @Test(
    "A crash at any moment loses nothing, and the revision is published once",
    arguments: situations, Leaves.allCases)
  func anywhere(_ situation: (LateSlices, Mixture.Layout), _ leaves: Leaves) throws {
    let (slices, layout) = situation
    let dice = Mutex(SplitMix64(seed: 11))
    // The three ways take turns, so that each layout meets a crash at every moment; of archives two
    // situations do together.
    let isPacked = slices.isFirstPacked || slices.isLatePacked
    let way = Leaves.allCases.firstIndex(of: leaves) ?? 0
    let turns = Leaves.allCases.count * (isPacked ? 2 : 1)
    let visits = Mutex(way + (isPacked && layout != .together ? Leaves.allCases.count : 0))
    let clones = Mutex<[(Int, MemoryFileSystem, JobLedger)]>([])
    let earlier = try Self.run(slices, layout) { disk, ledger, step in
      let visit = visits.withLock { count in
        count += 1
        return count
      }
      guard visit % turns == 0 else { return }
      let clone =
        switch leaves {
        case .all: disk.crashed(.kill)
        case .nothing: disk.crashed(.power)
        case .chance: dice.withLock { disk.crashed(using: &$0) }
        }
      guard let copy = try? ledger.copyInMemory() else { return }
      clones.withLock { $0.append((step, clone, copy)) }
    }
    for (step, disk, ledger) in clones.withLock({ $0 }) {
      let moment = "\(slices.testDescription), \(layout), \(leaves), step \(step)"
      slices.expectNothingLost(on: disk, moment)
      _ = try Outbox.verified(on: disk)
      let rig = try Rig(disk: disk, ledger: ledger, clock: HandClock(5000))
      try rig.start()
      slices.expectNothingLost(on: disk, moment + ", recovered")
      try rig.run()
      try slices.expectEnd(of: rig, after: earlier, moment)
    }
    #expect(clones.withLock { $0.count } > 30)
  }

  @Test(
    "So it is when the ledger is lost with it",
    arguments: [
      (LateSlices.plain, MemoryFileSystem.Crash.power), (.plain, .kill), (.packedFirst, .power),
    ])
  func ledgerLost(_ slices: LateSlices, _ crash: MemoryFileSystem.Crash) throws {
    let clones = Mutex<[(Int, MemoryFileSystem)]>([])
    let earlier = try Self.run(slices, .together) { disk, _, step in
      let clone = disk.crashed(crash)
      clones.withLock { $0.append((step, clone)) }
    }
    for (step, disk) in clones.withLock({ $0 }) {
      let moment = "without a ledger after \(crash) before step \(step)"
      let rig = try Rig(disk: disk, clock: HandClock(5000))
      try rig.start()
      slices.expectNothingLost(on: disk, moment)
      try rig.run()
      try slices.expectEnd(of: rig, after: earlier, moment)
    }
  }

  /// Has a disk fail from one step of the revision on, once or for a while.
  ///
  /// - Returns: How many steps the revision took.
  @discardableResult
  private func revise(
    _ slices: LateSlices, _ layout: Mixture.Layout, _ fault: FaultTests.Fault?, from first: Int = 0
  ) throws -> Int {
    let moment = fault.map { "\($0) from step \(first)" } ?? "undisturbed"
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    let rig = try Rig(disk: disk)
    let earlier = try slices.publishFirst(rig)
    slices.dropLate(rig)
    let before = disk.steps
    if let fault {
      let trouble = FaultTests.Trouble(fault, from: before + first, clock: rig.clock)
      disk.failSteps { trouble.code(at: $0) }
      let limit = rig.clock.monotonic + FaultTests.Trouble.length + 15
      while rig.clock.monotonic < limit { rig.clock.advance(max(0.5, try rig.spool.turn())) }
    }
    try rig.run()
    let steps = disk.steps - before
    disk.fail(nil)
    _ = try rig.spool.turn()
    try slices.expectEnd(of: rig, after: earlier, moment)
    #expect(try rig.jobs(.published).allSatisfy { $0.attempts == 1 }, "\(moment)")
    #expect(rig.executor.restored.count == 2, "\(moment): restored more than once")
    return steps
  }

  @Test(
    "A disk that fails at any step costs time, and no attempt",
    arguments: [
      (LateSlices.plain, Errno.noSpace, Mixture.Layout.together), (.plain, .ioError, .inboxApart),
      (.plain, .tooManyOpenFiles, .outboxApart), (.plain, .staleNFSFileHandle, .archiveApart),
      (.packedFirst, .ioError, .together), (.packedFirst, .noSpace, .archiveApart),
      (.packedLate, .ioError, .archiveApart), (.packed, .noSpace, .together),
    ])
  func faults(_ slices: LateSlices, _ code: Errno, _ layout: Mixture.Layout) throws {
    let steps = try revise(slices, layout, nil)
    #expect(steps > 60)
    // Of archives two situations share the steps.
    let isPacked = slices.isFirstPacked || slices.isLatePacked
    let start = isPacked && layout == .together ? 2 : 1
    for first in stride(from: start, through: steps, by: isPacked ? 2 : 1) {
      // A lasting fault ends later: of neighbouring steps it begins with one.
      let span: FaultTests.Span = first % 3 == 0 ? .lasting : .once
      let fault = FaultTests.Fault(code: code, span: span, layout: layout)
      try revise(slices, layout, fault, from: first)
    }
  }
}
