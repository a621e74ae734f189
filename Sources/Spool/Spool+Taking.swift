import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import ScanModel
import SystemPackage
import Worker

extension Spool {
  /// Takes every scan that is whole.
  func takeScans() throws {
    let began = clock.monotonic
    hasMoreToTake = false
    if isPaused { return }
    var survey: SpaceSurvey?
    forgetRecollections()
    for inbox in settings.inboxes where !unavailable.contains(inbox.name) {
      for scan in desks[inbox.name]?.arrived(at: began) ?? []
      where !isPaused && hasTime(since: began) {
        // What cannot be taken now must not stand in the way of what can.
        defer { desks[inbox.name]?.letRest(scan, until: began + 1) }
        if try reopenHeld(series: scan.series, in: inbox) { continue }
        var room = try survey ?? surveySpace()
        for part in scan.sorted() where !isPaused { try take(part, from: inbox, &room) }
        survey = room
      }
    }
  }

  private func take(
    _ scan: ArrivedScan, from inbox: Inbox, _ room: inout SpaceSurvey
  ) throws {
    let lateness = try lateness(of: scan, in: inbox)
    if case .unknown = lateness { return }
    var whole = scan
    var recalled = 0
    if case .revision(let revision) = lateness {
      whole = revision.whole(with: scan)
      recalled = revision.bytes
    }
    switch admit(whole, from: inbox, &room, recalled: recalled) {
    case .granted(let bytes): try take(scan, lateness, from: inbox, outputBytes: bytes)
    case .later: break
    case .never(let figures):
      guard let (job, _) = try bringIn(scan, from: inbox) else { return }
      try hold(job, reason: figures)
    }
  }

  /// Takes one file that is no scan, or that was waited for in vain, into quarantine.
  func setAside(
    _ path: FilePath, of name: String, reason: String, detail: [String: JSONValue] = [:]
  ) throws {
    if let member = folders.member(path) {
      return reject(member: path, of: member.job, inbox: name, reason: reason)
    }
    guard let inbox = settings.inboxes.first(where: { $0.name == name }),
      let status = desks[name]?.entries[path]?.status
    else { return }
    let member = ArrivedScan.Member(path: path, status: status, facts: nil)
    let scan = ArrivedScan(members: [member], evidence: "", assembly: nil)
    var survey = try surveySpace()
    guard case .granted = admit(scan, from: inbox, &survey, isRestored: false) else { return }
    guard let (job, _) = try bringIn(scan, from: inbox) else { return }
    try fail(job, .fileQuarantined, reason: reason, detail: detail)
  }

  private func take(
    _ scan: ArrivedScan, _ lateness: Lateness, from inbox: Inbox, outputBytes: Int
  ) throws {
    guard let (job, files) = try bringIn(scan, from: inbox, outputBytes: outputBytes) else {
      return
    }
    if scan.format == .dicom {
      try chronicle.note(
        job, .seriesComplete, .info, "the series is together: \(scan.evidence)",
        ["files": .integer(files.count)])
    }
    switch lateness {
    case .revision(let revision): try revise(job, scan, files, revision, inbox)
    case .alone(let obstacle): try decide(job, scan, files, inbox, obstacle: obstacle)
    case .unknown: break
    }
  }

  /// Late files of a series that is held for being incomplete join it: its files go back into the
  /// inbox, and the whole is assembled anew.
  private func reopenHeld(series: String, in inbox: Inbox) throws -> Bool {
    guard !series.isEmpty else { return false }
    let held = try ledger.read { try $0.jobs(series: series, in: [.held]) }
    let mine = held.first { $0.inbox == inbox.name && !$0.reason.hasPrefix(Self.byPerson) }
    guard let mine else { return false }
    let paths = try ledger.read { try $0.files(of: mine.id) }.compactMap { file in
      deskPath(of: FilePath(encoded: file.source), in: inbox)
    }
    desks[inbox.name]?.wait(for: Set(paths), of: series, at: clock.monotonic)
    return try putBack(mine, why: "more files of its series came")
  }

  // MARK: From the inbox to the work folder

  /// Claims the files of a scan: first the ledger says what is meant, then they move.
  ///
  /// - Returns: The job with the files that came along, their digests known; nil when nothing was
  ///   left to claim.
  private func bringIn(
    _ scan: ArrivedScan, from inbox: Inbox, outputBytes: Int = 0
  ) throws -> (JobRecord, [FileRecord])? {
    guard mayTake(scan, from: inbox) else { return nil }
    var job = JobRecord(
      id: try freeName(for: scan, inbox), inbox: inbox.name, state: .waiting,
      format: scan.facts.isEmpty ? "" : scan.format.rawValue,
      modality: scan.modality(assume: inbox.assume), series: scan.series, study: scan.study,
      outbox: FilePath(inbox.outbox).encoded, originals: fate(ofOriginalsIn: scan, inbox),
      version: version, createdAt: clock.now.timeIntervalSince1970)
    job.outputBytes = outputBytes
    let root = FilePath(inbox.path)
    let records = scan.members.map { member in
      FileRecord(
        job: job.id, name: claimedName(folders.member(member.path)?.name ?? member.path),
        source: root.pushing(member.path).encoded,
        status: member.status, sopInstanceUID: member.facts?.dicom?.sopInstanceUID ?? "")
    }
    try ledger.write { try $0.insert(job, files: records) }
    let claimed: [FileRecord]
    let isWhole: Bool
    do {
      try disk.makeFolder(folders.originals(job.id))
      try writeWorkCard(of: job, records)
      let keepsSource = job.originals == "leave"
      claimed = try records.compactMap { try claim($0, keepingSource: keepsSource) }
      isWhole =
        try claimed.count == records.count
        && areUnharmed(claimed, of: scan, from: inbox, keepingSource: keepsSource)
    } catch let error as FileError {
      pause("files could not be claimed: \(error)")
      _ = try putBack(job, why: "its files could not be claimed")
      return nil
    }
    for member in scan.members { desks[inbox.name]?.forget(member.path) }
    // A scan without one of its files is another scan: it is put together anew.
    guard isWhole else {
      _ = try putBack(job, why: "files vanished or changed before they were claimed")
      return nil
    }
    let came = Set(claimed.map(\.name))
    try ledger.write { transaction in
      for file in claimed { try transaction.update(file) }
      for file in records where !came.contains(file.name) { try transaction.delete(file) }
    }
    hasGoneOn = true
    return (job, claimed)
  }

  /// What becomes of a scan's originals: what archives hold themselves is not kept twice.
  private func fate(ofOriginalsIn scan: ArrivedScan, _ inbox: Inbox) -> String {
    let isUnpacked = scan.members.allSatisfy { folders.member($0.path) != nil }
    return isUnpacked ? "unpacked" : inbox.originals.rawValue
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
    // Another name of the file could still be written to.
    guard try hasOneName(source) else { return try claimByCopy(file, to: destination) }
    do {
      try disk.move(source, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
      return try claimByCopy(file, to: destination)
    }
    guard try isRenamed(file, to: destination) else { return nil }
    claimed.sha256 = try disk.digest(of: destination).sha256
    return claimed
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
