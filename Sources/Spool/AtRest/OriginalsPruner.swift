public import Disk
import EventLog
import Foundation
public import JobLedger
public import Logging
import SystemPackage

/// Removes originals that nobody needs any more, as a person asks, and writes down what it did.
///
/// Each removal is noted in the ledger before the first file goes and again when the last is gone:
/// power may fail in between, `verify` understands what is left, and the next pruning completes it.
/// It works beside a running daemon: only jobs at rest are touched, and the daemon leaves those
/// alone whose removal has begun.
public struct OriginalsPruner {
  /// Which originals are asked for.
  public enum Selection: String, Sendable, CaseIterable {
    /// Archived originals of published jobs.
    case archive
    /// Archived originals of duplicates.
    case duplicates
    /// Archived originals of scans that were kept and not filtered: there is no result of them.
    case skipped
    /// Archives whose files became jobs of their own, all of them published or duplicates.
    case unpacked
    /// Originals of failed jobs: there is no result of them.
    case quarantine

    var state: JobState {
      switch self {
      case .archive: .published
      case .duplicates: .duplicate
      case .skipped: .skipped
      case .unpacked: .unpacked
      case .quarantine: .failed
      }
    }
  }

  /// What became of one job's originals.
  public struct Outcome: Sendable, Equatable, Encodable {
    /// What was done.
    public enum Kind: String, Sendable, Encodable {
      /// They are removed.
      case removed
      /// They would be removed, were it not a rehearsal.
      case removable
      /// They stay, and why.
      case kept
    }

    /// The job.
    public var job: String
    /// What was done.
    public var outcome: Kind
    /// How many files.
    public var files: Int
    /// How many bytes.
    public var bytes: Int
    /// Why they stay; nil for what goes.
    public var reason: String?
  }

  let disk: any FileSystem
  let ledger: JobLedger
  let folders: StateFolders
  let chronicle: Chronicle
  let evenIfTaken: Bool

  /// Creates a pruner of one state folder; with `evenIfTaken` originals may go whose result was
  /// taken out of the outbox.
  public init(
    disk: any FileSystem, ledger: JobLedger, folders: StateFolders, clock: any SpoolClock,
    log: Logger, evenIfTaken: Bool
  ) {
    self.disk = disk
    self.ledger = ledger
    self.folders = folders
    self.evenIfTaken = evenIfTaken
    chronicle = Chronicle(ledger: ledger, clock: clock, log: log, names: .hidden())
  }

  /// Jobs that came to rest before a moment, in seconds since 1970, and have originals still; the
  /// oldest first.
  public func candidates(
    _ selection: Selection, before moment: Double
  ) throws -> [String] {
    try ledger.read { try $0.jobs(in: selection.state, finishedBefore: moment) }
      .filter { try disk.exists(home(of: selection.state).appending($0)) }
  }

  /// Removals that were begun and cut off.
  public func unfinished() throws -> [String] {
    try ledger.read { try $0.unfinishedRemovals().map(\.job) }
  }

  /// Removes the originals of a job, or says why they stay; as a rehearsal, only says what it would
  /// do.
  ///
  /// It throws `FileError` when the disk fails: what is left then is removed by the next call.
  public func prune(_ id: String, isRehearsal: Bool) throws -> Outcome {
    guard let job = try ledger.read({ try $0.job(id) }) else { throw Vanished() }
    let folder = home(of: job.state).appending(id)
    let files = try disk.exists(folder) ? disk.files(below: folder) : []
    var outcome = Outcome(job: id, outcome: .removed, files: files.count, bytes: 0)
    for file in files { outcome.bytes += try disk.status(of: folder.pushing(file))?.size ?? 0 }
    let begun = try ledger.read { try $0.removal(of: id) }
    if begun == nil, let reason = try objection(to: job) {
      outcome.outcome = .kept
      outcome.reason = reason
      return outcome
    }
    if isRehearsal {
      outcome.outcome = .removable
      return outcome
    }
    guard let removal = try begun ?? begin(job) else {
      outcome.outcome = .kept
      outcome.reason = "it was taken up again meanwhile"
      return outcome
    }
    try remove(job, folder, removal, outcome)
    return outcome
  }

  private struct Vanished: Error {}

  private func home(of state: JobState) -> FilePath {
    state == .failed ? folders.quarantine : folders.archive
  }

  // MARK: Whether

  private func objection(to job: JobRecord) throws -> String? {
    guard Selection.allCases.contains(where: { $0.state == job.state }) else {
      return "it is \(job.state.rawValue)"
    }
    if try disk.exists(folders.work(job.id)) { return "its originals have not come to rest yet" }
    return try objection(toLossOf: job)
  }

  private func objection(toLossOf job: JobRecord) throws -> String? {
    switch job.state {
    case .published: return try objection(toResultOf: job)
    case .unpacked: return try objection(toMembersOf: job)
    case .duplicate:
      guard let earlier = try ledger.read({ try $0.job(job.duplicateOf) }),
        earlier.state == .published
      else { return "the job that it repeats, \(job.duplicateOf), is not published" }
      return try objection(toResultOf: earlier)
    default: return nil
    }
  }

  /// An archive is the only original of all that was in it.
  private func objection(toMembersOf job: JobRecord) throws -> String? {
    if !job.warnings.isEmpty { return job.warnings }
    let members = try ledger.read { try $0.jobs(below: folders.unpacked(job.id).encoded) }
    for member in members {
      guard [.published, .duplicate].contains(member.state) else {
        return "job \(member.id), which came out of it, is \(member.state.rawValue)"
      }
      if let reason = try objection(toLossOf: member) { return reason }
    }
    return nil
  }

  private func objection(toResultOf job: JobRecord) throws -> String? {
    let verifier = RestVerifier(disk: disk, ledger: ledger, folders: folders)
    let verdict = verifier.verifyResult(of: job)
    if verdict.findings.contains(where: { $0.finding == .taken }) {
      if try evenIfTaken || isCarriedOn(job) { return nil }
      return "its result is no longer in the outbox"
    }
    return verdict.isDamaged ? "its result does not verify" : nil
  }

  /// Whether a job that superseded it keeps every one of its originals, whole, in the archive.
  private func isCarriedOn(_ job: JobRecord) throws -> Bool {
    let contents = Set(try ledger.read { try $0.files(of: job.id) }.map(\.sha256))
    let verifier = RestVerifier(disk: disk, ledger: ledger, folders: folders)
    return try ledger.read { try $0.successors(of: job.id) }.contains { later in
      guard later.state == .published, try disk.exists(folders.archive(later.id)),
        try ledger.read({ try $0.removal(of: later.id) }) == nil
      else { return false }
      let kept = Set(try ledger.read { try $0.files(of: later.id) }.map(\.sha256))
      return try contents.isSubset(of: kept) && !verifier.verifyOriginals(of: later).isDamaged
    }
  }

  // MARK: Doing

  /// Notes in one transaction that the originals go, if nobody wants the job any more.
  private func begin(_ job: JobRecord) throws -> RemovalRow? {
    let removal = RemovalRow(job: job.id, meantAt: chronicle.clock.now.timeIntervalSince1970)
    return try ledger.write { transaction in
      guard try transaction.job(job.id) == job, try !transaction.hasRequest(for: job.id) else {
        return nil
      }
      try transaction.note(removal)
      return removal
    }
  }

  private func remove(
    _ job: JobRecord, _ folder: FilePath, _ removal: RemovalRow, _ outcome: Outcome
  ) throws {
    let files = try ledger.read { try $0.files(of: job.id) }
    // The card first: a ledger that is lost later must not miss what is about to go.
    try JobCards(disk: disk, folders: folders).write(
      JobCard(job: job, files: files, originalsRemovedAt: removal.meantAt))
    try disk.removeTree(folder)
    var done = removal
    done.doneAt = chronicle.clock.now.timeIntervalSince1970
    let noted = done
    try chronicle.note(
      job, .originalsPruned, .notice,
      "its originals were removed from \(job.state == .failed ? "quarantine" : "the archive")",
      ["files": .integer(outcome.files), "bytes": .integer(outcome.bytes)],
      alongside: { try $0.note(noted) })
  }
}
