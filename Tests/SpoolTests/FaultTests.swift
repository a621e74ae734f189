import Disk
import EventLog
import Foundation
import JobLedger
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// The disk fails at every single step of a run, once or for a while.
@Suite("Disk faults")
struct FaultTests {
  /// A way in which a disk fails.
  struct Fault: Sendable, CustomStringConvertible {
    var code: Errno
    var span: Span
    var layout: Mixture.Layout

    var description: String { "\(code) \(span) \(layout)" }

    /// A full or read-only disk can still be read; one that is broken or away cannot.
    private var sparesReading: Bool {
      [.noSpace, .diskQuotaExceeded, .readOnlyFileSystem].contains(code)
    }

    /// Whether a step is one that fails while the cause lasts.
    func hits(_ step: MemoryFileSystem.Step) -> Bool {
      // Where folders lie on disks of their own, one of them fails and the others do not.
      step.device == layout.device && (step.isChange || !sparesReading)
    }
  }

  enum Span: Sendable, CaseIterable {
    /// One step fails.
    case once
    /// From one step on everything fails, for longer than a job is deferred.
    case lasting
  }

  static let codes: [Errno] = [
    .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .ioError, .tooManyOpenFiles,
    .tooManyOpenFilesInSystem, .staleNFSFileHandle,
  ]

  static let faults = codes.flatMap { code in
    Mixture.Layout.allCases.flatMap { layout in
      Span.allCases.map { Fault(code: code, span: $0, layout: layout) }
    }
  }

  /// A fault on its way through a run.
  final class Trouble: Sendable {
    private let fault: Fault
    private let first: Int
    private let clock: HandClock
    private let until = Mutex<Double?>(nil)

    /// Seconds that a lasting fault lasts: longer than a job is deferred.
    static let length = 40.0

    init(_ fault: Fault, from first: Int, clock: HandClock) {
      self.fault = fault
      self.first = first
      self.clock = clock
    }

    /// When the cause of a lasting fault ends; nil before it began.
    var end: Double? { until.withLock { $0 } }

    /// Whether it has come and gone, or never comes while there is work.
    var isOver: Bool {
      fault.span == .once || clock.monotonic >= (end ?? HandClock.beginning + 25)
    }

    func code(at step: MemoryFileSystem.Step) -> Errno? {
      guard step.number >= first, fault.span == .lasting || step.number == first else { return nil }
      if fault.span == .once { return fault.code }
      guard fault.hits(step) else { return nil }
      let now = clock.monotonic
      let end = until.withLock { end in
        if end == nil { end = now + Self.length }
        return end ?? now
      }
      guard now < end else { return nil }
      return fault.code
    }
  }

  /// Runs a mixture on a disk that fails from one step on, and holds the end against the promises.
  ///
  /// - Returns: How many steps it took.
  @discardableResult
  func run(_ mixture: Mixture, _ fault: Fault?, at first: Int = 0, _ layout: Mixture.Layout)
    throws -> Int
  {
    let moment = fault.map { "\($0) from step \(first)" } ?? "undisturbed"
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    mixture.drop(into: disk)
    let rig = try Rig(disk: disk)
    let trouble = fault.map { Trouble($0, from: first, clock: rig.clock) }
    if let trouble { disk.failSteps { trouble.code(at: $0) } }
    try rig.start()
    while trouble?.isOver == false { rig.clock.advance(max(0.5, try rig.spool.turn())) }
    try rig.run()
    if let end = trouble?.end {
      #expect(rig.clock.monotonic - end <= 60, "\(moment): it went on too late")
      let told = rig.events.count(.spoolLow) + rig.events.count(.inboxUnavailable)
      // An outbox that fails once all is published is nobody's loss: only looks at it fail then,
      // and the tidying of an empty folder.
      let begun = rig.clock.now.timeIntervalSince1970 - (rig.clock.monotonic - end) - Trouble.length
      let wasDone = try rig.jobs(.published).allSatisfy {
        $0.finishedAt ?? begun + 1 <= begun + 0.001
      }
      #expect(told > 0 || layout == .outboxApart && wasDone, "\(moment): nothing was said")
    }
    disk.fail(nil)
    _ = try rig.spool.turn()
    try mixture.expectEnd(of: rig, moment)
    let attempts = try rig.jobs(.published).map(\.attempts)
    #expect(attempts.allSatisfy { $0 == 1 }, "\(moment) used an attempt: \(attempts)")
    let restored = rig.executor.restored
    #expect(Set(restored).count == restored.count, "\(moment): something was restored twice")
    #expect(rig.events.count(.spoolLow) <= 1, "\(moment): it was said more than once")
    let ends = rig.events.count(.spoolRecovered)
    #expect(ends >= rig.events.count(.spoolLow), "\(moment): no end was told")
    return disk.steps
  }

  /// A disk that can still be read, and one that cannot: the other causes end as one of them does.
  private static let kinds: [Errno] = [.noSpace, .ioError]

  @Test("A disk that fails in any way at any step of a small run", arguments: faults)
  func everyFault(_ fault: Fault) throws {
    let steps = try run(.small, nil, fault.layout)
    // Each step meets both kinds, and one of the other causes, which take turns.
    let others = Self.codes.filter { !Self.kinds.contains($0) }
    let turn = others.firstIndex(of: fault.code)
    for first in 1...steps where turn == nil || first % others.count == turn {
      try run(.small, fault, at: first, fault.layout)
    }
  }

  @Test("A disk that fails at any step of a large run", arguments: faults)
  func everyStep(_ fault: Fault) throws {
    let steps = try run(.big, nil, fault.layout)
    // Causes take turns, and so do spans and layouts, by halves: each step meets four of these
    // eight, each under one cause. The small run meets them all.
    let turn = Self.codes.firstIndex(of: fault.code) ?? 0
    let layout = Mixture.Layout.allCases.firstIndex(of: fault.layout) ?? 0
    let half = (layout + (fault.span == .once ? 0 : 1)) % 2
    let count = Self.codes.count
    for first in stride(from: 1 + turn + half * count, through: steps, by: 2 * count) {
      try run(.big, fault, at: first, fault.layout)
    }
  }
}
