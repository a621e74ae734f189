import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import SystemPackage
import Worker

extension Spool {
  /// Thrown between two steps of a recovery that was asked to stop; the next start goes on with it.
  public struct Interruption: Error {}

  /// Has the ledger learn what the folders know and it does not: nothing, as long as it is whole.
  ///
  /// A ledger that was lost, damaged or brought back from an older copy lacks jobs. Those at rest
  /// have cards, those in progress are found by `adopt`.
  func reconcile() throws {
    let isNew = try ledger.read { try $0.isEmpty() }
    let states = try ledger.read { try $0.states() }
    let cards = JobCards(disk: disk, folders: folders)
    let inWork = Set(try folders.jobsInWork(on: disk))
    let onCards = try cards.names()
    let lacking = onCards.filter { job in
      guard let state = states[job] else { return true }
      // It came to rest after the copy of the ledger was made that is in use now.
      return !state.isFinal && !inWork.contains(job)
    }
    var noted = try note(lacking.sorted()) { job throws(FileError) in try cards.resting(job) }
    let witness = witness
    func unknown(in folder: FilePath) throws -> [String] {
      try disk.entries(of: folder).map(\.string).filter { job in
        // A copy in the making; what it is made from still lies in the work folder.
        if job.hasPrefix(".") { return false }
        if states[job] != nil || noted.contains(job) || inWork.contains(job) { return false }
        return try disk.status(of: folder.appending(job))?.kind == .folder
      }
    }
    noted.formUnion(
      try note(unknown(in: folders.quarantine)) { job throws(FileError) in
        try witness.quarantined(job)
      })
    noted.formUnion(
      try note(unknown(in: folders.archive)) { job throws(FileError) in try witness.archived(job) })
    let adoptable = inWork.count { states[$0] == nil && !noted.contains($0) }
    if noted.isEmpty && adoptable == 0 { return }
    try tellOfRebuilding(isNew: isNew, noted: noted.count, inProgress: adoptable)
  }

  var witness: FolderWitness {
    FolderWitness(
      disk: disk, folders: folders, settings: settings, version: version, now: clock.now)
  }

  /// Notes jobs by what is written down of them, some hundred in a transaction; returns which.
  private func note(
    _ jobs: [String], _ find: (String) throws(FileError) -> JobCard?
  ) throws -> Set<String> {
    var noted: Set<String> = []
    for start in stride(from: 0, to: jobs.count, by: 500) {
      if isAskedToStop() { throw Interruption() }
      let cards = try jobs[start..<min(start + 500, jobs.count)].compactMap { try find($0) }
      try ledger.write { transaction in
        for card in cards { try note(card, in: transaction) }
      }
      noted.formUnion(cards.map(\.job.id))
    }
    return noted
  }

  private func note(_ card: JobCard, in transaction: Transaction) throws {
    try transaction.replace(card.job, files: card.files)
    if let moment = card.originalsRemovedAt {
      let home = card.job.state == .failed ? folders.quarantine : folders.archive
      let isDone = try !disk.exists(home.appending(card.job.id))
      try transaction.note(
        RemovalRow(job: card.job.id, meantAt: moment, doneAt: isDone ? moment : nil))
    }
    try transaction.append(
      chronicle.row(
        card.job, .spoolRecovered, .warning, "noted anew from its folders; the ledger lacked it",
        [:]))
  }

  private func tellOfRebuilding(isNew: Bool, noted: Int, inProgress: Int) throws {
    let message =
      "the ledger lacked jobs that the folders hold: \(noted) at rest were noted anew, "
      + "\(inProgress) in progress go back to where they came from"
    let fields: [String: EventField] = [
      "jobs": .integer(noted), "in_progress": .integer(inProgress),
    ]
    let name: EventName = isNew ? .ledgerRebuilt : .spoolRecovered
    let moment = clock.now
    let record = EventRecord(
      moment: moment, level: .error, event: name.rawValue, message: message, fields: fields)
    try ledger.write {
      try $0.append(
        EventRow(
          job: "", at: moment.timeIntervalSince1970, event: name.rawValue,
          line: record.jsonLine(names: chronicle.names)))
    }
    log.event(name, .error, message, fields)
  }

  /// Takes up a work folder that the ledger does not know, by the card in it.
  ///
  /// Where the result stands in the outbox already, only the ledger's last line is missing;
  /// otherwise the files go back into the inbox, and everything is decided anew.
  ///
  /// - Returns: Whether there is a card.
  func adopt(workFolder job: String) throws -> Bool {
    guard let card = try JobCards(disk: disk, folders: folders).inWork(job) else { return false }
    var record = card.job
    var files = try filesToPutBack(card)
    if let report = try witness.report(of: job, in: FilePath(encoded: record.outbox)) {
      let told = witness.take(report, into: &record)
      let hashes = Dictionary(told.map { ($0.name, $0.sha256) }) { first, _ in first }
      for place in files.indices {
        files[place].sha256 = hashes[files[place].name] ?? files[place].sha256
      }
    }
    record.finishedAt = nil
    record.state = .waiting
    try ledger.write { try $0.insert(record, files: files) }
    if try adoptResult(of: record) { return true }
    _ = try putBack(record, why: "the ledger that knew of it was lost")
    return true
  }

  /// The files of a card, and those that stand beside them for whatever reason.
  private func filesToPutBack(_ card: JobCard) throws -> [FileRecord] {
    let folder = folders.originals(card.job.id)
    let present = try disk.exists(folder) ? disk.files(below: folder) : []
    let known = Set(card.files.map(\.name))
    let more = present.map(\.string).filter { !known.contains($0) }
    let files = try card.files.map { file in
      var file = file
      if try isWholeCopy(file, of: card.job) {
        file.sha256 = try disk.digest(of: folder.pushing(FilePath(file.name))).sha256
      }
      return file
    }
    return files + more.map { witness.file(.init(name: $0, bytes: 0, sha256: ""), of: card.job) }
  }

  /// Whether a file that was left in the inbox, and changed there since, has its first content in
  /// the work folder only.
  private func isWholeCopy(_ file: FileRecord, of job: JobRecord) throws -> Bool {
    guard job.originals == "leave", file.sha256.isEmpty else { return false }
    let claimed = folders.originals(job.id).pushing(FilePath(file.name))
    guard let copy = try disk.status(of: claimed), copy.size == file.bytes,
      let original = try disk.status(of: FilePath(encoded: file.source))
    else { return false }
    return !original.isUntouched(since: file.status)
  }
}
