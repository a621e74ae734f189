import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import Recipes
import Spool
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing
import Worker

/// A spool on a disk in memory, turned by hand.
final class Rig {
  static let inbox: FilePath = "/s/in"
  static let outbox: FilePath = "/o/out"
  static let state: FilePath = "/s/state"

  static let recipe = Recipe(name: "keep", steps: [])

  let disk: MemoryFileSystem
  let clock: HandClock
  let executor: FakeExecutor
  let events = EventRecorder()
  private(set) var ledger: JobLedger
  private(set) var spool: Spool
  var settings: Settings
  let machine: MachineMemory

  init(
    disk: MemoryFileSystem = MemoryFileSystem(), ledger: JobLedger? = nil,
    clock: HandClock = HandClock(), settings: Settings = Rig.settings(), isOnce: Bool = false,
    machine: MachineMemory = .unknown
  ) throws {
    self.machine = machine
    self.disk = disk
    self.clock = clock
    self.settings = settings
    self.ledger = try ledger ?? JobLedger.inMemory()
    executor = FakeExecutor(disk)
    spool = Self.spool(settings, disk, self.ledger, executor, clock, isOnce, machine, events)
  }

  private static func spool(
    _ settings: Settings, _ disk: MemoryFileSystem, _ ledger: JobLedger, _ executor: FakeExecutor,
    _ clock: HandClock, _ isOnce: Bool, _ machine: MachineMemory, _ events: EventRecorder
  ) -> Spool {
    Spool(
      settings: settings, disk: disk, ledger: ledger, executor: executor, clock: clock,
      log: Logger(label: "test") { _ in EventLogHandler(level: .notice, sinks: [events]) },
      version: "1", commit: "test", isOnce: isOnce, machine: { machine })
  }

  static func settings(_ change: (inout Inbox) -> Void = { _ in }) -> Settings {
    var inbox = Inbox(
      name: "mri", path: Self.inbox.string, outbox: Self.outbox.string, recipe: "keep",
      settle: Settle(file: .seconds(1), series: .seconds(3), longest: .seconds(20)), watch: .poll,
      poll: .seconds(2))
    change(&inbox)
    return Settings(
      in: "/s", state: Self.state.string, inboxes: [inbox],
      recipes: [recipe])
  }

  // MARK: Running

  /// Starts as the daemon does; where the surroundings fail, the turns begin by starting again.
  func start() throws {
    do {
      try spool.recover()
    } catch let error as FileError {
      if !error.isEnvironment { throw error }
    } catch is LedgerOutage {}
  }

  /// Another process on the same disk and ledger.
  func restart() {
    executor.die()
    spool = Self.spool(settings, disk, ledger, executor, clock, false, machine, events)
  }

  /// Turns for so many seconds.
  func turn(seconds: Double) throws {
    let end = clock.monotonic + seconds
    while clock.monotonic < end { clock.advance(max(0.05, try spool.turn())) }
  }

  /// Turns until nothing is left to do.
  func run(turns: Int = 400) throws {
    // What was dropped is seen with the next poll.
    try turn(seconds: 2)
    for _ in 0..<turns {
      clock.advance(max(0.05, try spool.turn()))
      if try isAtRest() { return }
    }
    let summary = try summary()
    Issue.record("it did not come to rest: \(summary)")
  }

  /// Whether nothing is left to do, and nothing left undone.
  func isAtRest() throws -> Bool {
    do {
      return try spool.isDone() && spool.unavailable.isEmpty && spool.unrested.isEmpty
        && jobs(.deferred).isEmpty
    } catch is LedgerOutage {
      return false
    }
  }

  func drop(_ bytes: [UInt8], _ name: String) {
    disk.put(bytes, at: Self.inbox.pushing(FilePath(name)))
  }

  func ask(_ verb: RequestRow.Verb, _ job: String) throws {
    try ledger.write { try $0.append(RequestRow(verb: verb, job: job, at: 0)) }
  }

  // MARK: What came of it

  func jobs(_ states: JobState...) throws -> [JobRecord] {
    try ledger.read { try $0.jobs(in: states.isEmpty ? JobState.allCases : states) }
  }

  func counts() throws -> [JobState: Int] { try ledger.read { try $0.counts() } }

  func summary() throws -> String {
    try jobs().map { "\($0.state.rawValue) \($0.attempts) \($0.reason)" }.joined(separator: "; ")
  }

  /// The published folders by job, each held against its manifest.
  func published() throws -> [String: [FilePath: [UInt8]]] { try Outbox.verified(on: disk) }

  /// Where a content stands whole: folders of the state, or the inbox.
  func places(of bytes: [UInt8]) -> [String] { Whereabouts.places(of: bytes, on: disk) }
}

/// Counts the events that were logged.
final class EventRecorder: EventSink {
  private let counts = Mutex<[String: Int]>([:])

  func write(_ record: EventRecord) {
    counts.withLock { $0[record.event ?? "", default: 0] += 1 }
  }

  func count(_ name: EventName) -> Int { counts.withLock { $0[name.rawValue] ?? 0 } }
}

/// What stands in the outbox.
enum Outbox {
  static func verified(on disk: MemoryFileSystem) throws -> [String: [FilePath: [UInt8]]] {
    var jobs: [String: [FilePath: [UInt8]]] = [:]
    for (path, bytes) in disk.tree(Rig.outbox) {
      let parts = Array(path.components)
      var below = FilePath()
      for part in parts.dropFirst() { below.append(part) }
      jobs[parts[0].string, default: [:]][below] = bytes
    }
    for (job, files) in jobs {
      let manifest = try #require(files["manifest.json"], "\(job) has no manifest")
      let entries = try JSONDecoder().decode([ManifestEntry].self, from: Data(manifest))
      #expect(Set(entries.map(\.path) + ["manifest.json"]) == Set(files.keys.map(\.string)))
      for entry in entries {
        let bytes = files[FilePath(entry.path)] ?? []
        #expect(entry.bytes == bytes.count && entry.sha256 == hexadecimal(bytes), "\(entry.path)")
      }
      let report = try #require(files["report.json"])
      let read = try JSONDecoder().decode(Report.self, from: Data(report))
      #expect(read.job == job)
    }
    return jobs
  }
}

/// Where originals stand.
enum Whereabouts {
  static func places(of bytes: [UInt8], on disk: MemoryFileSystem) -> [String] {
    let inbox = disk.tree(Rig.inbox).filter { $0.value == bytes }.map { _ in "inbox" }
    let state = disk.tree(Rig.state).filter { path, content in
      content == bytes && !path.string.contains("/out-")
    }
    return inbox + state.keys.compactMap { $0.components.first?.string }
  }
}
