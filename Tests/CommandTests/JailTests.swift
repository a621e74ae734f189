import Foundation
import Recipes
import ScanModel
import Spool
import Testing
import Worker

/// What a worker may touch, asked of real workers.
@Suite("The jail of workers", .enabled(if: Restorad.isBuilt))
struct JailTests {
  /// The news of one assignment to a worker of its own, up to the last.
  private func news(of assignment: Assignment) throws -> [WorkerNews.Kind] {
    let bell = DispatchSemaphore(value: 0)
    let executor = LocalExecutor(
      program: WorkerProgram(executable: Restorad.path), jobs: 1, wake: { bell.signal() })
    defer { executor.shutDown() }
    executor.start(assignment)
    var heard: [WorkerNews.Kind] = []
    while bell.wait(timeout: .now() + 60) == .success {
      for news in executor.takeNews() {
        #expect(news.id == assignment.id && news.attempt == assignment.attempt)
        heard.append(news.kind)
        switch news.kind {
        case .reply(.restored), .reply(.refused), .reply(.tried), .lost: return heard
        case .reply(.probed):
          if case .probe(let probe) = assignment.request, heard.count == probe.paths.count {
            return heard
          }
        case .reply: break
        }
      }
    }
    Issue.record("the worker says nothing")
    return heard
  }

  private func order(_ request: WorkerRequest) -> Assignment {
    Assignment(
      id: "a", attempt: "7-x", request: request, timeLimit: 60, memoryLimit: 4 << 30)
  }

  /// Two jobs' folders with a scan each, and an output.
  private func twoJobs() throws -> Workplace {
    let place = try Workplace()
    for name in ["job/in", "job/out", "other/in"] {
      try FileManager.default.createDirectory(
        atPath: place.path(name), withIntermediateDirectories: true)
    }
    for job in ["job", "other"] {
      try place.copy("dicom/MR_small.dcm", to: job + "/in/scan.dcm")
      try place.copy("nifti/functional.nii", to: job + "/in/scan.nii")
    }
    return place
  }

  private func restore(
    _ source: String, as format: ScanFormat, of place: Workplace, to output: String = "job/out"
  ) throws -> WorkerNews.Kind {
    let request = RestoreRequest(
      job: "j", format: format,
      sources: [.init(path: place.path(source), name: "scan")], originals: place.path("job/in"),
      recipe: Recipe(name: "keep", steps: []), modality: "MR", output: place.path(output),
      moment: 0, version: "1")
    return try #require(try news(of: order(.restore(request))).last)
  }

  @Test("Where the kernel has all of it, a worker can do its work and nothing else")
  func trial() throws {
    let place = try twoJobs()
    let trial = JailTrial(
      own: place.path("job/in/scan.dcm"), others: place.path("other/in/scan.dcm"),
      output: place.path("job/out"))
    guard case .reply(.tried(let findings))? = try news(of: order(.trial(trial))).last else {
      Issue.record("the trial was not made")
      return
    }
    #expect(findings.count > 30)
    let support = JailSupport()
    for finding in findings where support.isWhole {
      #expect(finding.isAsItShould, "\(finding.attempt): \(finding.answer)")
    }
    // What Landlock alone sees to is listed first; the filter of calls forbids sockets anywhere.
    for finding in findings where support.filtersCalls && finding.attempt.contains("socket") {
      #expect(finding.isAsItShould, "\(finding.attempt): \(finding.answer)")
    }
    #expect(place.files("other/in").count == 2)
  }

  @Test(
    "A job is restored from its own folder, and from no other",
    .enabled(if: JailSupport().landlock > 0), arguments: [ScanFormat.dicom, .nifti])
  func foreignSource(_ format: ScanFormat) throws {
    let place = try twoJobs()
    let name = format == .dicom ? "scan.dcm" : "scan.nii"
    guard case .reply(.restored(let summary)) = try restore("job/in/" + name, as: format, of: place)
    else {
      Issue.record("its own scan was not restored")
      return
    }
    #expect(place.files("job/out") == summary.result.files.sorted())
    guard case .reply(.refused) = try restore("other/in/" + name, as: format, of: place) else {
      Issue.record("another job's scan was read")
      return
    }
  }

  @Test("A probe sees the files that it was asked about, whatever their names, and their sidecars")
  func probe() throws {
    let place = try twoJobs()
    let sidecar = #"{"Modality": "CT"}"#
    try place.write(sidecar, to: "job/in/scan.json")
    let paths = ["job/in/scan.dcm", "job/in/scan.nii"].map(place.path)
    let question = ProbeQuestion(keywords: ["Modality"], metal: false)
    let heard = try news(of: order(.probe(ProbeRequest(paths: paths, question: question))))
    let modalities = heard.map { kind -> String? in
      guard case .reply(.probed(.whole(let facts))) = kind else { return nil }
      return facts.attributes["Modality"]?.first
    }
    #expect(modalities == ["MR", "CT"])
  }

  @Test("A result that cannot be written uses no attempt")
  func unwritable() throws {
    let place = try twoJobs()
    try place.write("a wall", to: "wall")
    let last = try restore("job/in/scan.dcm", as: .dicom, of: place, to: "wall")
    guard case .reply(.refused(let refusal)) = last else {
      Issue.record("\(last)")
      return
    }
    #expect(refusal.fate == .deferJob)
  }

  @Test("The doctor says what the kernel has, and proves it")
  func doctor() throws {
    let place = try Workplace()
    let outcome = try Restorad.run("doctor", "--json", in: place)
    let findings = try outcome.objects()
    func severity(_ subject: String) -> String? {
      findings.first { $0["subject"] as? String == subject }?["severity"] as? String
    }
    let support = JailSupport()
    #expect(severity("jail of workers") == (support.isWhole ? "good" : "note"))
    if support.isWhole {
      #expect(severity("trial of the jail") == "good", "\(outcome.output)")
      #expect(outcome.output.contains("Landlock ABI \(support.landlock) restricts files"))
    }
  }

  @Test("The daemon says once what keeps its workers")
  func log() throws {
    let place = try Workplace()
    let run = try Restorad.run("run", "--once", in: place)
    #expect(run.errors.components(separatedBy: "worker.jail").count == 2)
  }
}
