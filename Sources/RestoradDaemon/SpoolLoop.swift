import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import Spool
import Synchronization

/// The thread that turns the spool.
final class SpoolLoop: Sendable {
  private struct Orders {
    /// When it was asked to stop, on the forward clock.
    var stopAt: Double?
    /// Asked a second time: nothing is waited for any more.
    var isHurried = false
    var settings: Settings?
  }

  /// Running jobs may finish for so long after a stop; then they are put back.
  private static let patienceAtStop = 20.0

  private let orders = Mutex(Orders())
  let wakeUp = WakeUp()

  func stop() {
    let now = ProcessInfo.processInfo.systemUptime
    orders.withLock { $0.stopAt = $0.stopAt ?? now }
    wakeUp.ring()
  }

  /// Puts back at once what is running.
  func hurry() {
    orders.withLock { $0.isHurried = true }
    stop()
  }

  /// Whether the daemon was told to stop.
  var isStopping: Bool { orders.withLock { $0.stopAt != nil } }

  /// When running jobs are put back, on the forward clock; nil while nobody asked to stop.
  private var deadline: Double? {
    orders.withLock { orders in
      orders.stopAt.map { orders.isHurried ? $0 : $0 + Self.patienceAtStop }
    }
  }

  /// Whether the disk is taken away from the spool, which then does what it does when a disk fails:
  /// no copy of gigabytes outlasts the patience of whoever stops the daemon.
  var isOutOfTime: Bool {
    guard let deadline else { return false }
    return ProcessInfo.processInfo.systemUptime >= deadline
  }

  func reload(_ settings: Settings) {
    orders.withLock { $0.settings = settings }
    wakeUp.ring()
  }

  /// Turns the spool until it is told to stop, or with `isOnce` until all is done.
  ///
  /// The first turn puts right what an earlier process left. A disk that fails, also under the
  /// ledger, does not come up to here: the spool waits for it and goes on.
  func run(_ spool: Spool, isOnce: Bool, notifier: SystemdNotifier, log: Logger) throws {
    // Asked between one job and the next: ten thousand to put back take longer than systemd waits.
    spool.isAskedToStop = { [self] in
      notifier.extendStart()
      return isStopping
    }
    var isReady = false
    while !isStopping {
      if let settings = orders.withLock({ orders in
        defer { orders.settings = nil }
        return orders.settings
      }) {
        spool.reload(settings)
        notifier.ready(status: watching(settings.inboxes.count))
      }
      let wait = try spool.turn()
      if !isReady && !isStopping {
        isReady = true
        spool.isAskedToStop = { [self] in isStopping }
        log.event(.daemonReady, .notice, "ready")
        notifier.ready(status: watching(spool.inboxCount))
      }
      notifier.feedWatchdog()
      if isOnce, try isDone(spool) { break }
      wakeUp.wait(seconds: wait, others: spool.watchDescriptors)
    }
    try finish(spool, notifier: notifier, log: log)
  }

  /// Whether all is done; not as long as the ledger cannot be asked.
  private func isDone(_ spool: Spool) throws -> Bool {
    do { return try spool.isDone() } catch is LedgerOutage { return false }
  }

  private func finish(_ spool: Spool, notifier: SystemdNotifier, log: Logger) throws {
    notifier.stopping()
    log.event(.daemonStopping, .notice, "stopping: running jobs may finish or are put back")
    spool.stop()
    while !spool.isIdle && !isOutOfTime {
      _ = try spool.turn()
      notifier.feedWatchdog()
      if !spool.isIdle { wakeUp.wait(seconds: 0.5, others: []) }
    }
    try spool.putRunningBack()
    let end = ProcessInfo.processInfo.systemUptime + 5
    while !spool.isIdle && ProcessInfo.processInfo.systemUptime < end {
      _ = try spool.turn()
      if !spool.isIdle { wakeUp.wait(seconds: 0.1, others: []) }
    }
  }
}

/// What the service does, for `systemctl status`.
private func watching(_ inboxes: Int) -> String {
  "watching \(inboxes) inbox\(inboxes == 1 ? "" : "es")"
}
