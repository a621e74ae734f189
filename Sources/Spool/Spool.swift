public import Configuration
public import Disk
import EventLog
import Foundation
import InboxWatch
public import JobLedger
public import Logging
import Recipes
import ScanModel
import SystemPackage
import Worker

/// The states of all jobs and what moves them: the core of the daemon.
///
/// One thread owns it and calls `turn` whenever something may have happened. It waits for nothing:
/// time comes from `SpoolClock`, the disk is a `FileSystem`, workers stand behind `Executor`. At
/// every line power may fail: the folders then say what exists and the ledger what was meant, and
/// `recover` makes the two agree.
public final class Spool {
  let disk: any FileSystem
  let ledger: JobLedger
  let executor: any Executor
  let clock: any SpoolClock
  let folders: StateFolders
  let publisher: Publisher
  let chronicle: Chronicle
  let version: String
  var log: Logger { chronicle.log }

  var settings: Settings
  var book: RecipeBook
  var desks: [String: InboxDesk] = [:]
  var watches: [String: ChangeEvents] = [:]
  var lastLook: [String: Double] = [:]
  var lookWanted: Set<String> = []
  /// Inboxes that could not be read at the last look.
  package internal(set) var unavailable: Set<String> = []
  var refusals: Set<String> = []
  var probeCount = 0
  var probes: [String: ProbeTask] = [:]
  var running: [String: RunningJob] = [:]
  var summaries: [String: RestoreSummary] = [:]
  var isStopping = false
  var isLow = false
  /// Since when there is too little space, on the forward clock.
  var lowSince = 0.0
  /// Nothing that needs the disk is begun before this moment.
  var pausedUntil = 0.0
  /// Jobs whose originals the disk did not let come to rest.
  package internal(set) var unrested: Set<String> = []
  let isOnce: Bool

  /// How many jobs failed since the start.
  public internal(set) var failures = 0
  /// How many jobs came to rest since the start, by state.
  public internal(set) var finished: [JobState: Int] = [:]

  /// Creates a spool; nothing is touched before `recover`.
  ///
  /// - Parameters:
  ///   - settings: The configuration in force.
  ///   - disk: Everything that is touched goes through it.
  ///   - ledger: Knows every job.
  ///   - executor: Starts the workers.
  ///   - clock: Tells the time.
  ///   - log: Hears what happens.
  ///   - version: Restorad's version, part of the identity of what is made.
  ///   - commit: What it was built from.
  ///   - isOnce: Whether to take in what is there now and no more: an incomplete file is then
  ///     waited for only a moment.
  public init(
    settings: Settings, disk: any FileSystem, ledger: JobLedger, executor: any Executor,
    clock: any SpoolClock, log: Logger, version: String, commit: String, isOnce: Bool = false
  ) {
    self.settings = settings
    book = settings.book
    self.disk = disk
    self.ledger = ledger
    self.executor = executor
    self.clock = clock
    self.version = version
    self.isOnce = isOnce
    folders = StateFolders(root: FilePath(settings.state))
    publisher = Publisher(disk: disk, version: version, commit: commit)
    chronicle = Chronicle(
      ledger: ledger, clock: clock, log: log, names: settings.log.names ? .shown : .hidden())
    openDesks()
  }

  /// Takes a new configuration: running jobs keep their recipe, a removed inbox finishes what it
  /// has.
  public func reload(_ settings: Settings) {
    self.settings = settings
    book = settings.book
    for path in settings.inboxes.flatMap({ [$0.path, $0.outbox] }) {
      // What cannot be made is told by the next look, and by publishing.
      try? disk.makeFolder(FilePath(path))
    }
    openDesks()
  }

  private func openDesks() {
    let known = desks
    desks = [:]
    for inbox in settings.inboxes {
      let file = inbox.settle.file.seconds
      let longest = inbox.settle.longest.seconds
      let patience = InboxDesk.Patience(
        file: file, series: inbox.settle.series.seconds, longest: longest,
        incomplete: isOnce ? min(longest, 5 * file) : longest)
      if let desk = known[inbox.name], desk.patience == patience {
        desks[inbox.name] = desk
      } else {
        desks[inbox.name] = InboxDesk(patience: patience)
      }
    }
    for name in watches.keys where desks[name] == nil { watches[name] = nil }
  }

  // MARK: The turn

  /// Does everything that is due.
  ///
  /// - Returns: After how many seconds something may be due again by itself; at most 1.
  /// - Throws: `DatabaseError` when the ledger cannot be written: nothing may go on without it.
  public func turn() throws -> Double {
    try obeyRequests()
    try hearWorkers()
    if !isStopping {
      try lookIntoInboxes()
      startProbes()
      try tidyUp()
      try dismissExpired()
      try takeScans()
      try startJobs()
    }
    return waitingTime
  }

  /// Starts nothing new from now on.
  public func stop() { isStopping = true }

  /// Whether no worker is at anything.
  public var isIdle: Bool { running.isEmpty && probes.isEmpty }

  /// Whether everything that was there has come to rest.
  public func isDone() throws -> Bool {
    let open = try ledger.read { try $0.jobs(in: [.waiting, .queued, .running], limit: 1) }
    guard isIdle && open.isEmpty else { return false }
    // Who asked for what is there now shall not wait for a person to make room.
    if isOnce && isLow && clock.monotonic - lowSince >= 60 { return true }
    return desks.allSatisfy { $0.value.isAtRest && hasLooked($0.key) }
  }

  /// Whether something waits for its surroundings: for space, or for a disk that works again.
  public func isPutOff() throws -> Bool {
    let waiting = try ledger.read { try $0.jobs(in: [.deferred, .waiting], limit: 1) }
    return !waiting.isEmpty || !unrested.isEmpty || !unavailable.isEmpty
      || !desks.values.allSatisfy(\.isAtRest)
  }

  /// Whether the inbox was looked into since anything is known to have changed in it.
  private func hasLooked(_ inbox: String) -> Bool {
    unavailable.contains(inbox) || lastLook[inbox] != nil && !lookWanted.contains(inbox)
  }

  private var waitingTime: Double {
    let now = clock.monotonic
    var wait = 1.0
    for inbox in settings.inboxes {
      guard let desk = desks[inbox.name] else { continue }
      if let deadline = desk.nextDeadline(at: now) { wait = min(wait, deadline - now) }
    }
    return max(0.02, wait)
  }

  /// How many inboxes are in force.
  public var inboxCount: Int { settings.inboxes.count }

  /// The descriptors whose readiness is a reason for a turn.
  public var watchDescriptors: [Int32] { watches.values.map(\.descriptor) }
}
