import Disk
import Foundation
import JobLedger
import RestoradTestSupport
import Testing

@Suite("The ledger")
struct JobLedgerTests {
  private func job(
    _ id: String, _ state: JobState = .queued, at moment: Double = 0,
    _ change: (inout JobRecord) -> Void = { _ in }
  ) -> JobRecord {
    var job = JobRecord(
      id: id, inbox: "mri", state: state, format: "DICOM", modality: "MR", series: "1.2",
      study: "1.1", outbox: "/out", originals: "archive", version: "1", createdAt: moment)
    change(&job)
    return job
  }

  private func file(_ job: String, _ name: String, uid: String = "", sha: String = "s")
    -> FileRecord
  {
    var file = FileRecord(
      job: job, name: name, source: "/in/" + name,
      status: FileStatus(
        kind: .file, size: 7, modified: 1, changed: 2, inode: .max, device: 1 << 63),
      sopInstanceUID: uid)
    file.sha256 = sha
    return file
  }

  @Test("A job with its files comes back as it was noted")
  func roundTrip() throws {
    let ledger = try JobLedger.inMemory()
    let noted = job("a") { $0.notBefore = 1.5 }
    let one = file("a", "1.dcm")
    try ledger.write { try $0.insert(noted, files: [one]) }
    #expect(try ledger.read { try $0.job("a") } == noted)
    #expect(try ledger.read { try $0.files(of: "a") } == [one])
    #expect(one.status.inode == .max && one.status.device == 1 << 63)
    #expect(try ledger.read { try $0.job("b") } == nil)
  }

  @Test("A ledger on a disk syncs every commit before it returns")
  func durability() throws {
    let folder = try ScratchFolder()
    let ledger = try JobLedger(path: folder.path + "/ledger.sqlite")
    let durability = try ledger.durability()
    #expect(durability.journal == "wal")
    // 2 is FULL: the log is synced at each commit. With 1, NORMAL, a power cut takes commits back.
    #expect(durability.synchronous == 2)
  }

  @Test("A ledger that cannot be opened for now says so, and a damaged one says something else")
  func outage() throws {
    let folder = try ScratchFolder()
    let away = #expect(throws: LedgerError.self) {
      try JobLedger(path: folder.path + "/missing/ledger.sqlite")
    }
    #expect(away?.code == .outOfReach)
    let damaged = folder.path + "/damaged.sqlite"
    try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: damaged))
    let broken = #expect(throws: LedgerError.self) { try JobLedger(path: damaged) }
    #expect(broken?.code == .damaged)
  }

  @Test("A transaction that throws leaves nothing behind")
  func rollback() throws {
    struct Stop: Error {}
    let ledger = try JobLedger.inMemory()
    #expect(throws: Stop.self) {
      try ledger.write { transaction in
        try transaction.insert(job("a"), files: [file("a", "1")])
        throw Stop()
      }
    }
    #expect(try ledger.read { try $0.jobs() }.isEmpty)
  }

  @Test("Every state is kept, counted and found")
  func states() throws {
    let ledger = try JobLedger.inMemory()
    for (place, state) in JobState.allCases.enumerated() {
      try ledger.write {
        try $0.insert(job("j\(place)", state, at: Double(-place)), files: [])
      }
    }
    let counts = try ledger.read { try $0.counts() }
    #expect(counts.count == JobState.allCases.count && counts.values.allSatisfy { $0 == 1 })
    for state in JobState.allCases {
      #expect(try ledger.read { try $0.jobs(in: [state]) }.map(\.state) == [state])
    }
    let moments = try ledger.read { try $0.jobs() }.map(\.createdAt)
    #expect(moments == moments.sorted())
    #expect(try ledger.read { try $0.jobs(in: [.queued, .held], limit: 1) }.count == 1)
  }

  @Test("A duplicate is one of the same content, recipe and version in a job that lives")
  func duplicates() throws {
    let ledger = try JobLedger.inMemory()
    let states: [JobState] = [.failed, .held, .duplicate, .waiting, .published]
    for (place, state) in states.enumerated() {
      try ledger.write {
        try $0.insert(
          job("j\(place)", state) {
            $0.contentKey = "c"
            $0.recipeHash = "r"
          }, files: [])
      }
    }
    func earlier(_ content: String, _ recipe: String, _ version: String) throws -> String? {
      try ledger.read { try $0.job(content: content, recipeHash: recipe, version: version) }?.id
    }
    #expect(try earlier("c", "r", "1") == "j4")
    #expect(try earlier("c", "r", "2") == nil)
    #expect(try earlier("c", "x", "1") == nil)
    #expect(try earlier("x", "r", "1") == nil)
  }

  @Test("Jobs are found by the beginning of their name, taken literally")
  func prefix() throws {
    let ledger = try JobLedger.inMemory()
    for id in ["2026-MR-1", "2026-MR-2", "2027-CT-1"] {
      try ledger.write { try $0.insert(job(id), files: []) }
    }
    #expect(try ledger.read { try $0.jobs(prefix: "2026") }.count == 2)
    #expect(try ledger.read { try $0.jobs(prefix: "2027-CT-1") }.count == 1)
    #expect(try ledger.read { try $0.jobs(prefix: "20%") }.isEmpty)
    #expect(try ledger.read { try $0.jobs(prefix: "2026_MR") }.isEmpty)
  }

  @Test(
    "Jobs are found by name, path, series, study and instance",
    arguments: [
      "a", "1.2", "1.1", "1.2.3", "1.dcm",
    ])
  func about(_ subject: String) throws {
    let ledger = try JobLedger.inMemory()
    try ledger.write {
      try $0.insert(job("a"), files: [file("a", "1.dcm", uid: "1.2.3"), file("a", "2.dcm")])
    }
    try ledger.write {
      try $0.insert(
        job("b") {
          $0.series = ""
          $0.study = ""
        }, files: [])
    }
    #expect(
      try ledger.read { try $0.jobs(about: subject, path: "/elsewhere") }.map(\.id) == ["a"])
    #expect(try ledger.read { try $0.jobs(about: "x", path: "/in/2.dcm") }.map(\.id) == ["a"])
    #expect(try ledger.read { try $0.jobs(about: "", path: "") }.isEmpty)
  }

  @Test("Instances of failed jobs stand in nobody's way")
  func instances() throws {
    let ledger = try JobLedger.inMemory()
    try ledger.write {
      try $0.insert(job("a", .published), files: [file("a", "1", uid: "u")])
      try $0.insert(job("b", .failed), files: [file("b", "1", uid: "u")])
    }
    #expect(try ledger.read { try $0.files(sopInstanceUID: "u") }.map(\.job) == ["a"])
  }

  @Test("Requests wait in order until they are obeyed")
  func requests() throws {
    let ledger = try JobLedger.inMemory()
    for verb in [RequestRow.Verb.hold, .release, .retry] {
      try ledger.write { try $0.append(RequestRow(verb: verb, job: "a", at: 1)) }
    }
    let pending = try ledger.read { try $0.pendingRequests() }
    #expect(pending.map(\.verb) == [.hold, .release, .retry])
    try ledger.write { try $0.remove(pending[1]) }
    #expect(try ledger.read { try $0.pendingRequests() }.map(\.verb) == [.hold, .retry])
  }

  @Test("A forgotten job takes files and events with it")
  func forget() throws {
    let ledger = try JobLedger.inMemory()
    try ledger.write {
      try $0.insert(job("a"), files: [file("a", "1")])
      try $0.append(EventRow(job: "a", at: 1, event: "x", line: "{}"))
      try $0.delete(job("a"))
    }
    #expect(try ledger.read { try $0.files(of: "a") }.isEmpty)
    #expect(try ledger.read { try $0.events(of: "a") }.isEmpty)
  }

  @Test("A ledger file opened again, and by two at once, holds what was told")
  func files() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path + "/ledger.sqlite"
    let daemon = try JobLedger(path: path)
    try daemon.write { try $0.insert(job("a"), files: []) }
    let command = try JobLedger(path: path)
    try command.write { try $0.append(RequestRow(verb: .hold, job: "a", at: 1)) }
    #expect(try daemon.read { try $0.pendingRequests() }.count == 1)
    #expect(try command.read { try $0.jobs() }.map(\.id) == ["a"])
  }
}
