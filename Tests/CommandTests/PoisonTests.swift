import Foundation
import Testing

/// Input that ends workers, on the real daemon with real processes.
@Suite("Poison", .enabled(if: Restorad.isBuilt), .serialized)
struct PoisonTests {
  private func fault(_ words: String) -> [String: String] { ["RESTORAD_WORKER_FAULT": words] }

  private func fill(_ place: Workplace) throws {
    try place.copy("dicom/MR_small.dcm", to: "inbox/one.dcm")
    try place.copy("dicom/CT_small.dcm", to: "inbox/poison.dcm")
    try place.copy("nifti/functional.nii", to: "inbox/two.nii")
  }

  @Test(
    "What crashes, hangs or eats memory is quarantined with its cause, and the rest is restored",
    arguments: [
      ("restore.crash", "signal"), ("restore.spin", "took longer than 4 s"),
      ("restore.eat", "signal"),
      ("probe.crash", "ended the worker 2 times"),
    ])
  func contained(_ manner: String, _ cause: String) throws {
    let place = try Workplace(limits: "{ memory: 1GiB, attempts: 2, time: 4s }")
    try fill(place)
    let run = try Restorad.start(
      ["run", "--once"], in: place, environment: fault(manner + ":poison"))
    let outcome = try run.finish()
    #expect(outcome.status == 8, "\(outcome.errors)")
    #expect(place.published.count == 2)
    let notes = place.files("state/quarantine").filter { $0.hasSuffix("reason.json") }
    let path = place.path("state/quarantine/" + (try #require(notes.first)))
    let note = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        as? [String: Any])
    #expect((note["reason"] as? String)?.contains(cause) == true, "\(note)")
    if manner.hasPrefix("restore") { #expect(note["attempts"] as? Int == 2) }
    let detail = try #require(note["detail"] as? [String: Any])
    let used = try #require(detail["resources"] as? [String: Double])
    #expect((used["wall_s"] ?? 0) > 0 && (used["peak_memory_bytes"] ?? 0) > 1_000_000)
    if manner == "restore.spin" { #expect((used["cpu_s"] ?? 0) > 0.01) }
    if manner == "restore.eat" { #expect((used["peak_memory_bytes"] ?? 0) > 256_000_000) }
    // A machine that is busy may hold up one of the others beyond the limit, once.
    let job = manner.hasPrefix("restore") ? try #require(note["job"] as? String) : ""
    let crashes = outcome.errors.split(separator: "\n").filter {
      $0.contains("worker.crashed") && (job.isEmpty || $0.contains(job))
    }
    #expect(crashes.count == 2, "\(crashes)")
  }

  @Test("A job that hangs on the only lane lets all others pass")
  func passing() throws {
    let place = try Workplace("workers: 1", limits: "{ attempts: 2, time: 20s }")
    try place.copy("dicom/CT_small.dcm", to: "inbox/poison.dcm")
    let daemon = try Restorad.start(
      ["run"], in: place, environment: fault("restore.hang:poison"))
    #expect(daemon.waits(for: "job.started"), "\(daemon.errorsSoFar)")
    try place.copy("dicom/MR_small.dcm", to: "inbox/one.dcm")
    try place.copy("nifti/functional.nii", to: "inbox/two.nii")
    #expect(Processes.wait { place.published.count == 2 })
    #expect(!daemon.errorsSoFar.contains("worker.crashed"))
    daemon.signal(SIGKILL)
    _ = try daemon.finish()
  }

  @Test("A worker that is stopped ends with its killed daemon, and the next one publishes once")
  func backFromTheDead() throws {
    let place = try Workplace()
    try place.copy("dicom/MR_small.dcm", to: "inbox/poison.dcm")
    let daemon = try Restorad.start(["run"], in: place, environment: fault("restore.hang:poison"))
    #expect(daemon.waits(for: "job.started"), "\(daemon.errorsSoFar)")
    var workers: [Int32] = []
    var atWork: [Int32] = []
    let isFound = Processes.wait {
      workers = Processes.children(of: daemon.number)
      atWork = workers.flatMap(Processes.children(of:))
      return !atWork.isEmpty
    }
    try #require(isFound)
    for process in workers + atWork { kill(process, SIGSTOP) }
    daemon.signal(SIGKILL)
    _ = try daemon.finish()
    #expect(try Restorad.run("run", "--once", in: place).status == 0)
    for process in workers + atWork { kill(process, SIGCONT) }
    #expect(Processes.wait { (workers + atWork).allSatisfy { !Processes.isAlive($0) } })
    #expect(place.published.count == 1)
    let jobs = try Restorad.run("jobs", "--json", in: place).objects()
    #expect(jobs.compactMap { $0["state"] as? String } == ["published"])
    #expect(place.files("state/work").isEmpty)
  }

  @Test("A worker that is killed, or whose worker is, costs one attempt")
  func killed() throws {
    let place = try Workplace()
    try place.copy("dicom/MR_small.dcm", to: "inbox/poison.dcm")
    let daemon = try Restorad.start(["run"], in: place, environment: fault("restore.hang:poison"))
    for count in 1...2 {
      var atWork: [Int32] = []
      let isFound = Processes.wait {
        let workers = Processes.children(of: daemon.number)
        atWork = count == 1 ? workers.flatMap(Processes.children(of:)) : workers
        return daemon.errorsSoFar.components(separatedBy: "job.started").count == count + 1
          && workers.contains { !Processes.children(of: $0).isEmpty } && !atWork.isEmpty
      }
      #expect(isFound, "\(daemon.errorsSoFar)")
      for process in atWork { kill(process, SIGKILL) }
      #expect(
        Processes.wait {
          daemon.errorsSoFar.components(separatedBy: "worker.crashed").count == count + 1
        })
    }
    daemon.signal(SIGTERM)
    #expect(try daemon.finish().status == 0)
  }
}
