import Configuration
import Disk
import JobLedger
import RestoradTestSupport
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// Power fails and processes die before and after every step of a run, and every transaction.
///
/// The ledger's commits are durable when they return (`JobLedgerTests` sees to that), so each clone
/// of the disk comes with the transactions that were committed by then.
@Suite("Crashes")
struct CrashTests {
  /// What was going on, and what a crash leaves of it.
  struct Situation: Sendable, CustomStringConvertible {
    var layout: Mixture.Layout = .together
    var originals: Inbox.Originals = .archive
    var leaves: Leaves = .chance

    var description: String { "\(layout), originals: \(originals), \(leaves)" }

    var settings: Settings { Rig.settings { $0.originals = originals } }
  }

  /// What a crash leaves of the writes that no sync has reached.
  enum Leaves: Sendable, CaseIterable {
    case all
    case nothing
    case chance
  }

  static let situations: [Situation] = {
    var all = Mixture.Layout.allCases.flatMap { layout in
      Leaves.allCases.map { Situation(layout: layout, leaves: $0) }
    }
    for originals in [Inbox.Originals.delete, .leave] {
      for leaves in [Leaves.chance, .nothing] {
        all.append(Situation(originals: originals, leaves: leaves))
      }
    }
    return all
  }()

  /// A source of chance that differs from clone to clone and is the same in every run.
  final class Dice: Sendable {
    private let state: Mutex<SplitMix64>
    private let rolled = Mutex(0)

    init(_ seed: UInt64) { state = Mutex(SplitMix64(seed: seed)) }

    /// How many clones were made.
    var count: Int { rolled.withLock { $0 } }

    func roll(_ range: Range<Int>) -> Int { state.withLock { Int.random(in: range, using: &$0) } }

    func crash(_ disk: MemoryFileSystem, _ leaves: Leaves) -> MemoryFileSystem {
      rolled.withLock { $0 += 1 }
      return switch leaves {
      case .all: disk.crashed(.kill)
      case .nothing: disk.crashed(.power)
      case .chance: state.withLock { disk.crashed(using: &$0) }
      }
    }
  }

  /// Runs a mixture and calls `visit` at each moment at which power may fail: before each step of
  /// the disk, and on both sides of each commit.
  static func run(
    _ mixture: Mixture, _ situation: Situation, faultAt fault: Int? = nil,
    visit: @escaping @Sendable (MemoryFileSystem, JobLedger, Int) -> Void
  ) throws {
    let disk = MemoryFileSystem()
    situation.layout.apply(to: disk)
    mixture.drop(into: disk)
    let box = Box()
    let ledger = try JobLedger.inMemory { moment in
      if moment != .reading, let ledger = box.ledger { visit(disk, ledger, disk.steps) }
    }
    let rig = try Rig(disk: disk, ledger: ledger, settings: situation.settings)
    box.ledger = ledger
    disk.watch { step, _ in visit(disk, ledger, step) }
    disk.fail { $0 == fault ? .ioError : nil }
    try rig.start()
    try rig.run()
    box.ledger = nil
    disk.watch(nil)
    disk.fail(nil)
    try mixture.expectEnd(of: rig, originals: situation.originals, "undisturbed")
  }

  /// The ledger that its own gate looks at.
  private final class Box: Sendable {
    private let held = Mutex<JobLedger?>(nil)
    var ledger: JobLedger? {
      get { held.withLock { $0 } }
      set { held.withLock { $0 = newValue } }
    }
  }

  /// Holds a clone against the promises: at once, after the start, and at the end.
  static func check(
    _ disk: MemoryFileSystem, _ ledger: JobLedger, _ mixture: Mixture, _ situation: Situation,
    _ moment: String
  ) throws {
    let originals = situation.originals
    mixture.expectNothingLost(on: disk, originals: originals, moment)
    _ = try Outbox.verified(on: disk)
    let rig = try Rig(
      disk: disk, ledger: ledger, clock: HandClock(5000), settings: situation.settings)
    try rig.start()
    mixture.expectNothingLost(on: disk, originals: originals, moment + ", recovered")
    _ = try Outbox.verified(on: disk)
    try rig.run()
    try mixture.expectEnd(of: rig, originals: originals, moment)
  }

  @Test(
    "A crash at any moment loses nothing, shows nothing half done and publishes everything once",
    arguments: situations)
  func anywhere(_ situation: Situation) throws {
    let dice = Dice(1)
    // Each situation begins with another moment, so that together they leave none out.
    let turn = Self.situations.firstIndex { "\($0)" == "\(situation)" } ?? 0
    let visits = Mutex(turn)
    try Self.run(.big, situation) { disk, ledger, step in
      // The layouts and policies take turns; what chance does is tried oftener.
      let visit = visits.withLock { count in
        count += 1
        return count
      }
      guard visit % (situation.leaves == .chance ? 3 : 6) == 0 else { return }
      #expect(throws: Never.self) {
        try Self.check(
          dice.crash(disk, situation.leaves), ledger.copyInMemory(), .big, situation,
          "after \(situation) at step \(step), clone \(dice.count)")
      }
    }
    #expect(dice.count > 50)
  }

  @Test(
    "Chance may take whatever was not synced",
    arguments: [1, 2].flatMap { seed in
      Mixture.Layout.allCases.map { (seed, Situation(layout: $0)) }
    })
  func byChance(_ seed: Int, _ situation: Situation) throws {
    let dice = Dice(UInt64(100 + seed))
    try Self.run(.small, situation) { disk, ledger, step in
      #expect(throws: Never.self) {
        try Self.check(
          dice.crash(disk, .chance), ledger.copyInMemory(), .small, situation,
          "after \(situation) at step \(step), seed \(seed), clone \(dice.count)")
      }
    }
    #expect(dice.count > 100)
  }

  @Test(
    "A crash while the last one is being recovered from, and one after a fault",
    arguments: Mixture.Layout.allCases)
  func twice(_ layout: Mixture.Layout) throws {
    let situation = Situation(layout: layout)
    let dice = Dice(7)
    try Self.run(.small, situation) { disk, ledger, step in
      #expect(throws: Never.self) {
        let first = dice.crash(disk, .chance)
        let copy = try ledger.copyInMemory()
        let later = try Self.crashAgain(first, copy, dice, situation)
        try Self.check(
          later.disk, later.ledger, .small, situation,
          "after two crashes, the first at step \(step), clone \(dice.count)")
      }
    }
    for fault in stride(from: 3, to: 100, by: 7) {
      let moment = dice.roll(fault..<160)
      try Self.run(.small, situation, faultAt: fault) { disk, ledger, step in
        guard step == moment else { return }
        #expect(throws: Never.self) {
          try Self.check(
            dice.crash(disk, .chance), ledger.copyInMemory(), .small, situation,
            "after a fault at step \(fault) and a crash at step \(step)")
        }
      }
    }
    #expect(dice.count > 200)
  }

  /// Starts on a clone and has power fail again a few steps later.
  private static func crashAgain(
    _ disk: MemoryFileSystem, _ ledger: JobLedger, _ dice: Dice, _ situation: Situation
  ) throws -> (disk: MemoryFileSystem, ledger: JobLedger) {
    let clone = Mutex<(disk: MemoryFileSystem, ledger: JobLedger)?>(nil)
    let moment = dice.roll(1..<60)
    disk.watch { step, _ in
      guard step == moment, let copy = try? ledger.copyInMemory() else { return }
      clone.withLock { $0 = (dice.crash(disk, .chance), copy) }
    }
    let rig = try Rig(
      disk: disk, ledger: ledger, clock: HandClock(3000), settings: situation.settings)
    try rig.start()
    while clone.withLock({ $0 == nil }), rig.clock.monotonic < 3030 { try rig.turn(seconds: 1) }
    disk.watch(nil)
    if let clone = clone.withLock({ $0 }) { return clone }
    return (dice.crash(disk, .chance), try ledger.copyInMemory())
  }
}
