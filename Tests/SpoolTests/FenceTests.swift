import Disk
import Foundation
import JobLedger
import Logging
import ScanModel
import Spool
import SpoolTestSupport
import SystemPackage
import Testing
import Worker

/// Workers that are slow, lost, or back from the dead.
@Suite("Attempts that overtake each other")
struct FenceTests {
  /// A spool whose workers speak by the test's hand.
  private final class Place {
    let disk = MemoryFileSystem()
    let clock = HandClock()
    let executor: HandExecutor
    let ledger: JobLedger
    let spool: Spool

    init(lanes: Int = 1, _ names: [String]) throws {
      executor = HandExecutor(lanes: lanes)
      ledger = try JobLedger.inMemory()
      spool = Spool(
        settings: Rig.settings(), disk: disk, ledger: ledger, executor: executor, clock: clock,
        log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, version: "1", commit: "test")
      try spool.recover()
      for name in names { drop(name) }
    }

    func drop(_ name: String) {
      disk.put(PaperScan.volume(name), at: Rig.inbox.appending(name + ".nii"))
    }

    func turn(seconds: Double) throws {
      let end = clock.monotonic + seconds
      while clock.monotonic < end { clock.advance(max(0.05, try spool.turn())) }
    }

    private var answered = 0

    /// Turns and answers all probes.
    func live(seconds: Double) throws {
      let end = clock.monotonic + seconds
      while clock.monotonic < end {
        try turn(seconds: 0.2)
        for probe in executor.probes.dropFirst(answered) { executor.answer(probe, on: disk) }
        answered = executor.probes.count
      }
    }

    /// Lives until so many jobs were started.
    func live(untilJobs count: Int) throws {
      for _ in 0..<200 where executor.jobs.count < count { try live(seconds: 0.2) }
      try #require(executor.jobs.count == count)
    }

    /// Writes a result into an attempt's folder.
    func write(_ text: String, for job: Assignment) {
      disk.put(Array(text.utf8), at: FilePath(job.output).appending("scan.nii"))
    }

    func finish(_ job: Assignment) {
      executor.say(.reply(.restored(Self.summary)), of: job)
    }

    func job() throws -> JobRecord { try #require(try ledger.read { try $0.jobs().first }) }

    static var summary: RestoreSummary {
      RestoreSummary(
        shape: [1], spacing: [1], dtype: "int16", steps: [],
        result: Report.Result(
          files: ["scan.nii"], series: nil, shape: [1], dtype: "int16", clippedVoxels: 0),
        quality: Report.QualityNote(before: nil, after: nil, change: nil), readSeconds: 0,
        computeSeconds: 0, writeSeconds: 0, peakMemoryBytes: 1, warnings: [])
    }
  }

  private static let lost = WorkerNews.Kind.lost(WorkerLoss(.signal(9)))

  @Test("What an attempt that was given up says late counts for nothing")
  func lateReply() throws {
    let place = try Place(["head"])
    try place.live(untilJobs: 1)
    let first = place.executor.jobs[0]
    place.executor.say(Self.lost, of: first)
    try place.live(untilJobs: 2)
    let second = place.executor.jobs[1]
    #expect(second.id == first.id && second.attempt != first.attempt)
    #expect(second.output != first.output)
    place.write("late", for: first)
    place.executor.say(Self.lost, of: first, isLast: false)
    place.executor.say(
      .reply(.refused(RestoreRefusal(.quarantine, "late"))), of: first, isLast: false)
    place.executor.say(.reply(.restored(Place.summary)), of: first, isLast: false)
    try place.turn(seconds: 1)
    #expect(try place.job().state == .running)
    #expect(place.disk.tree(Rig.outbox).isEmpty)
    place.write("right", for: second)
    place.finish(second)
    try place.turn(seconds: 1)
    #expect(try place.job().state == .published)
    let files = try #require(try Outbox.verified(on: place.disk).values.first)
    #expect(files["result/scan.nii"].map { String(decoding: $0, as: UTF8.self) } == "right")
  }

  @Test("A worker that writes after a newer attempt was published changes nothing")
  func lateWriter() throws {
    let place = try Place(["head"])
    try place.live(untilJobs: 1)
    let first = place.executor.jobs[0]
    place.executor.say(Self.lost, of: first)
    try place.live(untilJobs: 2)
    let second = place.executor.jobs[1]
    place.write("right", for: second)
    place.finish(second)
    try place.turn(seconds: 1)
    let published = place.disk.tree(Rig.outbox)
    #expect(!published.isEmpty)
    place.write("late", for: first)
    place.finish(first)
    try place.turn(seconds: 5)
    #expect(place.disk.tree(Rig.outbox) == published)
    #expect(try place.job().state == .published)
  }

  @Test("An attempt that did not count and the next have different folders")
  func unusedAttempt() throws {
    let place = try Place(["head"])
    try place.live(untilJobs: 1)
    place.executor.say(.lost(WorkerLoss(.cancelled)), of: place.executor.jobs[0])
    try place.live(untilJobs: 2)
    #expect(try place.job().attempts == 1)
    #expect(place.executor.jobs[0].output != place.executor.jobs[1].output)
    #expect(place.executor.jobs[0].attempt != place.executor.jobs[1].attempt)
  }

  @Test("A job over which a worker was lost lets all others pass, and waits longer each time")
  func order() throws {
    let place = try Place(["a", "b"])
    try place.live(untilJobs: 1)
    let poison = place.executor.jobs[0]
    place.executor.say(Self.lost, of: poison)
    place.drop("c")
    // Two others, one of which comes later, go first.
    try place.live(seconds: 6)
    #expect(place.executor.jobs.count == 2)
    place.finish(place.executor.jobs[1])
    try place.live(untilJobs: 3)
    place.finish(place.executor.jobs[2])
    try place.live(untilJobs: 4)
    #expect(place.executor.jobs[1...2].allSatisfy { $0.id != poison.id })
    let second = place.executor.jobs[3]
    #expect(second.id == poison.id)
    place.executor.say(Self.lost, of: second)
    try place.turn(seconds: 3)
    #expect(place.executor.jobs.count == 4)
    try place.live(untilJobs: 5)
    place.executor.say(Self.lost, of: place.executor.jobs[4])
    try place.turn(seconds: 1)
    #expect(try place.ledger.read { try $0.jobs(in: [.failed]) }.map(\.attempts) == [3])
  }

  @Test("A job that hangs holds one lane, and the others go on")
  func hanging() throws {
    let place = try Place(lanes: 2, ["a", "b", "c", "d"])
    try place.live(untilJobs: 2)
    for count in 2...3 {
      place.finish(place.executor.jobs[count - 1])
      try place.live(untilJobs: count + 1)
    }
    #expect(place.executor.jobs.filter { $0.id == place.executor.jobs[0].id }.count == 1)
  }

  @Test("A file that ends the probe is looked at again alone, and its batch goes on at once")
  func suspect() throws {
    let names = (1...6).map { "s\($0)" }
    let place = try Place(names)
    while place.executor.probes.isEmpty { try place.turn(seconds: 0.2) }
    let batch = place.executor.probes[0]
    #expect(batch.probed.count == 6)
    place.executor.say(Self.lost, of: batch)
    try place.turn(seconds: 0.5)
    let culprit = batch.probed[0]
    let rest = place.executor.probes[1]
    #expect(Set(rest.probed) == Set(batch.probed.dropFirst()))
    #expect(place.executor.probes.count == 2)
    place.executor.answer(rest, on: place.disk)
    try place.turn(seconds: 3)
    #expect(place.executor.probes.map(\.probed)[2] == [culprit])
    #expect(place.executor.jobs.count == 1)
    // It hangs again: what comes meanwhile is looked at by another worker.
    place.drop("later")
    try place.turn(seconds: 4)
    #expect(place.executor.probes.dropFirst(3).map(\.probed) == [["later.nii"]])
  }

  @Test("What a lost worker used stands in its events and beside the quarantined originals")
  func resources() throws {
    let rig = try Rig()
    try rig.start()
    rig.drop(PaperScan.volume("poison", ["note": "crash"]), "poison.nii")
    rig.drop(PaperScan.volume("bad", ["note": "crash-probe"]), "bad.nii")
    try rig.run()
    let failed = try rig.jobs(.failed)
    #expect(failed.count == 2)
    for job in failed {
      let folder = Rig.state.appending("quarantine").appending(job.id)
      let bytes = try #require(rig.disk.peek(folder.appending("reason.json")))
      let note = try #require(
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
      let detail = try #require(note["detail"] as? [String: Any])
      let used = try #require(detail["resources"] as? [String: Any])
      #expect(used["cpu_s"] as? Double == 1.5 && used["wall_s"] as? Double == 2)
      #expect(used["peak_memory_bytes"] as? Int == 4096)
      #expect(detail["last_words"] as? [String] == ["last words"])
    }
    let events = try rig.ledger.read { ledger in
      try failed.flatMap { try ledger.events(of: $0.id) }
    }
    let crashes = events.filter { $0.line.contains("worker.crashed") }
    #expect(crashes.count == 3 && crashes.allSatisfy { $0.line.contains("cpu_s") })
  }
}
