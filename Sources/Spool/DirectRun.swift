public import Disk
import EventLog
import Foundation
import Logging
public import Recipes
import ScanModel
public import SystemPackage
import Worker

/// Restores scans without a daemon: the same workers, the same publishing, no ledger.
///
/// The inputs stay where they are.
public struct DirectRun {
  /// What became of a scan.
  public enum Outcome: Sendable {
    /// Its folder in the outbox.
    case published(FilePath)
    /// It is never filtered.
    case skipped(String)
    /// It is damaged, unsupported or has no recipe.
    case refused(String)
    /// The result could not be written.
    case notWritten(String)
  }

  private let disk: any FileSystem
  private let executor: any Executor
  private let clock: any SpoolClock
  private let publisher: Publisher
  private let version: String
  private let wait: () -> Void
  private let progress: (String, Double) -> Void

  /// Creates a run.
  ///
  /// - Parameters:
  ///   - disk: Where inputs and outbox lie.
  ///   - executor: Starts the workers.
  ///   - clock: Dates the results.
  ///   - version: Restorad's version, part of the identity of what is made.
  ///   - commit: What it was built from.
  ///   - wait: Waits until the executor may have news.
  ///   - progress: Told the step's name and the fraction of the scan that is done.
  public init(
    disk: any FileSystem, executor: any Executor, clock: any SpoolClock, version: String,
    commit: String, wait: @escaping () -> Void, progress: @escaping (String, Double) -> Void
  ) {
    self.disk = disk
    self.executor = executor
    self.clock = clock
    self.version = version
    publisher = Publisher(disk: disk, version: version, commit: commit)
    self.wait = wait
    self.progress = progress
  }

  /// Restores one scan into a new folder of the outbox.
  public func restore(
    _ scan: GatheredScan, _ recipe: Recipe, modality: String?, why: String, to outbox: FilePath,
    timeLimit: Double, memoryLimit: Int
  ) -> Outcome {
    if let obstacle = scan.obstacle {
      return obstacle.isSkip ? .skipped(obstacle.reason) : .refused(obstacle.reason)
    }
    let started = clock.now
    let job = JobName.make(modality: modality, at: started)
    do {
      if let conflict = try conflict(in: scan) { return .refused(conflict) }
      let staging = try publisher.stagingFolder(for: outbox.appending(job))
      defer { publisher.leave(stagingFolder: staging) }
      try disk.makeFolder(staging.appending("result"))
      let request = RestoreRequest(
        job: job, format: scan.format, sources: sources(of: scan), recipe: recipe,
        modality: modality, output: staging.appending("result").string,
        moment: started.timeIntervalSince1970, version: version)
      var journal = Journal(job: job, clock: clock)
      journal.note(.jobStarted, "a worker has begun", ["recipe": .text(recipe.name)])
      let outcome = run(
        Assignment(
          id: job, request: .restore(request), timeLimit: timeLimit,
          memoryLimit: MachineMemory.addressSpace(
            for: memoryLimit, cores: ProcessInfo.processInfo.activeProcessorCount)),
        memory: (predicted: scan.predictedMemory(for: recipe, modality: modality), memoryLimit),
        &journal)
      guard case .success(let summary) = outcome else { return refusal(outcome) }
      journal.note(.jobPublished, "the result stands in the outbox", [:])
      let provenance = try self.provenance(of: scan, recipe, modality, why, job, started)
      return .published(
        try publisher.publish(
          staging, to: outbox, provenance, summary, finished: clock.now, log: journal.lines))
    } catch {
      return .notWritten("\(error)")
    }
  }

  /// Two files that bear one SOP Instance UID and are not the same: nobody knows which is right.
  private func conflict(in scan: GatheredScan) throws(FileError) -> String? {
    var seen: [String: FilePath] = [:]
    for (facts, path) in zip(scan.facts, scan.paths) {
      guard let uid = facts.dicom?.sopInstanceUID, !uid.isEmpty else { continue }
      if let other = seen[uid], try disk.digest(of: other) != disk.digest(of: path) {
        return "two files bear the SOP Instance UID \(uid) and differ in content"
      }
      seen[uid] = path
    }
    return nil
  }

  private func sources(of scan: GatheredScan) -> [RestoreRequest.Source] {
    var seen: Set<String> = []
    let uids = scan.facts.map { $0.dicom?.sopInstanceUID ?? "" }
    return scan.paths.enumerated().filter { index, _ in
      guard index < uids.count, !uids[index].isEmpty else { return true }
      return seen.insert(uids[index]).inserted
    }.map { _, path in
      RestoreRequest.Source(
        path: path.string, name: Self.name(of: path),
        encoded: Self.isText(path) ? nil : path.encoded)
    }
  }

  /// What a file is called in results and report: bytes that are no UTF-8 stand as `%XX`.
  private static func name(of path: FilePath) -> String {
    guard let name = path.lastComponent else { return "" }
    return isText(path) ? name.string : FilePath(root: nil, [name]).encoded
  }

  private static func isText(_ path: FilePath) -> Bool {
    unsafe path.withPlatformString { unsafe String(validatingCString: $0) != nil }
  }

  private func run(
    _ assignment: Assignment, memory: (predicted: Int, limit: Int), _ journal: inout Journal
  ) -> Result<RestoreSummary, RestoreRefusal> {
    executor.start(assignment)
    while true {
      wait()
      for news in executor.takeNews() where news.id == assignment.id {
        switch news.kind {
        case .reply(.progress(let step, let fraction)): progress(step, fraction)
        case .reply(.stepFinished(let step)):
          journal.note(
            .stepFinished, "\(step.name) took \((step.seconds * 1000).rounded() / 1000) s",
            [
              "step": .text(step.name), "seconds": .number(step.seconds),
              "figures": .object(step.figures.mapValues(EventField.init)),
            ])
        case .reply(.restored(let summary)): return .success(summary)
        case .reply(.refused(let refusal)): return .failure(refusal)
        case .reply(.probed), .reply(.compared), .reply(.unpacked), .reply(.tried): break
        case .lost(let loss):
          let words = loss.description(predicted: memory.predicted, limit: memory.limit)
          return .failure(RestoreRefusal(.quarantine, words))
        }
      }
    }
  }

  private func refusal(_ outcome: Result<RestoreSummary, RestoreRefusal>) -> Outcome {
    guard case .failure(let refusal) = outcome else { return .refused("") }
    return switch refusal.fate {
    case .quarantine: .refused(refusal.reason)
    case .skip: .skipped(refusal.reason)
    case .deferJob: .notWritten(refusal.reason)
    }
  }

  private func provenance(
    of scan: GatheredScan, _ recipe: Recipe, _ modality: String?, _ why: String, _ job: String,
    _ started: Date
  ) throws -> Publisher.Provenance {
    let files = try scan.paths.map { path in
      let digest = try disk.digest(of: path)
      return Report.File(
        name: Self.name(of: path), bytes: digest.bytes, sha256: digest.sha256)
    }
    let dicom = scan.facts.first?.dicom
    return Publisher.Provenance(
      job: job, format: scan.format.rawValue, study: dicom?.studyInstanceUID,
      series: dicom?.seriesInstanceUID, modality: modality, files: files,
      recipe: Report.RecipeNote(
        name: recipe.name, sha256: recipe.sha256(for: modality), why: why),
      queued: started, started: started,
      warnings: scan.assembly?.problemSummary.map { [$0] } ?? [])
  }
}

/// The log of a job that no ledger keeps.
private struct Journal {
  let job: String
  let clock: any SpoolClock
  var lines: [String] = []

  init(job: String, clock: any SpoolClock) {
    self.job = job
    self.clock = clock
  }

  mutating func note(_ name: EventName, _ message: String, _ fields: [String: EventField]) {
    let record = EventRecord(
      moment: clock.now, level: .info, event: name.rawValue, message: message,
      fields: fields.merging(["job": .text(job)]) { $1 })
    lines.append(record.jsonLine(names: .hidden()))
  }
}
