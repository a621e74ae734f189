import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import ScanModel
import SystemPackage

extension Spool {
  /// Takes every scan that is whole.
  func takeScans() throws {
    for inbox in settings.inboxes {
      for scan in desks[inbox.name]?.arrived(at: clock.monotonic) ?? [] where !isPaused {
        if try reopenHeld(series: scan.series, in: inbox) { continue }
        for part in scan.sorted() where !isPaused && hasRoom(for: part.bytes, in: inbox) {
          try take(part, from: inbox)
        }
      }
    }
  }

  /// Takes one file that is no scan, or that was waited for in vain, into quarantine.
  func setAside(_ path: FilePath, of name: String, reason: String) throws {
    guard let inbox = settings.inboxes.first(where: { $0.name == name }),
      let status = desks[name]?.entries[path]?.status
    else { return }
    let member = ArrivedScan.Member(path: path, status: status, facts: nil)
    let scan = ArrivedScan(members: [member], evidence: "", assembly: nil)
    guard let (job, _) = try bringIn(scan, from: inbox) else { return }
    try fail(job, .fileQuarantined, reason: reason)
  }

  private func take(_ scan: ArrivedScan, from inbox: Inbox) throws {
    guard let (job, files) = try bringIn(scan, from: inbox) else { return }
    if scan.format == .dicom {
      try chronicle.note(
        job, .seriesComplete, .info, "the series is together: \(scan.evidence)",
        ["files": .integer(files.count)])
    }
    try decide(job, scan, files, inbox)
  }

  /// Late files of a series that is held for being incomplete join it: its files go back into the
  /// inbox, and the whole is assembled anew.
  private func reopenHeld(series: String, in inbox: Inbox) throws -> Bool {
    guard !series.isEmpty else { return false }
    let held = try ledger.read { try $0.jobs(series: series, in: [.held]) }
    let mine = held.first { $0.inbox == inbox.name && !$0.reason.hasPrefix(Self.byPerson) }
    guard let mine else { return false }
    // The files that go back have to settle before the series may be found quiet again.
    let settled = clock.monotonic + inbox.settle.file.seconds
    desks[inbox.name]?.waitAgain(for: series, from: settled)
    return try putBack(mine, why: "more files of its series came")
  }

  // MARK: From the inbox to the work folder

  /// Claims the files of a scan: first the ledger says what is meant, then they move.
  ///
  /// - Returns: The job with the files that came along, their digests known; nil when nothing was
  ///   left to claim.
  private func bringIn(
    _ scan: ArrivedScan, from inbox: Inbox
  ) throws -> (JobRecord, [FileRecord])? {
    guard mayTake(scan, from: inbox) else { return nil }
    let job = JobRecord(
      id: try freeName(for: scan, inbox), inbox: inbox.name, state: .waiting,
      format: scan.facts.isEmpty ? "" : scan.format.rawValue,
      modality: scan.modality(assume: inbox.assume), series: scan.series, study: scan.study,
      outbox: FilePath(inbox.outbox).encoded, originals: inbox.originals.rawValue,
      version: version, createdAt: clock.now.timeIntervalSince1970)
    let root = FilePath(inbox.path)
    let records = scan.members.map { member in
      FileRecord(
        job: job.id, name: claimedName(member.path), source: root.pushing(member.path).encoded,
        status: member.status, sopInstanceUID: member.facts?.dicom?.sopInstanceUID ?? "")
    }
    try ledger.write { try $0.insert(job, files: records) }
    let claimed: [FileRecord]
    do {
      try disk.makeFolder(folders.originals(job.id))
      claimed = try records.compactMap { try claim($0, keepingSource: inbox.originals == .leave) }
    } catch let error as FileError {
      pause("files could not be claimed: \(error)")
      _ = try putBack(job, why: "its files could not be claimed")
      return nil
    }
    for member in scan.members { desks[inbox.name]?.forget(member.path) }
    // A scan without one of its files is another scan: it is put together anew.
    guard claimed.count == records.count else {
      _ = try putBack(job, why: "files vanished or changed before they were claimed")
      return nil
    }
    let came = Set(claimed.map(\.name))
    try ledger.write { transaction in
      for file in claimed { try transaction.update(file) }
      for file in records where !came.contains(file.name) { try transaction.delete(file) }
    }
    return (job, claimed)
  }

  /// Moves one file into the work folder and reads it through; nil when it is no longer what was
  /// found whole.
  private func claim(_ file: FileRecord, keepingSource: Bool) throws -> FileRecord? {
    let source = FilePath(encoded: file.source)
    guard let status = try disk.status(of: source), status == file.status else { return nil }
    let destination = folders.originals(file.job).pushing(FilePath(file.name))
    try disk.makeFolder(destination.removingLastComponent())
    var claimed = file
    if keepingSource {
      claimed.sha256 = try disk.copy(source, to: destination).sha256
      return claimed
    }
    do {
      try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
      claimed.sha256 = try copyAcross(source, to: destination)
      return claimed
    }
    claimed.sha256 = try disk.digest(of: destination).sha256
    return claimed
  }

  /// Between file systems the claim is a copy, read back before the source goes.
  private func copyAcross(_ source: FilePath, to destination: FilePath) throws -> String {
    let written = try disk.copy(source, to: destination)
    guard try disk.digest(of: destination) == written, try disk.digest(of: source) == written
    else {
      try disk.remove(destination)
      throw FileError(.ioError, "verify the copy", source)
    }
    try disk.remove(source)
    return written.sha256
  }

  /// A name for the claimed file: that of the source with bytes that are no UTF-8 written as
  /// `%XX`, and free of what the quarantine folder needs for itself.
  private func claimedName(_ path: FilePath) -> String {
    if path.string == "reason.json" { return "reason.json.original" }
    return path.components.map { ScanName.fitting(FilePath(root: nil, [$0]).encoded) }
      .joined(separator: "/")
  }

  private func freeName(for scan: ArrivedScan, _ inbox: Inbox) throws -> String {
    let modality = scan.modality(assume: inbox.assume)
    while true {
      let name = JobName.make(modality: modality, at: clock.now)
      if try ledger.read({ try $0.job(name) }) == nil { return name }
    }
  }

  // MARK: Back into the inbox

  /// Undoes a claim: the files go back to where they came from, and the job is forgotten.
  ///
  /// - Returns: Whether that was possible; if not, the job stays as it is.
  func putBack(_ job: JobRecord, why: String) throws -> Bool {
    if job.state != .waiting {
      var job = job
      job.state = .waiting
      try ledger.write { try $0.update(job) }
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
    log.event(
      .fileSeen, .info, "taken back into the inbox: \(why)",
      ["job": .text(job.id), "inbox": .text(job.inbox)])
    lookWanted.insert(job.inbox)
    return true
  }

  /// Puts one file back; a copy whose original still stands in the inbox goes instead.
  private func putBack(_ file: FileRecord, of job: JobRecord) throws {
    let source = FilePath(encoded: file.source)
    let claimed = folders.originals(job.id).pushing(FilePath(file.name))
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
    try disk.makeFolder(source.removingLastComponent())
    try moveAcross(claimed, to: try freePath(like: source))
  }

  /// Finishes what the disk did not allow before.
  func tidyUp() throws {
    if isPaused { return }
    for job in try ledger.read({ try $0.jobs(in: [.waiting]) }) where !isPaused {
      _ = try putBack(job, why: "its files could not be claimed")
    }
    for id in unrested {
      unrested.remove(id)
      if let job = try ledger.read({ try $0.job(id) }) { try putOriginalsToRest(job) }
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

  /// Moves a file, by a verified copy where a rename cannot.
  func moveAcross(_ source: FilePath, to destination: FilePath) throws {
    do {
      try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
      _ = try copyAcross(source, to: destination)
    }
  }

  // MARK: Space

  /// Whether the disk has room for a scan's work and result; says so once when it has not.
  private func hasRoom(for bytes: Int, in inbox: Inbox) -> Bool {
    // Originals across file systems, a float result beside them, and what the system needs.
    let needed = 6 * bytes + (64 << 20)
    let places = [folders.root, FilePath(inbox.outbox)]
    let free = places.compactMap { try? disk.freeSpace(at: $0) }.min() ?? needed
    guard free < needed else {
      isLow = false
      return true
    }
    noteLow("\(free >> 20) MiB are free and \(needed >> 20) MiB may be needed")
    return false
  }

  /// Whether the disk failed a moment ago.
  var isPaused: Bool { clock.monotonic < pausedUntil }

  /// Lets the disk be for a while after it failed; it may be full, or away.
  func pause(_ reason: String) {
    pausedUntil = clock.monotonic + 5
    noteLow(reason)
  }

  func noteLow(_ reason: String) {
    if isLow { return }
    isLow = true
    lowSince = clock.monotonic
    log.event(.spoolLow, .warning, "nothing more is taken on for now: \(reason)")
  }
}
