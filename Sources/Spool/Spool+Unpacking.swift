import Configuration
import Disk
import EventLog
import Foundation
import InboxWatch
import JobLedger
import Logging
import ScanModel
import SystemPackage
import Worker

/// An archive's way to its files: it is queued and tried like any job, and what its worker unpacked
/// stands in its work folder until jobs of their own have taken it.
///
/// What was unpacked is made anew from the archive, or found again, after whatever happens: only the
/// archive is an original.
extension Spool {
  /// The memory that unpacking is reckoned with: windows and buffers.
  private static let unpackingMemory = 256 << 20

  /// Has an archive that was claimed wait for a worker.
  ///
  /// It keeps the settings of its inbox, as other jobs keep their recipe: should the inbox be taken
  /// out of the configuration meanwhile, its files are taken under these.
  func queueArchive(_ job: JobRecord, _ inbox: Inbox) throws {
    var job = job
    job.predictedMemory = Self.unpackingMemory
    job.recipeBody = String(decoding: try JSONEncoder().encode(inbox), as: UTF8.self)
    try queue(job)
  }

  /// What the worker of an archive is asked, and the folder below `out-N` that it needs.
  func unpacking(
    _ job: JobRecord, _ files: [FileRecord]
  ) -> (folder: FilePath, request: (String) -> WorkerRequest)? {
    guard let file = files.first else { return nil }
    // Its own name goes before those of its files, in reports too.
    let folder = FilePath("result").pushing(FilePath(file.name))
    let archive = folders.originals(job.id).pushing(FilePath(file.name))
    return (
      folder,
      { [folders] attempt in
        let output = folders.output(job.id, attempt: attempt).pushing(folder)
        return .unpack(UnpackRequest(path: archive.encoded, output: output.string))
      }
    )
  }

  /// Takes in what a worker unpacked.
  func deliver(_ job: RunningJob, _ facts: ArchiveFacts) throws {
    if try sendBackIfWrittenTo(job) { return }
    var record = job.record
    let made = folders.output(record.id, attempt: job.attempt).appending("result")
    do {
      // The jobs that take these files must find them after a power cut.
      try disk.syncTree(made)
      try disk.move(made, to: folders.unpacked(record.id))
    } catch {
      record.attempts -= 1
      pause("what was unpacked could not be kept: \(error)")
      return try postpone(record, reason: "what was unpacked could not be kept: \(error)")
    }
    hasGoneOn = true
    try open(record, ["files": .integer(facts.files), "bytes": .integer(facts.bytes)])
  }

  /// Goes on with an archive that was unpacked before.
  ///
  /// - Returns: Whether it was.
  func resumeDrop(_ job: JobRecord) throws -> Bool {
    guard job.format == ScanFormat.archive.rawValue,
      try disk.exists(folders.unpacked(job.id))
    else { return false }
    if job.state == .running && job.outputBytes == 0 {
      noteOpen(job)
    } else {
      try open(job, [:])
    }
    return true
  }

  private func open(_ job: JobRecord, _ fields: [String: EventField]) throws {
    var job = job
    job.state = .running
    job.reason = ""
    // What was reserved for its files is taken now.
    job.outputBytes = 0
    try chronicle.move(
      job, .archiveOpened, .info, "the archive is unpacked, its files are being taken in", fields)
    noteOpen(job)
  }

  private func noteOpen(_ job: JobRecord) {
    drops[job.id] = OpenDrop(inbox: job.inbox)
    lookWanted.insert(job.inbox)
    retainInbox(of: job)
  }

  // MARK: Looking

  /// The files that archives of an inbox were unpacked to; the inbox's desk treats them as its own.
  func lookIntoDrops(of inbox: String) throws -> [FoundFile] {
    var found: [FoundFile] = []
    for (id, drop) in drops where drop.inbox == inbox {
      let folder = folders.unpacked(id)
      guard try disk.exists(folder) else {
        drops[id]?.files = []
        continue
      }
      let listing = try InboxListing(of: folder, on: disk)
      let files = listing.files.map {
        FoundFile(path: folder.pushing($0.path), status: $0.status)
      }
      drops[id]?.files = Set(files.map(\.path))
      for (path, refusal) in listing.refused {
        drops[id]?.rejected[folder.pushing(path)] = refusal.rawValue
      }
      found += files
    }
    return found
  }

  /// Passes over a file of an archive that is no scan: the archive keeps it.
  func reject(member path: FilePath, of job: String, inbox: String, reason: String) {
    desks[inbox]?.giveUp(on: path)
    drops[job]?.rejected[path] = reason
    log.event(
      .fileIgnored, .info, "a file of an archive is passed over: \(reason)",
      ["inbox": .text(inbox), "job": .text(job), "name": .fileName(path.encoded)])
  }

  // MARK: The way back

  /// Where a claimed file goes back to; nil when its archive will give it anew.
  func wayBack(of file: FileRecord, of job: JobRecord) throws -> FilePath? {
    let source = FilePath(encoded: file.source)
    guard let member = folders.member(source) else { return source }
    let archive = try ledger.read { try $0.job(member.job) }
    switch archive?.state {
    case .running where try disk.exists(folders.unpacked(member.job)): return source
    case .unpacked:
      if let archive { try reopen(archive) }
      return source
    default: break
    }
    if try disk.exists(folders.originals(member.job)) { return nil }
    // Its archive is gone where it cannot be reached: the file goes on by itself.
    guard let inbox = inbox(named: job.inbox) else { return source }
    return FilePath(inbox.path).pushing(member.name)
  }

  /// Looks after the files of an archive once more, of which one comes back.
  private func reopen(_ job: JobRecord) throws {
    try disk.makeFolder(folders.unpacked(job.id))
    var job = job
    job.state = .running
    job.finishedAt = nil
    try ledger.write { try $0.update(job) }
    noteOpen(job)
  }
}
