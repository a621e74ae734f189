import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import ServiceLifecycle
import Spool
import Synchronization
import SystemPackage
import UnixSignals
import Worker

/// Owns the spool's thread for the length of a run.
final class SpoolService: Service {
  let loop = SpoolLoop()
  private let settings: Settings
  private let isOnce: Bool
  private let version: String
  private let commit: String
  private let log: Logger
  private let result = Mutex(Daemon.Outcome(failures: 0, published: 0, isPutOff: false))

  init(settings: Settings, isOnce: Bool, version: String, commit: String, log: Logger) {
    self.settings = settings
    self.isOnce = isOnce
    self.version = version
    self.commit = commit
    self.log = log
  }

  var outcome: Daemon.Outcome { result.withLock { $0 } }

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { [self] in
          continuation.resume(with: Result { try serve() })
        }
        thread.name = "spool"
        thread.stackSize = 8 << 20
        thread.start()
      }
    } onGracefulShutdown: { [loop] in
      loop.stop()
    }
  }

  private var workerCount: Int {
    switch settings.workers {
    case .auto: ProcessInfo.processInfo.activeProcessorCount
    case .count(let count): count
    }
  }

  private func serve() throws {
    let notifier = SystemdNotifier()
    // A large scan on a slow share takes longer than the watchdog is patient.
    let disk = RealFileSystem(
      onBlock: { notifier.feedWatchdog() }, isInterrupted: { [loop] in loop.isOutOfTime })
    let folders = StateFolders(root: FilePath(settings.state))
    let lock: StateLock
    let ledger: JobLedger
    do {
      try disk.makeFolder(folders.root)
      lock = try StateLock(path: folders.lock)
    } catch let error as FileError {
      throw Daemon.StartFailure(
        description: "the state folder \(folders.root) cannot be used: \(error)", kind: .unusable)
    } catch let refusal as StateLock.Refusal {
      throw Daemon.StartFailure(description: refusal.description, kind: .temporary)
    }
    ledger = try openLedger(folders, disk, notifier)
    try turn(disk, ledger, notifier)
    withExtendedLifetime(lock) {}
  }

  /// Opens the ledger; waits for a disk that is full or away, unless told to do what is there now
  /// and no more.
  private func openLedger(
    _ folders: StateFolders, _ disk: RealFileSystem, _ notifier: SystemdNotifier
  ) throws(Daemon.StartFailure) -> JobLedger {
    var isTold = false
    while true {
      do throws(Daemon.StartFailure) {
        return try RestoradDaemon.openLedger(folders, disk, log)
      } catch {
        guard error.kind == .temporary, !isOnce, !loop.isStopping else { throw error }
        if !isTold { log.event(.spoolLow, .warning, "\(error); it is waited for") }
        isTold = true
        notifier.feedWatchdog()
        loop.wakeUp.wait(seconds: 5, others: [])
      }
    }
  }

  /// What workers are started from, as is said once.
  private func chosenProgram() -> WorkerProgram {
    let program = WorkerProgram(version: version, commit: commit) { [log] reason in
      log.event(.workerLevel, .warning, reason)
    }
    let level = program.settle()
    let machine = InstructionLevel.machine
    log.event(
      .workerLevel, .info, "workers are built for \(level); this machine runs \(machine)",
      ["built_for": .text("\(level)"), "machine": .text("\(machine)")])
    return program
  }

  private func turn(
    _ disk: RealFileSystem, _ ledger: JobLedger, _ notifier: SystemdNotifier
  ) throws {
    let workers = workerCount
    let executor = LocalExecutor(
      program: chosenProgram(), jobs: workers,
      wake: { [loop] in loop.wakeUp.ring() })
    defer { executor.shutDown() }
    let spool = Spool(
      settings: settings, disk: disk, ledger: ledger, executor: executor, clock: SystemClock(),
      log: log, version: version, commit: commit, isOnce: isOnce,
      machine: { MachineMemory.read(from: disk) })
    log.event(
      .configLoaded, .info, "the configuration is in force",
      ["inboxes": .integer(settings.inboxes.count), "workers": .integer(workers)])
    let jail = JailSupport()
    log.event(
      .workerJail, jail.isWhole ? .info : .warning, "each job is jailed: \(jail.description)",
      ["landlock": .integer(jail.landlock), "seccomp": .flag(jail.filtersCalls)])
    if settings.http != nil {
      log.event(.configLoaded, .warning, "this version serves no status page; http is ignored")
    }
    do {
      try loop.run(spool, isOnce: isOnce, notifier: notifier, log: log)
    } catch let error as FileError {
      // Only one that no waiting mends comes through, from making the folders ready at the start.
      throw Daemon.StartFailure(
        description: "the state folder cannot be made ready: \(error) "
          + "(\(error.path))", kind: .unusable)
    }
    let isPutOff: Bool
    do { isPutOff = try spool.isPutOff() } catch is LedgerOutage { isPutOff = true }
    result.withLock {
      $0 = Daemon.Outcome(
        failures: spool.failures, published: spool.finished[.published] ?? 0, isPutOff: isPutOff)
    }
  }
}

/// Reads the configuration again at SIGHUP; a bad one is refused whole.
///
/// The SIGHUP of a terminal that is gone stops the daemon instead.
struct ReloadService: Service {
  let loop: SpoolLoop
  let log: Logger
  let started: Settings
  let loadSettings: @Sendable () throws -> Settings

  func run() async throws {
    let notifier = SystemdNotifier()
    let hadTerminal = isatty(STDERR_FILENO) == 1
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      if hadTerminal && isatty(STDERR_FILENO) == 0 {
        // The window was closed: nobody wants a daemon that goes on unseen.
        loop.stop()
        continue
      }
      notifier.reloading()
      do {
        let settings = try loadSettings()
        loop.reload(settings)
        log.event(.configLoaded, .notice, "the configuration was read again")
        noteDeferred(settings)
      } catch {
        log.event(
          .configRefused, .error, "the running configuration stays in force: \(error)")
        notifier.ready(status: "running on the configuration before the last, refused one")
      }
    }
  }

  /// What a running daemon cannot change is said, not passed over.
  private func noteDeferred(_ settings: Settings) {
    let changes = [
      ("state", settings.state != started.state), ("workers", settings.workers != started.workers),
      ("log", settings.log != started.log), ("http", settings.http != started.http),
    ]
    let names = changes.filter(\.1).map(\.0)
    if names.isEmpty { return }
    log.event(
      .configLoaded, .warning,
      "\(names.joined(separator: ", ")) takes effect at the next start of the daemon")
  }
}
