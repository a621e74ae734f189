import Foundation
import Spool
import Worker

extension DoctorRounds {
  /// What this kernel lets a jail be made of, and whether a worker in one can do what it must not.
  func lookAtJail() -> [Finding] {
    let support = JailSupport()
    let kernel = Finding(
      severity: support.isWhole ? .good : .note, subject: "jail of workers",
      detail: support.description)
    do {
      let scratch = FileManager.default.temporaryDirectory
        .appendingPathComponent("restorad-doctor-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: scratch) }
      return [kernel, proof(try trial(in: scratch), support)]
    } catch {
      return [
        kernel,
        Finding(
          severity: .problem, subject: "trial of the jail", detail: "it could not be made: \(error)"
        ),
      ]
    }
  }

  /// Two jobs' folders, and a worker that has one of them.
  private func trial(in scratch: URL) throws -> [JailTrial.Finding] {
    for name in ["job", "output", "other"] {
      try FileManager.default.createDirectory(
        at: scratch.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    let own = scratch.appendingPathComponent("job/scan")
    let others = scratch.appendingPathComponent("other/scan")
    for file in [own, others] { try Data("a scan".utf8).write(to: file) }
    let bench = Workbench()
    defer { bench.executor.shutDown() }
    bench.executor.start(
      Assignment(
        id: "trial",
        request: .trial(
          JailTrial(
            own: own.path, others: others.path,
            output: scratch.appendingPathComponent("output").path)),
        timeLimit: 20, memoryLimit: 16 << 30))
    while true {
      bench.wait()
      for news in bench.executor.takeNews() {
        switch news.kind {
        case .reply(.tried(let findings)): return findings
        case .lost(let loss): throw TrialFailure(description: loss.description)
        case .reply: break
        }
      }
    }
  }

  private func proof(_ trials: [JailTrial.Finding], _ support: JailSupport) -> Finding {
    let open = trials.filter { !$0.isAsItShould }.map { "\($0.attempt) (\($0.answer))" }
    let subject = "trial of the jail"
    if open.isEmpty {
      return Finding(
        severity: .good, subject: subject,
        detail: "a worker could do what it must and nothing else, \(trials.count) things tried")
    }
    // Where the kernel lacks a part, it was named above, and work goes on with what there is.
    return Finding(
      severity: support.isWhole ? .problem : .note, subject: subject,
      detail: "a worker should not have this outcome: \(open.joined(separator: ", "))")
  }
}

private struct TrialFailure: Error, CustomStringConvertible {
  let description: String
}
