import Configuration
import Disk
import EventLog
import Foundation
import InboxWatch
import JobLedger
import Logging
import SystemPackage

/// An archive's end: when every file of it was decided upon, and every job of them has come to rest.
extension Spool {
  /// Brings archives to rest of which nothing is left to do.
  func closeDrops() throws {
    for (id, drop) in drops where !isPaused && isDecided(drop) {
      drops[id]?.askedAt = clock.monotonic
      try close(id)
    }
    dismissRetired()
  }

  /// Whether a running job is an archive whose files wait for their surroundings only.
  func isDropPutOff(_ job: String) -> Bool {
    drops[job].map { $0.isPutOff || unavailable.contains($0.inbox) } ?? false
  }

  /// Whether nothing of what the last look found is still to be decided upon.
  private func isDecided(_ drop: OpenDrop) -> Bool {
    guard let desk = desks[drop.inbox] else { return true }
    // With many files the question takes a while itself.
    guard let files = drop.files,
      clock.monotonic - drop.askedAt >= Double(files.count) / 10_000
    else { return false }
    return files.allSatisfy { desk.isDone(with: $0) }
  }

  private func close(_ id: String) throws {
    guard let job = try ledger.read({ try $0.job(id) }), job.state == .running else {
      drops[id] = nil
      return
    }
    guard let inbox = inbox(named: job.inbox) else {
      drops[id] = nil
      return try hold(job, reason: "its inbox is no longer configured")
    }
    let folder = folders.unpacked(id)
    let isThere = try disk.exists(folder)
    let left = isThere ? try InboxListing(of: folder, on: disk).files : []
    let desk = desks[inbox.name]
    guard left.allSatisfy({ desk?.hasPassedOver(folder.pushing($0.path)) == true }) else {
      // Something came back that nobody looked at yet.
      lookWanted.insert(inbox.name)
      return
    }
    let members = try ledger.read { try $0.jobs(below: folder.encoded) }
    let open = members.map(\.state).filter { !$0.isFinal && $0 != .held }
    drops[id]?.isPutOff = !open.isEmpty && open.allSatisfy { $0 == .deferred }
    guard open.isEmpty else { return }
    try finish(job, members)
  }

  private func finish(_ job: JobRecord, _ members: [JobRecord]) throws {
    let rejection = drops[job.id]?.rejection ?? ""
    drops[job.id] = nil
    guard !members.isEmpty else {
      let reason = rejection.isEmpty ? "the archive holds no scan" : "the archive: \(rejection)"
      return try fail(job, .jobFailed, reason: reason)
    }
    var job = job
    job.state = .unpacked
    job.finishedAt = clock.now.timeIntervalSince1970
    job.warnings = rejection
    let counts = Dictionary(members.map { ($0.state, 1) }, uniquingKeysWith: +)
      .sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    job.reason =
      (["its files became jobs: \(counts.joined(separator: ", "))"] + [rejection])
      .filter { !$0.isEmpty }.joined(separator: "; ")
    try chronicle.move(
      job, .jobUnpacked, .info, job.reason, ["jobs": .list(members.map { .text($0.id) })])
    finished[.unpacked, default: 0] += 1
    try putOriginalsToRest(job)
  }

  /// Whether everything in an archive has its result in an outbox.
  func hasResults(ofMembersOf job: JobRecord) throws -> Bool {
    let members = try ledger.read { try $0.jobs(below: folders.unpacked(job.id).encoded) }
    return try job.warnings.isEmpty && members.allSatisfy { try hasResult($0) }
  }
}
