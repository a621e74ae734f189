import Configuration
import EventLog
import Foundation
import Logging
import Spool
import Synchronization

/// The thread that turns the spool.
final class SpoolLoop: Sendable {
  private struct Orders {
    var isStopping = false
    var settings: Settings?
  }

  /// Running jobs may finish for so long after a stop; then they are put back.
  private static let patienceAtStop = 20.0

  private let orders = Mutex(Orders())
  let wakeUp = WakeUp()

  func stop() {
    orders.withLock { $0.isStopping = true }
    wakeUp.ring()
  }

  func reload(_ settings: Settings) {
    orders.withLock { $0.settings = settings }
    wakeUp.ring()
  }

  /// Turns the spool until it is told to stop, or with `isOnce` until all is done.
  func run(_ spool: Spool, isOnce: Bool, notifier: SystemdNotifier, log: Logger) throws {
    try spool.recover()
    var isReady = false
    while !orders.withLock({ $0.isStopping }) {
      if let settings = orders.withLock({ orders in
        defer { orders.settings = nil }
        return orders.settings
      }) {
        spool.reload(settings)
        notifier.ready(status: watching(settings.inboxes.count))
      }
      let wait = try spool.turn()
      if !isReady {
        isReady = true
        log.event(.daemonReady, .notice, "ready")
        notifier.ready(status: watching(spool.inboxCount))
      }
      notifier.feedWatchdog()
      if isOnce, try spool.isDone() { break }
      wakeUp.wait(seconds: wait, others: spool.watchDescriptors)
    }
    try finish(spool, notifier: notifier, log: log)
  }

  private func finish(_ spool: Spool, notifier: SystemdNotifier, log: Logger) throws {
    notifier.stopping()
    log.event(.daemonStopping, .notice, "stopping: running jobs may finish or are put back")
    spool.stop()
    let deadline = ProcessInfo.processInfo.systemUptime + Self.patienceAtStop
    while !spool.isIdle && ProcessInfo.processInfo.systemUptime < deadline {
      _ = try spool.turn()
      notifier.feedWatchdog()
      if !spool.isIdle { wakeUp.wait(seconds: 0.5, others: []) }
    }
    try spool.putRunningBack()
    while !spool.isIdle && ProcessInfo.processInfo.systemUptime < deadline + 5 {
      _ = try spool.turn()
      if !spool.isIdle { wakeUp.wait(seconds: 0.1, others: []) }
    }
  }
}

/// What the service does, for `systemctl status`.
private func watching(_ inboxes: Int) -> String {
  "watching \(inboxes) inbox\(inboxes == 1 ? "" : "es")"
}
