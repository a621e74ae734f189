import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import SystemPackage

extension Spool {
  /// Makes folders and ledger agree after whatever happened; the first thing after a start.
  ///
  /// - Throws: `FileError` when the state folder cannot be used, `DatabaseError` for the ledger.
  public func recover() throws {
    try folders.prepare(on: disk)
    try makeBoxes()
    for job in try ledger.read({ try $0.jobs(in: [.waiting]) }) {
      _ = try putBack(job, why: "the daemon ended while its files were being claimed")
    }
    for job in try ledger.read({ try $0.jobs(in: [.running]) }) { try recoverRunning(job) }
    try recoverFolders()
  }

  /// Makes the inboxes and outboxes that are missing.
  ///
  /// Where a file stands in the way no waiting helps. A disk that is full or may not be written may
  /// be mended: looking into the inbox and publishing say so themselves, until it is.
  private func makeBoxes() throws(FileError) {
    for path in settings.inboxes.flatMap({ [$0.path, $0.outbox] }) {
      do throws(FileError) {
        try disk.makeFolder(FilePath(path))
      } catch {
        guard error.isEnvironment else { throw error }
      }
    }
  }

  private func recoverRunning(_ job: JobRecord) throws {
    if try adoptResult(of: job) { return }
    if job.attempts >= settings.limits.attempts {
      try fail(
        job, .jobFailed,
        reason: "the daemon ended \(job.attempts) times while a worker was at it")
    } else {
      try chronicle.note(
        job, .spoolRecovered, .notice, "the daemon ended while a worker was at it; tried again")
      try queue(job)
    }
  }

  /// Finishes what was begun in the work folder, and sets aside what no ledger row explains.
  private func recoverFolders() throws {
    for name in try disk.entries(of: folders.work) {
      let folder = folders.work.appending(name)
      if let job = try ledger.read({ try $0.job(name.string) }) {
        if job.state.isFinal { try putOriginalsToRest(job) }
        continue
      }
      let originals = folder.appending("in")
      let files = try disk.exists(originals) ? disk.files(below: originals) : []
      if files.isEmpty {
        try disk.removeTree(folder)
        continue
      }
      log.event(
        .spoolRecovered, .error,
        "a work folder that the ledger does not know was moved to quarantine",
        ["job": .text(name.string), "files": .integer(files.count)])
      try disk.move(originals, to: folders.quarantine(name.string))
      try disk.removeTree(folder)
    }
  }
}
