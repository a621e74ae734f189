import Configuration
import JobLedger
import ScanModel

/// Finding out whether late files can make a published series anew.
extension Spool {
  /// What the files of a scan mean to the job that their series came with before.
  func lateness(of scan: ArrivedScan, in inbox: Inbox) throws -> Lateness {
    let isRestorable = scan.facts.allSatisfy {
      $0.skipReason == nil && $0.unsupportedReason == nil
    }
    guard scan.format == .dicom, !scan.series.isEmpty, scan.isPlaced, isRestorable,
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
      return .revision(Revision(predecessor: predecessor, recalled: [], facts: [], places: []))
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
}
