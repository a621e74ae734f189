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
    var record = job.record
    let finished = clock.now
    let message = "the result stands in the outbox"
    let fields: [String: EventField] = [
      "recipe": .text(record.recipe), "files": .integer(summary.result.files.count),
      "seconds": .number(finished.timeIntervalSince1970 - (record.startedAt ?? 0)),
      "peak_memory_bytes": .integer(summary.peakMemoryBytes),
    ]
    let lastLine = chronicle.row(record, .jobPublished, .info, message, fields).line
    do {
      _ = try publisher.publish(
        folders.output(record.id, attempt: record.attempts),
        to: FilePath(encoded: record.outbox), provenance(of: job), summary, finished: finished,
        log: try chronicle.lines(of: record.id) + [lastLine])
    } catch let error as FileError {
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
    self.finished[.published, default: 0] += 1
    try putOriginalsToRest(record)
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
      try postpone(job, reason: "the outbox cannot be read: \(error)")
      return true
    }
    var job = job
    job.state = .published
    job.reason = ""
    job.finishedAt = clock.now.timeIntervalSince1970
    try chronicle.move(
      job, .spoolRecovered, .notice, "its result was published just before it was interrupted")
    finished[.published, default: 0] += 1
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
      warnings: record.warnings.isEmpty ? [] : [record.warnings])
  }
}
