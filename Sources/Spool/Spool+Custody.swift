import Configuration
import Disk
import JobLedger
import SystemPackage

/// What makes sure that a claimed file is the one that was found whole, and stays so: a writer that
/// has a file open goes on writing into it wherever it is moved to.
extension Spool {
  // MARK: While files are claimed

  /// Whether a file may be claimed by a rename: one with more names could still be written to by
  /// the others, and is copied instead.
  func hasOneName(_ path: FilePath) throws(FileError) -> Bool {
    (try disk.use(of: path)?.names ?? 1) < 2
  }

  /// Whether what was renamed is what was found, and not something that took its name meanwhile.
  func isRenamed(_ file: FileRecord, to destination: FilePath) throws(FileError) -> Bool {
    guard let status = try disk.status(of: destination) else { return false }
    return status.inode == file.status.inode && isSameContent(status, as: file)
  }

  /// Claims a file by a copy that is read back before the source goes; nil when the source is no
  /// longer what was found whole.
  func claimByCopy(
    _ file: FileRecord, to destination: FilePath
  ) throws(FileError) -> FileRecord? {
    let source = FilePath(encoded: file.source)
    let written = try disk.copy(source, to: destination)
    guard try disk.digest(of: destination) == written else {
      try disk.remove(destination)
      throw FileError(.ioError, "verify the copy", source)
    }
    guard try disk.digest(of: source) == written, try disk.status(of: source) == file.status,
      try disk.use(of: source)?.writers != .some || isOverdue(source)
    else {
      try disk.remove(destination)
      return nil
    }
    try disk.remove(source)
    guard let status = try disk.status(of: destination) else { return nil }
    // From now on the copy is what nobody may write to.
    var claimed = FileRecord(
      job: file.job, name: file.name, source: file.source, status: status,
      sopInstanceUID: file.sopInstanceUID)
    claimed.sha256 = written.sha256
    return claimed
  }

  /// Whether nobody waits any longer for whoever has a file open.
  private func isOverdue(_ source: FilePath) -> Bool {
    inboxesAtWork.contains { inbox in
      guard let path = deskPath(of: source, in: inbox) else { return false }
      return desks[inbox.name]?.isOverdue(path, with: .writer, at: clock.monotonic) == true
    }
  }

  /// What the desk of an inbox calls a file; nil when it does not lie there.
  func deskPath(of source: FilePath, in inbox: Inbox) -> FilePath? {
    if folders.member(source) != nil { return source }
    var path = source
    return path.removePrefix(FilePath(inbox.path)) ? path : nil
  }

  /// Whether claimed files are as they were when they were found whole, and nobody can write to
  /// them any more, as far as the system tells.
  ///
  /// Asked after they were read through: what was hashed then is what was judged.
  func areUnharmed(
    _ claimed: [FileRecord], of scan: ArrivedScan, from inbox: Inbox,
    keepingSource keepsSource: Bool
  ) throws(FileError) -> Bool {
    let patience = desks[inbox.name]?.patience.incomplete ?? 0
    for (file, member) in zip(claimed, scan.members) {
      let path = keepsSource ? FilePath(encoded: file.source) : claimedPath(of: file)
      guard let status = try disk.status(of: path), isSameContent(status, as: file) else {
        return false
      }
      if keepsSource && status != file.status { return false }
      // Who keeps a whole file open for ever is not waited for for ever.
      if clock.monotonic - member.foundAt >= patience { continue }
      if try disk.use(of: path)?.writers == .some { return false }
    }
    return true
  }

  /// Has the desk look at files anew that were given back, or that were left where they lie.
  func seeAnew(_ files: [FileRecord], of job: JobRecord) {
    guard let inbox = inbox(named: job.inbox) else { return }
    for file in files {
      if let path = deskPath(of: FilePath(encoded: file.source), in: inbox) {
        desks[inbox.name]?.forget(path)
      }
    }
  }

  // MARK: While a worker is at them

  /// Puts a job whose originals someone wrote to after the claim back into the inbox: what was made
  /// of them is not published.
  ///
  /// - Returns: Whether it was one.
  func sendBackIfWrittenTo(_ job: RunningJob) throws -> Bool {
    do {
      guard try wasWrittenTo(job) else { return false }
    } catch {
      // A disk that fails says nothing of writers; what needs it next fails by itself.
      return false
    }
    _ = try putBack(job.record, why: "a file was written to after it had been claimed")
    return true
  }

  private func wasWrittenTo(_ job: RunningJob) throws(FileError) -> Bool {
    // Copies of what stays in the inbox are ours alone.
    if job.record.originals == "leave" { return false }
    for file in job.files {
      guard let status = try disk.status(of: claimedPath(of: file)) else { continue }
      if !isSameContent(status, as: file) { return true }
    }
    return false
  }

  private func claimedPath(of file: FileRecord) -> FilePath {
    folders.originals(file.job).pushing(FilePath(file.name))
  }

  private func isSameContent(_ status: FileStatus, as file: FileRecord) -> Bool {
    status.size == file.bytes && status.modified == file.modified
  }
}
