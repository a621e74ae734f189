import Disk
import EventLog
import JobLedger
import Logging

extension Spool {
  /// Whether the disk failed a moment ago, or nothing more may be begun.
  var isPaused: Bool { isDiskAtRest || isAskedToStop() }

  /// Whether the disk failed a moment ago.
  var isDiskAtRest: Bool { clock.monotonic < pausedUntil }

  /// Lets the disk be for a while after it failed; it may be full, or away.
  func pause(_ reason: String) {
    pausedUntil = clock.monotonic + 5
    noteLow(reason)
  }

  /// Says once that nothing more is taken on; said again only after all went on.
  func noteLow(_ reason: String) {
    if isLow { return }
    isLow = true
    hasGoneOn = false
    lowSince = clock.monotonic
    log.event(.spoolLow, .warning, "nothing more is taken on for now: \(reason)")
  }

  /// Says when nothing is left undone that the disk did not allow.
  func noteRelief() throws {
    guard isLow, !isDiskAtRest, !lacksRoom, unrested.isEmpty else { return }
    let arrears = try ledger.read { try $0.jobs(in: [.waiting, .deferred], limit: 1) }
    guard arrears.isEmpty else { return }
    // A file that was put back settles anew before it can fail again: only what went through, or
    // nothing that could, says that the disk serves.
    guard hasGoneOn || probes.isEmpty && desks.values.allSatisfy(\.isIdle) else { return }
    isLow = false
    log.event(.spoolRecovered, .notice, "the disk serves again, and all that waited for it goes on")
  }

  /// Takes an error of the surroundings as a reason to wait; throws any other.
  ///
  /// A turn that was cut off in the middle may have left memory, ledger and folders apart, so the
  /// next one begins by finding its way back.
  func endure(_ error: any Error) throws {
    switch error {
    case is Interruption: break
    case let failure as FileError where failure.isInterruption: break
    case let outage as LedgerOutage: pause("the ledger cannot be used: \(outage)")
    case let failure as FileError where failure.isEnvironment:
      pause("the disk fails: \(failure)")
    default: throw error
    }
    isAstray = true
  }

  /// Makes memory, ledger and folders agree after a turn that was cut off, without disturbing the
  /// workers: what they have said is not lost, and is heard again.
  ///
  /// A write that failed may have reached the disk after all, so the ledger is what counts.
  func findBack() throws {
    guard hasRecovered else { return try recover() }
    for (id, job) in running {
      let known = try ledger.read { try $0.job(id) }
      if known?.state == .running && known?.attempts == job.record.attempts { continue }
      running[id] = nil
      executor.cancel(id)
    }
    drops = try drops.filter { id, _ in try ledger.read { try $0.job(id)?.state } == .running }
    for var job in try ledger.read({ try $0.jobs(in: [.running]) }) where running[job.id] == nil {
      if try drops[job.id] != nil || resumeDrop(job) { continue }
      // It was noted as running, and no worker was started: that is no attempt.
      if try adoptResult(of: job) { continue }
      job.attempts -= 1
      try queue(job)
    }
    try recoverFolders()
    isAstray = false
  }
}
