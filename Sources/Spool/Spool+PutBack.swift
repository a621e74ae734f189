import Configuration
import Disk
import EventLog
import JobLedger
import Logging
import SystemPackage

/// From the work folder back into the inbox.
extension Spool {
  /// Undoes a claim: the files go back to where they came from, and the job is forgotten.
  ///
  /// - Returns: Whether that was possible; if not, the job stays as it is.
  func putBack(_ job: JobRecord, why: String) throws -> Bool {
    if job.state != .waiting {
      var job = job
      job.state = .waiting
      try ledger.write { try $0.update(job) }
    }
    // Not into the empty folder that an unmounted share leaves.
    if let inbox = settings.inboxes.first(where: { $0.name == job.inbox }), isAway(inbox) {
      return false
    }
    let files = try ledger.read { try $0.files(of: job.id) }
    do {
      for file in files { try putBack(file, of: job) }
      try disk.removeTree(folders.work(job.id))
    } catch let error as FileError {
      pause("files could not be put back into the inbox: \(error)")
      return false
    }
    try ledger.write { try $0.delete(job) }
    seeAnew(files, of: job)
    log.event(
      .fileSeen, .info, "taken back into the inbox: \(why)",
      ["job": .text(job.id), "inbox": .text(job.inbox)])
    lookWanted.insert(job.inbox)
    return true
  }

  /// Puts one file back; a copy whose original still stands in the inbox goes instead.
  private func putBack(_ file: FileRecord, of job: JobRecord) throws {
    let claimed = folders.originals(job.id).pushing(FilePath(file.name))
    if let lender = lender(of: file) { return try giveBack(file, to: lender) }
    guard let source = try wayBack(of: file, of: job) else { return try disk.remove(claimed) }
    let original = try disk.status(of: source)
    guard try disk.exists(claimed) else {
      // It may have gone back already, in a move that was cut off before its sync.
      if original != nil { try disk.sync(folder: source.removingLastComponent()) }
      return
    }
    let isUnfinishedCopy = job.originals == "leave" && file.sha256.isEmpty
    if let original, isUnfinishedCopy || original.isUntouched(since: file.status) {
      return try disk.remove(claimed)
    }
    if let original, try isCopy(source, original, of: claimed) {
      // It went back by a copy before, and what it was copied from outlived a kill or a power cut.
      try disk.sync(file: source)
      try disk.sync(folder: source.removingLastComponent())
      return try disk.remove(claimed)
    }
    try disk.makeFolder(source.removingLastComponent())
    try moveAcross(claimed, to: try freePath(like: source), staging: ".\(job.id).part")
  }

  private func isCopy(
    _ source: FilePath, _ original: FileStatus, of claimed: FilePath
  ) throws(FileError) -> Bool {
    guard let status = try disk.status(of: claimed), original.device != status.device,
      original.size == status.size
    else { return false }
    return try disk.digest(of: source) == disk.digest(of: claimed)
  }

  /// Finishes what the disk did not allow before.
  func tidyUp() throws {
    if isPaused { return }
    for job in try ledger.read({ try $0.jobs(in: [.waiting]) })
    where !isPaused && comparisons[job.id] == nil {
      _ = try putBack(job, why: "its files could not be claimed")
    }
    for id in unrested where !isPaused {
      let job = try ledger.read { try $0.job(id) }
      unrested.remove(id)
      if let job { try putOriginalsToRest(job) }
    }
  }

  /// A path near the wanted one at which nothing stands.
  private func freePath(like path: FilePath) throws -> FilePath {
    var candidate = path
    var count = 1
    while try disk.exists(candidate) {
      let name = path.lastComponent?.string ?? "file"
      candidate = path.removingLastComponent().appending("\(count)-\(name)")
      count += 1
    }
    return candidate
  }

  /// Moves a file, by a verified copy where a rename cannot; the copy is made under a hidden name,
  /// so that nobody takes a part of it for the whole.
  func moveAcross(
    _ source: FilePath, to destination: FilePath, staging: String
  ) throws {
    do {
      return try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
    }
    let copy = destination.removingLastComponent().appending(staging)
    try disk.remove(copy)
    let written = try disk.copy(source, to: copy)
    guard try disk.digest(of: copy) == written else {
      throw FileError(.ioError, "verify the copy", source)
    }
    try disk.move(copy, to: destination)
    try disk.remove(source)
  }
}
