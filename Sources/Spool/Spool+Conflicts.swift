import Configuration
import Disk
import EventLog
import JobLedger
import ScanModel
import SystemPackage
import Worker

/// The same SOP Instance UID with other content: nobody knows which is the right one, so what came
/// now is set aside, with a note of how the two differ.
///
/// A worker compares them. Until it has, the job waits with its files claimed; a crash meanwhile
/// sends them back into their inbox, and all begins anew.
extension Spool {
  /// Two files that claim to be the same instance and are not.
  func conflict(among files: [FileRecord]) throws -> Conflict? {
    var seen: [String: FileRecord] = [:]
    for file in files where !file.sopInstanceUID.isEmpty {
      let uid = file.sopInstanceUID
      if let other = seen[uid], other.sha256 != file.sha256 {
        return Conflict(
          reason: "two files bear the SOP Instance UID \(uid) and differ in content", later: file,
          earlier: other)
      }
      seen[uid] = file
      let known = try ledger.read { try $0.files(sopInstanceUID: uid) }
      let differing = known.first {
        $0.job != file.job && !$0.sha256.isEmpty && $0.sha256 != file.sha256
      }
      if let differing {
        return Conflict(
          reason: "SOP Instance UID \(uid) came before with other content, in job \(differing.job)",
          later: file, earlier: differing)
      }
    }
    return nil
  }

  /// Has a worker say how the two contents differ, and gives the job up.
  func examine(_ conflict: Conflict, of job: JobRecord) throws {
    guard let path = try standing(of: conflict.earlier, beside: job) else {
      return try fail(
        job, .jobFailed, reason: "\(conflict.reason), and is no longer kept",
        detail: detail(of: conflict, nil))
    }
    comparisons[job.id] = Comparison(job: job, conflict: conflict, earlierPath: path.encoded)
    startComparisons()
  }

  /// Where a file of whatever job stands now; nil where it is not kept, or is no longer the same.
  private func standing(of file: FileRecord, beside job: JobRecord) throws(FileError) -> FilePath? {
    let name = FilePath(file.name)
    for folder in [folders.archive(file.job), folders.originals(file.job)] {
      let path = folder.pushing(name)
      if try disk.status(of: path)?.size == file.bytes { return path }
    }
    // One that was left in its inbox, and not touched since.
    let source = FilePath(encoded: file.source)
    guard let status = try disk.status(of: source), status.isUntouched(since: file.status) else {
      return nil
    }
    return source
  }

  /// Gives waiting comparisons to free workers.
  func startComparisons() {
    if isPaused || isStopping { return }
    for (id, comparison) in comparisons where comparison.task == nil && executor.freeProbes > 0 {
      let conflict = comparison.conflict
      let later = folders.originals(id).pushing(FilePath(conflict.later.name))
      probeCount += 1
      let task = "compare-\(probeCount)"
      comparisons[id]?.task = task
      executor.start(
        Assignment(
          id: task,
          request: .compare(
            CompareRequest(later: later.encoded, earlier: comparison.earlierPath)),
          timeLimit: Self.probeLimit(forBytes: conflict.later.bytes + conflict.earlier.bytes),
          memoryLimit: settings.limits.memory))
    }
  }

  /// Takes in what a worker said of two files; false when it was about something else.
  func hearComparison(_ news: WorkerNews) throws -> Bool {
    guard let known = comparisons.first(where: { $0.value.task == news.id })?.value else {
      return false
    }
    let reason = known.conflict.reason
    switch news.kind {
    case .reply(.compared(let difference)):
      let words = difference?.summary ?? "how they differ cannot be told"
      try fail(
        known.job, .jobFailed, reason: "\(reason): \(words)",
        detail: detail(of: known.conflict, difference), fields: difference?.fields ?? [:])
    case .reply: return true
    case .lost(let loss):
      switch loss.cause {
      case .cancelled, .notStarted:
        comparisons[known.job.id]?.task = nil
        if loss.cause != .cancelled { pause(loss.description) }
        return true
      case .signal, .exit, .timeLimit:
        try fail(
          known.job, .jobFailed, reason: "\(reason); comparing them failed: \(loss.description)",
          detail: detail(of: known.conflict, nil).merging(loss.detail) { $1 })
      }
    }
    comparisons[known.job.id] = nil
    return true
  }

  private func detail(
    of conflict: Conflict, _ difference: InstanceDifference?
  ) -> [String: JSONValue] {
    [
      "conflict": .object([
        "sop_instance_uid": .text(conflict.later.sopInstanceUID),
        "file": .text(conflict.later.name), "sha256": .text(conflict.later.sha256),
        "earlier_job": .text(conflict.earlier.job),
        "earlier_sha256": .text(conflict.earlier.sha256),
        "difference": difference?.note ?? .null,
      ])
    ]
  }
}
