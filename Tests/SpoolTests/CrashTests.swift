import Configuration
import Disk
import JobLedger
import SpoolTestSupport
import Synchronization
import SystemPackage
import Testing

/// Power fails and processes die at every single step of a run.
@Suite("Crashes")
struct CrashTests {
  private struct Moment: Sendable {
    var step: Int
    var disk: MemoryFileSystem
    var ledger: JobLedger
  }

  /// Runs once undisturbed and keeps what a crash would leave before each step.
  private static func moments(
    _ crash: MemoryFileSystem.Crash, _ settings: Settings, layout: Mixture.Layout
  ) throws -> [Moment] {
    let disk = MemoryFileSystem()
    layout.apply(to: disk)
    Mixture.drop(into: disk)
    let rig = try Rig(disk: disk, settings: settings)
    let moments = Mutex<[Moment]>([])
    let ledger = rig.ledger
    disk.watch { step, _ in
      guard let copy = try? ledger.copyInMemory() else { return }
      let moment = Moment(step: step, disk: disk.crashed(crash), ledger: copy)
      moments.withLock { $0.append(moment) }
    }
    try rig.start()
    try rig.run()
    disk.watch(nil)
    try Mixture.expectEnd(of: rig, "undisturbed")
    return moments.withLock { $0 }
  }

  @Test(
    "A crash at any step loses nothing, shows nothing half done and publishes everything once",
    arguments: [
      (MemoryFileSystem.Crash.power, Mixture.Layout.together), (.power, .inboxApart),
      (.power, .outboxApart), (.kill, .together),
    ])
  func crashAnywhere(_ crash: MemoryFileSystem.Crash, layout: Mixture.Layout) throws {
    let settings = Rig.settings()
    let moments = try Self.moments(crash, settings, layout: layout)
    #expect(moments.count > 200)
    for moment in moments {
      let name = "after \(crash) before step \(moment.step)"
      Mixture.expectNothingLost(on: moment.disk, name)
      _ = try Outbox.verified(on: moment.disk)
      let rig = try Rig(
        disk: moment.disk, ledger: moment.ledger, clock: HandClock(5000), settings: settings)
      try rig.start()
      Mixture.expectNothingLost(on: moment.disk, name + ", recovered")
      try rig.run()
      try Mixture.expectEnd(of: rig, name)
    }
  }
}
