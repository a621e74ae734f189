public import Disk
import Foundation
public import JobLedger
import ScanModel
import SystemPackage

/// Reads what lies at rest and holds it against the hashes that were noted when it came to be.
///
/// Originals against the ledger, results against their manifest. It changes nothing, keeps one job
/// in memory, and works beside a running daemon: a job that moves meanwhile is looked at again.
public struct RestVerifier {
  let disk: any FileSystem
  let ledger: JobLedger
  let folders: StateFolders

  /// Creates a verifier of one state folder.
  public init(disk: any FileSystem, ledger: JobLedger, folders: StateFolders) {
    self.disk = disk
    self.ledger = ledger
    self.folders = folders
  }

  /// Reads everything that belongs to a job.
  public func verify(_ id: String) throws -> RestVerdict {
    var verdict = RestVerdict()
    for _ in 0..<3 {
      guard let job = try ledger.read({ try $0.job(id) }) else { return RestVerdict() }
      verdict = RestVerdict()
      try lookAtOriginals(of: job, &verdict)
      if job.state == .published { lookAtResult(of: job, &verdict) }
      // Whatever differs because the daemon moved the job meanwhile does not differ.
      if try !verdict.isDamaged || ledger.read({ try $0.job(id) }) == job { break }
    }
    return verdict
  }

  /// Reads the result of a published job only.
  public func verifyResult(of job: JobRecord) -> RestVerdict {
    var verdict = RestVerdict()
    lookAtResult(of: job, &verdict)
    return verdict
  }

  /// Reads the originals of a job only.
  public func verifyOriginals(of job: JobRecord) throws -> RestVerdict {
    var verdict = RestVerdict()
    try lookAtOriginals(of: job, &verdict)
    return verdict
  }

  /// Folders in archive and quarantine of which the ledger knows nothing.
  public func unexplained() throws -> [RestFinding] {
    let places: [(RestFinding.Place, FilePath)] = [
      (.archive, folders.archive), (.quarantine, folders.quarantine),
    ]
    // Listed before the ledger is read: rows come before folders.
    let found = try places.map { ($0, try disk.entries(of: $1)) }
    let known = try ledger.read { try $0.states() }
    return found.flatMap { place, names in
      names.map { FilePath(root: nil, [$0]).encoded }.filter { known[$0] == nil }.sorted().map {
        RestFinding(job: $0, place: place, path: nil, finding: .surplus)
      }
    }
  }

  // MARK: Originals

  private func lookAtOriginals(of job: JobRecord, _ verdict: inout RestVerdict) throws {
    guard let (place, folder) = home(of: job) else { return }
    if let removal = try ledger.read({ try $0.removal(of: job.id) }) {
      if removal.doneAt == nil {
        verdict.findings.append(
          RestFinding(job: job.id, place: place, path: nil, finding: .removing))
      }
      return
    }
    let files = try ledger.read { try $0.files(of: job.id) }
    var expected: [FilePath: Expectation] = [:]
    for file in files {
      expected[FilePath(file.name)] = Expectation(bytes: file.bytes, sha256: file.sha256)
    }
    let standing = standing(folder, of: job)
    compare(
      standing, place, job.id, expected,
      explained: place == .quarantine ? ["reason.json"] : [], &verdict)
    if standing != folder {
      // On its way: what is written beside the originals at this moment is nobody's surplus.
      verdict.findings.removeAll { $0.finding == .surplus }
    }
  }

  /// Where a job's originals have to be; nil where none are kept, or where they are on their way.
  private func home(of job: JobRecord) -> (RestFinding.Place, FilePath)? {
    switch job.state {
    case .waiting: nil
    // An archive whose files are looked after once more.
    case .running where isReopened(job): kept(job)
    case .queued, .running, .held, .deferred: (.work, folders.originals(job.id))
    case .failed: (.quarantine, folders.quarantine(job.id))
    case .published, .duplicate:
      job.originals == "archive" ? (.archive, folders.archive(job.id)) : nil
    case .skipped:
      ["leave", "unpacked"].contains(job.originals) ? nil : (.archive, folders.archive(job.id))
    case .unpacked: kept(job)
    }
  }

  /// Where the original of an archive is that was unpacked; where it may be deleted, it is kept all
  /// the same while something in it has no result.
  private func kept(_ job: JobRecord) -> (RestFinding.Place, FilePath)? {
    let folder = folders.archive(job.id)
    let isKept = (try? disk.exists(folder)) == true
    return job.originals == "archive" || job.originals == "delete" && isKept
      ? (.archive, folder) : nil
  }

  private func isReopened(_ job: JobRecord) -> Bool {
    job.format == ScanFormat.archive.rawValue
      && (try? disk.exists(folders.originals(job.id))) == false
  }

  /// The folder itself, or the work folder while the originals have not come to rest yet.
  private func standing(_ folder: FilePath, of job: JobRecord) -> FilePath {
    let work = folders.originals(job.id)
    let isThere = (try? disk.exists(folder)) ?? true
    if isThere || (try? disk.exists(work)) != true { return folder }
    return work
  }

  // MARK: Results

  private func lookAtResult(of job: JobRecord, _ verdict: inout RestVerdict) {
    let folder = FilePath(encoded: job.outbox).appending(job.id)
    func note(_ path: String?, _ kind: RestFinding.Kind) {
      verdict.findings.append(
        RestFinding(job: job.id, place: .outbox, path: path, finding: kind))
    }
    let manifest = folder.appending("manifest.json")
    do {
      guard try disk.exists(folder) else { return note(nil, .taken) }
      guard try disk.exists(manifest) else { return note("manifest.json", .missing) }
      let bytes = try disk.contents(of: manifest)
      guard let entries = try? JSONDecoder().decode([ManifestEntry].self, from: Data(bytes)) else {
        return note("manifest.json", .changed)
      }
      var expected: [FilePath: Expectation] = [:]
      for entry in entries {
        expected[FilePath(entry.path)] = Expectation(bytes: entry.bytes, sha256: entry.sha256)
      }
      compare(folder, .outbox, job.id, expected, explained: ["manifest.json"], &verdict)
    } catch {
      note(nil, .unreadable)
    }
  }

  // MARK: Files

  private struct Expectation {
    var bytes: Int
    var sha256: String
  }

  private func compare(
    _ folder: FilePath, _ place: RestFinding.Place, _ job: String,
    _ expected: [FilePath: Expectation], explained: Set<String>, _ verdict: inout RestVerdict
  ) {
    func note(_ path: FilePath?, _ kind: RestFinding.Kind) {
      verdict.findings.append(
        RestFinding(job: job, place: place, path: path?.encoded, finding: kind))
    }
    let present: [FilePath]
    do {
      present = try disk.exists(folder) ? disk.files(below: folder) : []
    } catch {
      return note(nil, .unreadable)
    }
    let missing = Set(expected.keys).subtracting(present)
    for path in missing.sorted(by: { $0.string < $1.string }) { note(path, .missing) }
    for path in present {
      guard let wanted = expected[path] else {
        if !explained.contains(path.string) { note(path, .surplus) }
        continue
      }
      do {
        let digest = try disk.digest(of: folder.pushing(path))
        verdict.files += 1
        verdict.bytes += digest.bytes
        if wanted.sha256.isEmpty {
          note(path, .unknown)
        } else if digest != FileDigest(bytes: wanted.bytes, sha256: wanted.sha256) {
          note(path, .changed)
        }
      } catch {
        note(path, .unreadable)
      }
    }
  }
}
