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
    guard let comparison = try comparison(of: conflict, job) else {
      return try fail(
        job, .jobFailed, reason: "\(conflict.reason), and is no longer kept",
        detail: detail(of: conflict, nil))
    }
    comparisons[job.id] = comparison
    startComparisons()
  }

  /// What is to be compared; nil where the earlier file is not kept, neither by itself nor in the
  /// archive that it came in.
  private func comparison(of conflict: Conflict, _ job: JobRecord) throws -> Comparison? {
    let earlier = conflict.earlier
    if let path = try standing(of: earlier, beside: job) {
      return Comparison(job: job, conflict: conflict, earlierPath: path)
    }
    guard let member = folders.member(FilePath(encoded: earlier.source)),
      case .kept(let archives) = try packedOriginals([earlier]), let packed = archives.first
    else { return nil }
    let folder = folders.recalled.appending("\(job.id)-\(JobName.mark())")
    holdsRecalled = true
    return Comparison(
      job: job, conflict: conflict,
      earlierPath: folder.appending(member.job).pushing(member.name), packed: packed,
      folder: folder)
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
      do {
        guard let assignment = try assignment(for: comparison) else { continue }
        comparisons[id]?.task = assignment.id
        executor.start(assignment)
      } catch {
        pause("an original could not be taken out of its archive: \(error)")
      }
    }
  }

  /// What is to be done next; nil where there is no room for it.
  private func assignment(for comparison: Comparison) throws -> Assignment? {
    if let packed = comparison.packed, let folder = comparison.folder {
      guard let inbox = inbox(named: comparison.job.inbox),
        let request = try unpacking(packed, into: folder, for: inbox)
      else { return nil }
      return recall(request, timeLimit: settings.limits.time.seconds)
    }
    let conflict = comparison.conflict
    let later = folders.originals(comparison.job.id).pushing(FilePath(conflict.later.name))
    probeCount += 1
    return Assignment(
      id: "compare-\(probeCount)",
      request: .compare(
        CompareRequest(later: later.encoded, earlier: comparison.earlierPath.encoded)),
      timeLimit: Self.probeLimit(forBytes: conflict.later.bytes + conflict.earlier.bytes),
      memoryLimit: settings.limits.memory)
  }

  /// Takes in what a worker said of two files; false when it was about something else.
  func hearComparison(_ news: WorkerNews) throws -> Bool {
    guard let known = comparisons.first(where: { $0.value.task == news.id })?.value else {
      return false
    }
    let reason = known.conflict.reason
    var failure = "comparing them failed"
    if known.packed != nil { failure = "taking the earlier one out of its archive failed" }
    switch news.kind {
    case .reply(.compared(let difference)):
      let words = difference?.summary ?? "how they differ cannot be told"
      try fail(
        known.job, .jobFailed, reason: "\(reason): \(words)",
        detail: detail(of: known.conflict, difference), fields: difference?.fields ?? [:])
    case .reply(.unpacked):
      comparisons[known.job.id]?.task = nil
      comparisons[known.job.id]?.packed = nil
      if try disk.status(of: known.earlierPath)?.size == known.conflict.earlier.bytes {
        return true
      }
      try fail(
        known.job, .jobFailed, reason: "\(reason), and its archive is no longer what it was",
        detail: detail(of: known.conflict, nil))
    case .reply(.refused(let refusal)):
      if refusal.fate == .deferJob {
        comparisons[known.job.id]?.task = nil
        pause("an original could not be taken out of its archive: \(refusal.reason)")
        return true
      }
      try fail(
        known.job, .jobFailed, reason: "\(reason); \(failure): \(refusal.reason)",
        detail: detail(of: known.conflict, nil))
    case .reply: return true
    case .lost(let loss):
      switch loss.cause {
      case .cancelled, .notStarted:
        comparisons[known.job.id]?.task = nil
        if loss.cause != .cancelled { pause(loss.description) }
        return true
      case .signal, .exit, .timeLimit:
        try fail(
          known.job, .jobFailed, reason: "\(reason); \(failure): \(loss.description)",
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
