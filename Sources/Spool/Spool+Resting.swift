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
      try writeRestingCard(of: job)
      switch job.state {
      case .failed: try quarantine(job, detail: detail)
      case .published, .duplicate, .skipped, .unpacked: try settle(job)
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
  /// What was left in the inbox was only copied, what was unpacked stands in its archive, and what is deleted has its result in the outbox:
  /// skipped scans have none, nor have copies of a scan that is still being worked at.
  private func settle(_ job: JobRecord) throws {
    let source = folders.originals(job.id)
    let isCopy = ["leave", "unpacked"].contains(job.originals)
    let isUnwanted = try job.originals == "delete" && hasResult(job)
    if isCopy || isUnwanted {
      try disk.removeTree(source)
    } else if try disk.exists(source) {
      try moveTree(source, to: folders.archive(job.id))
    } else {
      // Moved before, perhaps cut off before the sync; the work folder goes next.
      try disk.sync(folder: folders.archive)
    }
  }

  /// Whether what the job's originals became stands in the outbox; a duplicate's result is that of
  /// the job before it, which may still be at work.
  func hasResult(_ job: JobRecord) throws -> Bool {
    if job.state == .unpacked { return try hasResults(ofMembersOf: job) }
    guard job.state == .duplicate else { return job.state == .published }
    return try ledger.read { try $0.job(job.duplicateOf)?.state } == .published
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
    try moveTree(source, to: folders.quarantine(job.id))
  }

  /// Moves a folder, by a verified copy where archive or quarantine lie on a disk of their own.
  ///
  /// The copy is made under a hidden name and renamed when it is whole, so that the folder appears
  /// at once; only then its source goes. A move that was cut off is finished by doing it again.
  func moveTree(_ source: FilePath, to destination: FilePath) throws(FileError) {
    do throws(FileError) {
      return try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
    }
    let folder = destination.removingLastComponent()
    if try disk.exists(destination) {
      // Renamed before, perhaps cut off before the sync.
      try disk.sync(folder: folder)
    } else {
      let staging = folder.appending(".\(destination.lastComponent?.string ?? "job").part")
      try disk.removeTree(staging)
      try disk.copyTree(source, to: staging)
      try disk.move(staging, to: destination)
    }
    try disk.removeTree(source)
  }
}
