import Disk
import EventLog
import Foundation
import JobLedger
import SystemPackage
import Worker

/// What stands beside quarantined originals.
private struct QuarantineNote: Codable {
  var version = 1
  var job: String
  var reason: String
  var at: String
  var attempts: Int
  var files: [Report.File]
  var detail: [String: JSONValue]
}

extension Spool {
  /// Brings a job's originals to where its state wants them; safe to repeat after a crash.
  ///
  /// A disk that fails now is no loss: the originals stay in the work folder until it works again.
  func putOriginalsToRest(_ job: JobRecord, detail: [String: JSONValue] = [:]) throws {
    do {
      switch job.state {
      case .failed: try quarantine(job, detail: detail)
      case .published, .duplicate, .skipped: try settle(job)
      case .waiting, .queued, .running, .held, .deferred: return
      }
      try disk.removeTree(folders.work(job.id))
    } catch let error as FileError {
      unrested.insert(job.id)
      pause("originals wait in the work folder: \(error)")
    }
  }

  /// Archives originals, or removes them where the inbox says so.
  ///
  /// What was left in the inbox was only copied, and what is deleted has its result in the outbox;
  /// skipped scans have none.
  private func settle(_ job: JobRecord) throws {
    let source = folders.originals(job.id)
    let isCopy = job.originals == "leave"
    let isUnwanted = job.originals == "delete" && job.state != .skipped
    if isCopy || isUnwanted {
      try disk.removeTree(source)
    } else if try disk.exists(source) {
      try disk.move(source, to: folders.archive(job.id))
    } else {
      // Moved before, perhaps cut off before the sync; the work folder goes next.
      try disk.sync(folder: folders.archive)
    }
  }

  private func quarantine(_ job: JobRecord, detail: [String: JSONValue]) throws {
    let source = folders.originals(job.id)
    guard try disk.exists(source) else { return try disk.sync(folder: folders.quarantine) }
    let files = try ledger.read { try $0.files(of: job.id) }
    let note = QuarantineNote(
      job: job.id, reason: job.reason, at: Timestamp.text(clock.now), attempts: job.attempts,
      files: files.map { Report.File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) },
      detail: detail)
    try disk.write(try PlainJSON.bytes(note), to: source.appending("reason.json"))
    try disk.move(source, to: folders.quarantine(job.id))
  }
}
