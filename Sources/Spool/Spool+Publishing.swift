import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import SystemPackage
import Worker

extension Spool {
  /// Publishes what a worker made, then brings the originals to rest.
  func publish(_ job: RunningJob, _ summary: RestoreSummary) throws {
    if try sendBackIfWrittenTo(job) { return }
    var record = job.record
    let finished = clock.now
    let message = "the result stands in the outbox"
    let fields: [String: EventField] = [
      "recipe": .text(record.recipe), "files": .integer(summary.result.files.count),
      "seconds": .number(finished.timeIntervalSince1970 - (record.startedAt ?? 0)),
      "peak_memory_bytes": .integer(summary.peakMemoryBytes),
    ].merging(record.revisionFields) { $1 }
    let lastLine = chronicle.row(record, .jobPublished, .info, message, fields).line
    let outbox = FilePath(encoded: record.outbox)
    do {
      if try disk.exists(outbox.appending(record.id)) {
        // Published before, and the ledger could not be told. Seen is not yet durable.
        try disk.sync(folder: outbox)
      } else {
        _ = try publisher.publish(
          folders.output(record.id, attempt: job.attempt), to: outbox, provenance(of: job),
          summary, finished: finished, log: try chronicle.lines(of: record.id) + [lastLine])
      }
    } catch let error as FileError {
      // What was made is kept: only the last step is tried again.
      results[record.id] = UnpublishedResult(
        number: record.attempts, attempt: job.attempt, summary: summary)
      record.attempts -= 1
      pause("a result could not be published: \(error)")
      return try postpone(record, reason: "the result could not be published: \(error)")
    } catch let error as EncodingError {
      return try fail(record, .jobFailed, reason: "its report cannot be written: \(error)")
    }
    record.state = .published
    record.reason = ""
    record.finishedAt = finished.timeIntervalSince1970
    try chronicle.move(record, .jobPublished, .info, message, fields)
    hasGoneOn = true
    self.finished[.published, default: 0] += 1
    results[record.id] = nil
    try putOriginalsToRest(record)
  }

  /// Publishes what was made of a job before, when no disk took it.
  ///
  /// - Returns: Whether there is such a result.
  func publishHeldResult(of job: JobRecord, _ files: [FileRecord]) throws -> Bool {
    guard let result = results[job.id] else { return false }
    do {
      guard try disk.exists(folders.output(job.id, attempt: result.attempt)) else {
        // Without its folder the scan is restored anew.
        results[job.id] = nil
        return false
      }
    } catch {
      pause("a result cannot be read: \(error)")
      try postpone(job, reason: "the result cannot be read: \(error)")
      return true
    }
    var job = job
    job.attempts = result.number
    try publish(
      RunningJob(record: job, files: files, attempt: result.attempt), result.summary)
    return true
  }

  /// Takes a result that stands in the outbox for the job's own: its last move was cut off between
  /// the disk and the ledger.
  ///
  /// - Returns: Whether there is one; or the disk failed, and the job waits.
  func adoptResult(of job: JobRecord) throws -> Bool {
    let outbox = FilePath(encoded: job.outbox)
    do {
      guard try disk.exists(outbox.appending(job.id)) else { return false }
      // Seen is not yet durable, and the originals go next.
      try disk.sync(folder: outbox)
    } catch {
      pause("the outbox cannot be read: \(error)")
      try postpone(job, reason: "the outbox cannot be read: \(error)")
      return true
    }
    var job = job
    if let result = results[job.id] { job.attempts = result.number }
    job.state = .published
    job.reason = ""
    job.finishedAt = clock.now.timeIntervalSince1970
    try chronicle.move(
      job, .spoolRecovered, .notice, "its result was published just before it was interrupted")
    finished[.published, default: 0] += 1
    results[job.id] = nil
    try putOriginalsToRest(job)
    return true
  }

  private func provenance(of job: RunningJob) -> Publisher.Provenance {
    let record = job.record
    return Publisher.Provenance(
      job: record.id, format: record.format, study: record.study.isEmpty ? nil : record.study,
      series: record.series.isEmpty ? nil : record.series,
      modality: record.modality == "UN" ? nil : record.modality,
      files: job.files.map { Report.File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) },
      recipe: Report.RecipeNote(
        name: record.recipe, sha256: record.recipeHash, why: record.recipeWhy),
      queued: Date(timeIntervalSince1970: record.queuedAt ?? record.createdAt),
      started: Date(timeIntervalSince1970: record.startedAt ?? record.createdAt),
      warnings: record.warnings.isEmpty ? [] : [record.warnings],
      revision: record.revision ?? 1, supersedes: record.supersedes)
  }
}
