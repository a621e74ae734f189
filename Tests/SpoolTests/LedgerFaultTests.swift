import EventLog
import JobLedger
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// The ledger's disk is full, broken or away, at every single transaction of a run.
@Suite("Ledger faults")
struct LedgerFaultTests {
  enum Fault: Sendable, CaseIterable {
    /// One transaction is refused.
    case refused
    /// One transaction is committed, and it is said that it was not.
    case committedUnsaid
    /// From one transaction on nothing can be written, for 90 seconds.
    case full
    /// From one transaction on nothing can be read or written, for 90 seconds.
    case away
  }

  /// A ledger that fails from its n-th transaction on.
  private final class Gate: Sendable {
    private let fault: Fault?
    private let first: Int
    private let clock: HandClock
    private let state = Mutex((count: 0, until: nil as Double?))

    init(_ fault: Fault?, from first: Int, _ clock: HandClock) {
      self.fault = fault
      self.first = first
      self.clock = clock
    }

    var count: Int { state.withLock { $0.count } }
    var end: Double? { state.withLock { $0.until } }

    func pass(_ moment: JobLedger.Moment) throws {
      let fails = state.withLock { state in
        if moment == .writing { state.count += 1 }
        switch fault {
        case nil: return false
        case .refused: return moment == .writing && state.count == first
        case .committedUnsaid: return moment == .committed && state.count == first
        case .full, .away:
          guard state.count >= first, fault == .away || moment == .writing else { return false }
          let end = state.until ?? clock.monotonic + 90
          state.until = end
          return clock.monotonic < end
        }
      }
      if fails { throw LedgerOutage("database or disk is full") }
    }
  }

  @discardableResult
  private func run(_ mixture: Mixture, _ fault: Fault?, at first: Int) throws -> Int {
    let moment = fault.map { "\($0) at transaction \(first)" } ?? "undisturbed"
    let disk = MemoryFileSystem()
    mixture.drop(into: disk)
    let clock = HandClock()
    let gate = Gate(fault, from: first, clock)
    let rig = try Rig(disk: disk, ledger: try JobLedger.inMemory(gate: gate.pass), clock: clock)
    try rig.start()
    try rig.turn(seconds: 12)
    while let end = gate.end, clock.monotonic < end { try rig.turn(seconds: 2) }
    try rig.run()
    if let end = gate.end {
      #expect(clock.monotonic - end <= 60, "\(moment): it went on too late")
      #expect(rig.events.count(.spoolLow) == 1, "\(moment)")
    }
    let count = gate.count
    try mixture.expectEnd(of: rig, moment)
    let attempts = try rig.jobs(.published).map(\.attempts)
    #expect(attempts.allSatisfy { $0 == 1 }, "\(moment) used an attempt: \(attempts)")
    let restored = rig.executor.restored
    #expect(Set(restored).count == restored.count, "\(moment): something was restored twice")
    return count
  }

  @Test(
    "A ledger that fails at any transaction loses nothing, costs no attempt and ends nothing",
    arguments: Fault.allCases)
  func anywhere(_ fault: Fault) throws {
    let count = try run(.big, nil, at: 0)
    #expect(count > 20)
    for first in 1...count { try run(.big, fault, at: first) }
  }

  @Test("What a worker made while the ledger is full is published when it is not, and made once")
  func resultWaits() throws {
    let isFull = Mutex(false)
    let ledger = try JobLedger.inMemory { moment in
      if moment == .writing, isFull.withLock({ $0 }) { throw LedgerOutage("disk is full") }
    }
    let rig = try Rig(ledger: ledger)
    try rig.start()
    rig.drop(PaperScan.volume("slow", ["note": "slow"]), "slow.nii")
    try rig.turn(seconds: 6)
    #expect(try rig.counts() == [.running: 1])
    isFull.withLock { $0 = true }
    rig.drop(PaperScan.volume("next"), "next.nii")
    rig.executor.finishSlow()
    try rig.turn(seconds: 120)
    #expect(try rig.counts() == [.running: 1])
    #expect(rig.places(of: PaperScan.volume("next")) == ["inbox"])
    #expect(rig.events.count(.spoolLow) == 1)
    isFull.withLock { $0 = false }
    try rig.turn(seconds: 20)
    #expect(try rig.jobs(.published).map(\.attempts) == [1, 1])
    #expect(rig.executor.restored.count == 2)
    #expect(rig.events.count(.spoolRecovered) == 1)
  }

  @Test("Who asked for what is there now does not wait for the ledger for ever")
  func once() throws {
    let ledger = try JobLedger.inMemory { if $0 == .writing { throw LedgerOutage("full") } }
    let rig = try Rig(ledger: ledger, isOnce: true)
    rig.drop(PaperScan.volume("head"), "head.nii")
    try rig.start()
    try rig.turn(seconds: 30)
    #expect(try !rig.spool.isDone())
    try rig.turn(seconds: 60)
    #expect(try rig.spool.isDone())
    #expect(try rig.spool.isPutOff())
    #expect(rig.places(of: PaperScan.volume("head")) == ["inbox"])
  }
}
