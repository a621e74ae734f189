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
  /// Inboxes that are no longer configured, and that archives came through whose files are still
  /// being taken.
  var retired: [Inbox] = []
  var book: RecipeBook
  var desks: [String: InboxDesk] = [:]
  var watches: [String: ChangeEvents] = [:]
  var lastLook: [String: Double] = [:]
  var lookWanted: Set<String> = []
  /// Inboxes that could not be read at the last look.
  package internal(set) var unavailable: Set<String> = []
  var refusals: Set<String> = []
  /// What was left alone at the last look into an inbox, so that each is told of once.
  var refused: [String: Set<FilePath>] = [:]
  /// How long the last look into an inbox took, in seconds.
  var lookCost: [String: Double] = [:]
  /// Folders of an inbox that the last look found.
  var knownFolders: [String: Set<FilePath>] = [:]
  /// Inboxes that another file system was mounted on when they were looked into last.
  var mounted: Set<String> = []
  /// Archives that were unpacked, by job, whose files are not all decided upon.
  var drops: [String: OpenDrop] = [:]
  /// Whether a turn left scans to take to the next one.
  var hasMoreToTake = false
  var probeCount = 0
  var probes: [String: ProbeTask] = [:]
  /// What originals of published jobs say, by job, while files of their series that came late wait.
  var recollections: [String: Recollection] = [:]
  /// Whether originals may lie about that were taken out of archives to be read.
  var holdsRecalled = true
  /// Jobs with an instance that came before with other content, until a worker compared the two.
  var comparisons: [String: Comparison] = [:]
  var running: [String: RunningJob] = [:]
  /// What workers said and was not yet taken in, the oldest first.
  var unheard: [WorkerNews] = []
  /// Results that were made, by job, and that no disk took yet.
  var results: [String: UnpublishedResult] = [:]
  /// Whether folders and ledger were made to agree since the start.
  var hasRecovered = false
  /// Whether a turn was cut off: memory, ledger and folders may disagree.
  package internal(set) var isAstray = true
  var isStopping = false
  var isLow = false
  /// Whether something was claimed or published since the disk failed.
  var hasGoneOn = false
  /// Whether a scan or a job waits for space on a disk.
  var lacksRoom = false
  /// Since when there is too little space, on the forward clock.
  var lowSince = 0.0
  /// Nothing that needs the disk is begun before this moment.
  var pausedUntil = 0.0
  /// Jobs whose originals the disk did not let come to rest.
  package internal(set) var unrested: Set<String> = []
  let isOnce: Bool
  /// Measures what there is for all jobs.
  let machine: @Sendable () -> MachineMemory
  var memory = MemoryBudget()
  /// The recipe that was read last, and what it was read from.
  var lastRecipe: (body: String, recipe: Recipe)?

  /// Asked between one thing and the next: nothing more is begun once it says yes.
  public var isAskedToStop: () -> Bool = { false }

  /// How many jobs failed since the start.
  public internal(set) var failures = 0
  /// How many jobs came to rest since the start, by state.
  public internal(set) var finished: [JobState: Int] = [:]

  /// Creates a spool; nothing is touched before `recover` or the first turn.
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
  ///   - machine: Measures the memory that there is for all jobs.
  public init(
    settings: Settings, disk: any FileSystem, ledger: JobLedger, executor: any Executor,
    clock: any SpoolClock, log: Logger, version: String, commit: String, isOnce: Bool = false,
    machine: @escaping @Sendable () -> MachineMemory = { .unknown }
  ) {
    self.settings = settings
    book = settings.book
    self.disk = disk
    self.ledger = ledger
    self.executor = executor
    self.clock = clock
    self.version = version
    self.isOnce = isOnce
    self.machine = machine
    folders = StateFolders(root: FilePath(settings.state))
    publisher = Publisher(disk: disk, version: version, commit: commit)
    chronicle = Chronicle(
      ledger: ledger, clock: clock, log: log, names: settings.log.names ? .shown : .hidden())
    openDesks()
  }

  // MARK: The turn

  /// Does everything that is due.
  ///
  /// A disk that is full, read-only, broken or away, under the ledger too, ends nothing: nothing
  /// more is taken on, what is in hand is kept, and all goes on when it serves again.
  ///
  /// - Returns: After how many seconds something may be due again by itself; at most 1.
  /// - Throws: `FileError` when the state folder can never be used, `DatabaseError` when the ledger
  ///   is damaged.
  public func turn() throws -> Double {
    do {
      if isAstray {
        if isDiskAtRest { return min(1, pausedUntil - clock.monotonic) }
        let isFirst = !hasRecovered
        try findBack()
        // Ready is said before work begins: who stops the daemon at that word stops no worker.
        if isFirst { return 0 }
      }
      try moveOn()
      return waitingTime
    } catch {
      try endure(error)
      return 1
    }
  }

  private func moveOn() throws {
    try obeyRequests()
    try hearWorkers()
    if isStopping { return }
    try lookIntoInboxes()
    startComparisons()
    startRecollections()
    startProbes()
    try tidyUp()
    lacksRoom = false
    try dismissExpired()
    try takeScans()
    try startJobs()
    try closeDrops()
    try noteRelief()
  }

  /// Starts nothing new from now on.
  public func stop() { isStopping = true }

  /// Whether no worker is at anything.
  public var isIdle: Bool {
    running.isEmpty && probes.isEmpty && !recollections.values.contains(where: \.isOpen)
      && comparisons.values.allSatisfy { $0.task == nil }
  }

  /// Whether everything that was there has come to rest.
  public func isDone() throws -> Bool {
    // Who asked for what is there now shall not wait for a person to make room.
    let isWeary = isOnce && isLow && clock.monotonic - lowSince >= 60
    if isAstray { return isWeary }
    let isAtWork = try ledger.read { try $0.jobs(in: [.waiting, .running]) }
      .contains { !isDropPutOff($0.id) }
    if !isIdle || isAtWork { return false }
    if isWeary { return true }
    guard try ledger.read({ try $0.jobs(in: [.queued], limit: 1) }).isEmpty else { return false }
    return desks.allSatisfy { $0.value.isAtRest && hasLooked($0.key) }
  }

  /// Whether something waits for its surroundings: for space, or for a disk that works again.
  public func isPutOff() throws -> Bool {
    let waiting = try ledger.read { try $0.jobs(in: [.deferred, .waiting, .queued], limit: 1) }
    return !waiting.isEmpty || isAstray || !unrested.isEmpty || !unavailable.isEmpty
      || !desks.values.allSatisfy(\.isAtRest)
  }

  /// Whether the inbox was looked into since anything is known to have changed in it.
  private func hasLooked(_ inbox: String) -> Bool {
    unavailable.contains(inbox) || lastLook[inbox] != nil && !lookWanted.contains(inbox)
  }

  private var waitingTime: Double {
    let now = clock.monotonic
    var wait = 1.0
    if hasMoreToTake { return 0 }
    for inbox in inboxesAtWork {
      guard let desk = desks[inbox.name] else { continue }
      if lookWanted.contains(inbox.name) { wait = min(wait, 0.1) }
      if let deadline = desk.nextDeadline(at: now) { wait = min(wait, deadline - now) }
    }
    return max(0.02, wait)
  }

  /// How many inboxes are in force.
  public var inboxCount: Int { settings.inboxes.count }

  /// The descriptors whose readiness is a reason for a turn: while a look is wanted anyway, more
  /// news is none.
  public var watchDescriptors: [Int32] {
    watches.filter { !lookWanted.contains($0.key) }.map(\.value.descriptor)
  }
}
