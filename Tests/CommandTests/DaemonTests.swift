import Foundation
import Testing

@Suite("The daemon", .enabled(if: Restorad.isBuilt), .serialized)
struct DaemonTests {
  private static let canary = "Zwetschgenkuchen"

  private func fill(_ place: Workplace) throws {
    try place.copy("dicom/MR_small.dcm", to: "inbox/\(Self.canary).dcm")
    try place.copy("nifti/functional.nii", to: "inbox/functional_bold.nii")
    try place.write("Dear colleague", to: "inbox/letter 100% \(Self.canary).txt")
    let whole = try Data(contentsOf: URL(fileURLWithPath: TestFiles.path("dicom/CT_small.dcm")))
    try whole.prefix(9000).write(to: URL(fileURLWithPath: place.path("inbox/cut.dcm")))
  }

  @Test("One run brings every file to its end, and a second one finds nothing new")
  func once() throws {
    let place = try Workplace()
    try fill(place)
    let first = try Restorad.run("run", "--once", in: place)
    #expect(first.status == 8, "\(first.errors)")
    #expect(place.files("inbox").isEmpty)
    #expect(place.published.count == 2)
    let jobs = try Restorad.run("jobs", "--json", in: place).objects()
    let states = jobs.compactMap { $0["state"] as? String }.sorted()
    #expect(states == ["failed", "failed", "published", "published"])

    try place.copy("dicom/MR_small.dcm", to: "inbox/again.dcm")
    let second = try Restorad.run("run", "--once", in: place)
    #expect(second.status == 0)
    #expect(place.published.count == 2)
    let duplicates = try Restorad.run("jobs", "--json", "--state", "duplicate", in: place)
    #expect(try duplicates.objects().count == 1)
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(try Restorad.run("jobs", "--json", in: place).objects().count == 5)
  }

  @Test("A scan is restored whatever bytes its name is made of")
  func strangeName() throws {
    let place = try Workplace()
    let source = URL(fileURLWithPath: TestFiles.path("dicom/MR_small.dcm"))
    let content = try Data(contentsOf: source)
    let bytes = place.path("inbox/M").utf8CString.dropLast() + [CChar(bitPattern: 0xE4)]
    let name = Array(bytes) + ".dcm".utf8CString
    let file = unsafe open(name, O_WRONLY | O_CREAT, 0o600)
    FileHandle(fileDescriptor: file, closeOnDealloc: true).write(content)
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    #expect(place.published.count == 1)
    #expect(place.files("state/archive").map { $0.suffix(9) } == ["/M%E4.dcm"])
  }

  @Test("A stopped daemon's state tells of every job, and takes requests")
  func state() throws {
    let place = try Workplace()
    try fill(place)
    _ = try Restorad.run("run", "--once", in: place)
    let status = try #require(try Restorad.run("status", "--json", in: place).objects().first)
    #expect(status["running"] as? Bool == false)
    #expect((status["jobs"] as? [String: Int])?["published"] == 2)
    let jobs = try Restorad.run("jobs", "--json", "--state", "published", in: place).objects()
    let job = try #require(jobs.first?["job"] as? String)
    let shown = try Restorad.run("show", job, "--json", in: place).objects()
    #expect((shown.first?["files"] as? [Any])?.count == 1)
    let events = try Restorad.run("logs", job, "--json", in: place).objects()
    #expect(events.compactMap { $0["event"] as? String }.contains("job.published"))
    let why = try Restorad.run("why", "inbox/cut.dcm", "--json", in: place)
    #expect(try why.objects().first?["state"] as? String == "failed")
    let letter = "./outbox/../inbox/letter 100% \(Self.canary).txt"
    #expect(try Restorad.run("why", letter, "--json", in: place).objects().count == 1)
    #expect(try Restorad.run("why", "inbox/never.dcm", in: place).status == 66)

    try place.write("half", to: "inbox/scan.dcm.part")
    let waits = try Restorad.run("why", "inbox/scan.dcm.part", "--json", in: place)
    #expect(try waits.objects().first?["waits"] as? String != nil)
    let text = try Restorad.run("why", "inbox/scan.dcm.part", in: place)
    #expect(text.status == 0 && text.output.contains("no daemon is running"))
    #expect(try Restorad.run("show", "nothing", in: place).status == 66)
    #expect(try Restorad.run("retry", job, in: place).status == 2)
    #expect(try Restorad.run("hold", job, in: place).status == 2)
    let failed = try Restorad.run("jobs", "--json", "--state", "failed", in: place).objects()
    let broken = try #require(failed.first?["job"] as? String)
    #expect(try Restorad.run("retry", broken, in: place).status == 0)
    #expect(try Restorad.run("run", "--once", in: place).status == 8)
    #expect(try Restorad.run("show", broken, in: place).status == 66)
  }

  @Test("No log line holds a file's or a patient's name, unless the configuration allows it")
  func canary() throws {
    for names in [false, true] {
      let place = try Workplace("log: { level: debug, format: json, names: \(names) }")
      try fill(place)
      let run = try Restorad.run("run", "--once", in: place)
      let lines = run.errors.split(separator: "\n")
      for line in lines {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      }
      #expect(run.errors.contains(Self.canary) == names)
      #expect(!run.errors.contains("CompressedSamples") && !run.errors.contains("4MR1"))
      for file in place.files("outbox") where !file.contains("/result/") {
        let text = try String(contentsOfFile: place.path("outbox/" + file), encoding: .utf8)
        #expect(!text.contains("CompressedSamples"))
        #expect(!file.hasSuffix("log.jsonl") || text.contains(Self.canary) == false)
      }
    }
  }

  @Test("SIGTERM ends a running daemon with every original in its place")
  func terminates() throws {
    let place = try Workplace()
    let daemon = try Restorad.start(["run"], in: place)
    #expect(daemon.waits(for: "daemon.ready"))
    try fill(place)
    #expect(daemon.waits(for: "job.queued"), "\(daemon.errorsSoFar)")
    let before = Date()
    daemon.signal(SIGTERM)
    let outcome = try daemon.finish()
    #expect(outcome.status == 0)
    #expect(Date().timeIntervalSince(before) < 28)
    #expect(outcome.errors.contains("daemon.stopping"))
    let kept =
      place.files("inbox") + place.files("state/work") + place.files("state/archive")
      + place.files("state/quarantine")
    let originals = kept.filter { !$0.hasSuffix("reason.json") && !$0.contains("/out-") }
    #expect(originals.count == 4, "\(originals)")
  }

  @Test("A second daemon on the same state folder is refused with 75 and says why")
  func second() throws {
    let place = try Workplace()
    let daemon = try Restorad.start(["run"], in: place)
    #expect(daemon.waits(for: "daemon.ready"))
    let other = try Restorad.run("run", in: place)
    #expect(other.status == 75)
    #expect(other.errors.contains("another restorad is running on the state folder"))
    let status = try #require(try Restorad.run("status", "--json", in: place).objects().first)
    #expect(status["running"] as? Bool == true)
    daemon.signal(SIGTERM)
    #expect(try daemon.finish().status == 0)
  }

  @Test("A killed daemon's work is finished by the next one")
  func killed() throws {
    let place = try Workplace()
    try fill(place)
    let daemon = try Restorad.start(["run"], in: place)
    #expect(daemon.waits(for: "job.started"), "\(daemon.errorsSoFar)")
    daemon.signal(SIGKILL)
    _ = try daemon.finish()
    #expect(try Restorad.run("run", "--once", in: place).status == 8)
    #expect(place.published.count == 2)
    #expect(place.files("inbox").isEmpty && place.files("state/work").isEmpty)
  }

  @Test("SIGHUP refuses a bad configuration whole and keeps the running one")
  func reload() throws {
    let place = try Workplace()
    let daemon = try Restorad.start(["run"], in: place)
    #expect(daemon.waits(for: "daemon.ready"))
    try place.write("workers: none\n", to: "restorad.yaml")
    daemon.signal(SIGHUP)
    #expect(daemon.waits(for: "config.refused"))
    try place.copy("dicom/MR_small.dcm", to: "inbox/one.dcm")
    #expect(daemon.waits(for: "job.published"))
    daemon.signal(SIGTERM)
    #expect(try daemon.finish().status == 0)
  }
}
