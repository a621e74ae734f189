import Configuration
import Disk
import JobLedger
import ScanModel
import SystemPackage

/// Putting a published series together anew, with the files that came late.
///
/// The earlier job and its result stay as they are. Its originals are copied, never linked or moved,
/// and those that came in an archive are unpacked once more: at every moment they stand whole in the
/// archive. The ledger hears of the copies when all are there and verified; until then a crash only
/// sends the late files back into their inbox.
extension Spool {
  /// Decides upon claimed late files together with the archived ones of the earlier job.
  func revise(
    _ job: JobRecord, _ late: ArrivedScan, _ files: [FileRecord], _ revision: Revision,
    _ inbox: Inbox
  ) throws {
    recollections[revision.predecessor.id] = nil
    // Which of two contents is the right one nobody knows: nothing is made of either.
    if try conflict(among: files) != nil { return try decide(job, late, files, inbox) }
    var revised = job
    revised.supersedes = revision.predecessor.id
    revised.revision = try ledger.read { try $0.lastRevision(ofSeries: job.series) } + 1
    // No archive holds all of its files: it keeps them itself, as one does whose files came alone.
    if job.originals == "unpacked" && !revision.recalled.isEmpty && inbox.originals == .archive {
      revised.originals = inbox.originals.rawValue
    }
    let records = self.records(of: revision, beside: files, for: job)
    let made: [FileRecord]?
    do {
      try writeWorkCard(of: revised, files + records)
      made = try recall(records, revision)
      if made == nil {
        for file in records { try disk.remove(place(of: file)) }
        try writeWorkCard(of: job, files)
      }
    } catch let error as FileError {
      pause("originals could not be copied out of the archive: \(error)")
      _ = try putBack(job, why: "the earlier files of its series could not be read")
      return
    }
    guard let copies = made else {
      return try decide(
        job, late, files, inbox, obstacle: "its originals in the archive are not what they were")
    }
    let noted = revised
    try ledger.write { transaction in
      try transaction.update(noted)
      for copy in copies { try transaction.insert(copy) }
    }
    try decide(revised, revision.whole(with: late), files + copies, inbox)
  }

  // MARK: Copies out of the archive

  /// The records of copies that are to be made, under names that are free.
  private func records(
    of revision: Revision, beside files: [FileRecord], for job: JobRecord
  ) -> [FileRecord] {
    let clash = Self.clash(files.map(\.name), revision.recalled.map(\.name))
    return revision.recalled.map { file in
      let path = FilePath(file.name)
      let name = clash ? FilePath(revision.predecessor.id).pushing(path) : path
      var record = FileRecord(
        job: job.id, name: name.string, source: home(of: file, revision).encoded,
        status: file.status, sopInstanceUID: file.sopInstanceUID)
      record.sha256 = file.sha256
      return record
    }
  }

  /// Where the original of a copy stands: in the archive of the earlier job, or below the name of
  /// the archived archive that holds it.
  private func home(of file: FileRecord, _ revision: Revision) -> FilePath {
    if revision.isUnpacked, let member = folders.member(FilePath(encoded: file.source)) {
      return folders.archive(member.job).pushing(member.name)
    }
    return folders.archive(revision.predecessor.id).pushing(FilePath(file.name))
  }

  /// Whether a name stands in both lists, or is that of a folder in the other.
  private static func clash(_ names: [String], _ others: [String]) -> Bool {
    func withFolders(_ names: [String]) -> Set<String> {
      var all: Set<String> = []
      for name in names {
        var path = FilePath(name)
        while !path.isEmpty, all.insert(path.string).inserted { path.removeLastComponent() }
      }
      return all
    }
    return !withFolders(names).isDisjoint(with: others)
      || !withFolders(others).isDisjoint(with: names)
  }

  /// Brings originals into the work folder and reads them there; nil when one of them is gone or
  /// has another content.
  private func recall(
    _ files: [FileRecord], _ revision: Revision
  ) throws(FileError) -> [FileRecord]? {
    var copies: [FileRecord] = []
    for (file, source) in zip(files, revision.places) {
      let destination = place(of: file)
      guard try disk.exists(source) else { return nil }
      try disk.makeFolder(destination.removingLastComponent())
      let isBrought =
        revision.isUnpacked
        ? try bring(source, to: destination, as: file) : try copy(source, to: destination, as: file)
      guard isBrought else { return nil }
      guard let status = try disk.status(of: destination) else {
        throw FileError(.ioError, "verify the copy", source)
      }
      // From now on the copy is what nobody may write to.
      var copy = FileRecord(
        job: file.job, name: file.name, source: file.source, status: status,
        sopInstanceUID: file.sopInstanceUID)
      copy.sha256 = file.sha256
      copies.append(copy)
    }
    return copies
  }

  /// Copies an original and reads the copy back; false when it is not what it was.
  private func copy(
    _ source: FilePath, to destination: FilePath, as file: FileRecord
  ) throws(FileError) -> Bool {
    let written: FileDigest
    do throws(FileError) {
      written = try disk.copy(source, to: destination)
    } catch {
      // Someone may be removing them at this moment.
      guard try disk.exists(source) else { return false }
      throw error
    }
    guard written.sha256 == file.sha256 else { return false }
    guard try disk.digest(of: destination) == written else {
      throw FileError(.ioError, "verify the copy", source)
    }
    return true
  }

  /// Moves what was taken out of an archive, which nobody else has a claim on; false when it is not
  /// what it was.
  private func bring(
    _ source: FilePath, to destination: FilePath, as file: FileRecord
  ) throws(FileError) -> Bool {
    // The job that takes it must find it whole after a power cut.
    try disk.sync(file: source)
    try disk.move(source, to: destination)
    return try disk.digest(of: destination).sha256 == file.sha256
  }

  private func place(of file: FileRecord) -> FilePath {
    folders.originals(file.job).pushing(FilePath(file.name))
  }

  // MARK: The way back

  /// The job in whose archive the original of a copy stands; nil for what came from an inbox.
  func lender(of file: FileRecord) -> String? {
    var path = FilePath(encoded: file.source)
    guard path.removePrefix(folders.archive) else { return nil }
    return path.components.first?.string
  }

  /// Gives up a copy whose original stands in the archive of another job.
  ///
  /// Should the original be gone, and nobody have removed it on purpose, the copy takes its place:
  /// it is the last one.
  func giveBack(_ file: FileRecord, to lender: String) throws {
    let copy = place(of: file)
    guard try disk.exists(copy) else { return }
    let isNeeded =
      try !stands(FilePath(encoded: file.source), in: lender)
      && ledger.read({ try $0.removal(of: lender) }) == nil
      && disk.digest(of: copy).sha256 == file.sha256
    guard isNeeded else { return try disk.remove(copy) }
    let original = FilePath(encoded: file.source)
    try disk.makeFolder(original.removingLastComponent())
    try moveAcross(copy, to: original, staging: ".\(file.job).part")
  }

  /// Whether an original stands in the archive of a job, as a file or in an archive that does; one
  /// that is still being taken apart has not come to rest yet.
  private func stands(_ original: FilePath, in lender: String) throws(FileError) -> Bool {
    var below = original
    guard below.removePrefix(folders.archive(lender)) else { return try disk.exists(original) }
    for home in [folders.archive(lender), folders.originals(lender)] {
      var path = home
      for part in below.components {
        path.append(part)
        guard let kind = try disk.status(of: path)?.kind else { break }
        if kind == .file { return true }
      }
    }
    return false
  }

  // MARK: What was overtaken

  /// Whether another job supersedes, or is about to, what a job was meant to supersede.
  func isOvertaken(_ job: JobRecord) throws -> Bool {
    guard let earlier = job.supersedes else { return false }
    let live: Set<JobState> = [.published, .queued, .running, .deferred]
    return try ledger.read { try $0.successors(of: earlier) }
      .contains { $0.id != job.id && live.contains($0.state) }
  }
}
