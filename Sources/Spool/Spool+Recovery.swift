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
  /// - Throws: `FileError` when the state folder cannot be used, `LedgerOutage` or `DatabaseError`
  ///   for the ledger.
  public func recover() throws {
    try folders.prepare(on: disk)
    try makeBoxes()
    try reconcile()
    for job in try ledger.read({ try $0.jobs(in: [.waiting]) }) {
      if isAskedToStop() { throw Interruption() }
      _ = try putBack(job, why: "the daemon ended while its files were being claimed")
    }
    for job in try ledger.read({ try $0.jobs(in: [.running]) }) { try recoverRunning(job) }
    try recoverFolders()
    hasRecovered = true
    isAstray = false
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
    if try resumeDrop(job) { return }
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

  /// Finishes what was begun in the work folder, and sets aside what nothing explains.
  ///
  /// What waits in order costs no look at the disk: ten thousand queued jobs are two lists.
  func recoverFolders() throws {
    let states = try ledger.read { try $0.states() }
    let names = try folders.jobsInWork(on: disk)
    for name in names {
      if isAskedToStop() { throw Interruption() }
      switch states[name] {
      case .some(let state) where state.isFinal:
        if let job = try ledger.read({ try $0.job(name) }) { try putOriginalsToRest(job) }
      case .some: break
      case nil:
        if try !adopt(workFolder: name) { try setAside(workFolder: name) }
      }
    }
    let present = Set(names)
    let open: Set<JobState> = [.queued, .held, .deferred]
    for (name, state) in states where open.contains(state) && !present.contains(name) {
      guard let job = try ledger.read({ try $0.job(name) }) else { continue }
      try fail(
        job, .jobFailed,
        reason: "its originals are no longer in the work folder; they may be in the inbox again")
    }
  }

  /// Moves a work folder that neither a row nor a card explains to quarantine.
  private func setAside(workFolder name: String) throws {
    let folder = folders.work.appending(name)
    let originals = folder.appending("in")
    let files = try disk.exists(originals) ? disk.files(below: originals) : []
    if files.isEmpty { return try disk.removeTree(folder) }
    log.event(
      .spoolRecovered, .error,
      "a work folder that the ledger does not know was moved to quarantine",
      ["job": .text(name), "files": .integer(files.count)])
    try moveTree(originals, to: folders.quarantine(name))
    try disk.removeTree(folder)
    let card = try witness.quarantined(name)
    try ledger.write { try $0.replace(card.job, files: card.files) }
  }
}
