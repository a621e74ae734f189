import Configuration
import Disk
import JobLedger
import Recipes
import ScanModel
import SystemPackage
import Worker

/// Finding out whether late files can make a published series anew.
extension Spool {
  /// What the files of a scan mean to the job that their series came with before.
  func lateness(of scan: ArrivedScan, in inbox: Inbox) throws -> Lateness {
    let isVolume = scan.facts.contains { $0.dicom?.imagePosition != nil }
    let isRestorable = scan.facts.allSatisfy {
      $0.skipReason == nil && $0.unsupportedReason == nil
    }
    guard scan.format == .dicom, !scan.series.isEmpty, isVolume, isRestorable,
      let predecessor = try latestJob(ofSeries: scan.series, in: inbox)
    else { return .alone(nil) }
    let files = try ledger.read { try $0.files(of: predecessor.id) }
    let known = Set(files.map(\.sopInstanceUID))
    let present = Set(scan.facts.compactMap { $0.dicom?.sopInstanceUID })
    // Copies of what it had, and other contents under its names, are decided upon as ever.
    if present.isSubset(of: known) { return .alone(nil) }
    // Its originals are still on their way into the archive.
    if predecessor.state != .published || unrested.contains(predecessor.id) { return .unknown }
    var seen = present
    let missing = files.filter { seen.insert($0.sopInstanceUID).inserted }
    if missing.isEmpty {
      return .revision(Revision(predecessor: predecessor, recalled: [], facts: []))
    }
    if let obstacle = try obstacle(toRecalling: files, of: predecessor) {
      return .alone(obstacle)
    }
    return try recollect(missing, of: predecessor, files, in: inbox)
  }

  /// The last result of a series that came through an inbox, or what will be it.
  private func latestJob(ofSeries series: String, in inbox: Inbox) throws -> JobRecord? {
    // With --once nobody waits for what the surroundings put off.
    let states: [JobState] = [.published, .queued, .running] + (isOnce ? [] : [.deferred])
    let jobs = try ledger.read { try $0.jobs(series: series, in: states) }
    let superseded = Set(jobs.compactMap(\.supersedes))
    return jobs.filter { $0.inbox == inbox.name && !superseded.contains($0.id) }
      .max { ($0.revision ?? 1, $0.createdAt) < ($1.revision ?? 1, $1.createdAt) }
  }

  /// Why the originals of a job cannot be taken from the archive; nil when they can.
  private func obstacle(
    toRecalling files: [FileRecord], of job: JobRecord
  ) throws -> String? {
    if job.originals != Inbox.Originals.archive.rawValue { return "its originals are not archived" }
    if try ledger.read({ try $0.removal(of: job.id) }) != nil {
      return "its originals were removed"
    }
    if try !disk.exists(folders.archive(job.id)) {
      return "its originals are no longer in the archive"
    }
    // As after a ledger that was lost with its cards.
    let isKnown = files.allSatisfy { !$0.sopInstanceUID.isEmpty && !$0.sha256.isEmpty }
    return isKnown ? nil : "which instances it had is no longer known"
  }

  // MARK: Reading the originals

  /// Has a worker read a job's originals, or tells what it said.
  private func recollect(
    _ missing: [FileRecord], of job: JobRecord, _ files: [FileRecord], in inbox: Inbox
  ) throws -> Lateness {
    guard let known = recollections[job.id] else {
      startRecollection(of: job, files, for: inbox)
      return .unknown
    }
    if let obstacle = known.obstacle { return .alone(obstacle) }
    if known.isOpen { return .unknown }
    let facts = missing.compactMap { known.facts[$0.name] }
    guard facts.count == missing.count else {
      recollections[job.id] = nil
      return .unknown
    }
    return .revision(Revision(predecessor: job, recalled: missing, facts: facts))
  }

  private func startRecollection(of job: JobRecord, _ files: [FileRecord], for inbox: Inbox) {
    guard executor.freeProbes > 0, let largest = files.map(\.bytes).max() else { return }
    probeCount += 1
    let id = "recall-\(probeCount)"
    recollections[job.id] = Recollection(
      inbox: inbox.name, series: job.series, task: id, files: files)
    let folder = folders.archive(job.id)
    let request = ProbeRequest(
      paths: files.map { folder.pushing(FilePath($0.name)).encoded },
      question: book.question(recipe: inbox.recipe, assuming: inbox.assume))
    executor.start(
      Assignment(
        id: id, request: .probe(request), timeLimit: Self.probeLimit(forBytes: largest),
        memoryLimit: settings.limits.memory))
  }

  /// Takes in what a worker said of archived originals; false when it was about something else.
  func hearRecollection(_ news: WorkerNews) -> Bool {
    guard let job = recollections.first(where: { $0.value.task == news.id })?.key else {
      return false
    }
    switch news.kind {
    case .reply(.probed(let verdict)): recollections[job]?.hear(verdict)
    case .reply: break
    case .lost(let loss):
      switch loss.cause {
      case .cancelled: recollections[job] = nil
      case .notStarted:
        recollections[job] = nil
        pause(loss.description)
      case .signal, .exit, .timeLimit: recollections[job]?.hearLoss()
      }
    }
    return true
  }

  /// Forgets what was read for late files that are no longer there.
  func forgetRecollections() {
    recollections = recollections.filter { _, known in
      desks[known.inbox]?.shelves[known.series] != nil
    }
  }
}
