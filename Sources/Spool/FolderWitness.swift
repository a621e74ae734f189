import Configuration
import Disk
import Foundation
import JobLedger
import SystemPackage
import Worker

/// What folders tell of a job of which there is no card: its name, its files, and what stands in
/// `report.json` or `reason.json`.
struct FolderWitness {
  let disk: any FileSystem
  let folders: StateFolders
  let settings: Settings
  let version: String
  let now: Date

  /// A job whose originals stand in the archive.
  func archived(_ job: String) throws(FileError) -> JobCard {
    for inbox in settings.inboxes {
      let outbox = FilePath(inbox.outbox)
      if let report = try report(of: job, in: outbox) {
        var record = record(job, .published, inbox)
        let files = take(report, into: &record)
        return JobCard(job: record, files: files)
      }
    }
    var record = record(job, .skipped, settings.inboxes.first)
    record.reason = "its originals are kept; the ledger that knew what became of it was lost"
    return JobCard(job: record, files: try listed(folders.archive(job), of: record))
  }

  /// A job whose originals stand in quarantine.
  func quarantined(_ job: String) throws(FileError) -> JobCard {
    var record = record(job, .failed, settings.inboxes.first)
    record.reason = "its originals were found in quarantine; the ledger that knew why was lost"
    let note = folders.quarantine(job).appending("reason.json")
    guard try disk.exists(note),
      let told = try? JSONDecoder().decode(Reason.self, from: Data(try disk.contents(of: note)))
    else { return JobCard(job: record, files: try listed(folders.quarantine(job), of: record)) }
    record.reason = told.reason
    record.attempts = max(0, told.attempts)
    record.finishedAt = Self.moment(told.at)?.timeIntervalSince1970 ?? record.finishedAt
    return JobCard(job: record, files: told.files.map { file($0, of: record) })
  }

  private struct Reason: Decodable {
    var reason: String
    var at: String
    var attempts: Int
    var files: [Report.File]
  }

  /// The report of a job whose result stands in an outbox; nil when none does.
  func report(of job: String, in outbox: FilePath) throws(FileError) -> Report? {
    let path = outbox.appending(job).appending("report.json")
    guard try disk.exists(path) else { return nil }
    let bytes = try disk.contents(of: path)
    // A report that cannot be read tells nothing; the folder's name still says that it is there.
    let report = try? JSONDecoder().decode(Report.self, from: Data(bytes))
    return report?.job == job ? report : nil
  }

  /// Notes in a job what its report says: the recipe, the version, the contents.
  func take(_ report: Report, into job: inout JobRecord) -> [FileRecord] {
    job.format = report.source.format
    job.modality = report.source.modality ?? job.modality
    job.series = report.source.series ?? ""
    job.study = report.source.study ?? ""
    job.recipe = report.recipe.name
    job.recipeHash = report.recipe.sha256
    job.recipeWhy = report.recipe.why
    job.version = report.restorad.version
    if let superseded = report.supersedes {
      job.supersedes = superseded.job
      job.revision = report.revision
    }
    job.queuedAt = Self.moment(report.timing.queued)?.timeIntervalSince1970
    job.startedAt = Self.moment(report.timing.started)?.timeIntervalSince1970
    job.finishedAt =
      Self.moment(report.timing.finished)?.timeIntervalSince1970 ?? job.finishedAt
    let record = job
    let files = report.source.files.map { file($0, of: record) }
    job.contentKey = ContentKey.of(files)
    return files
  }

  private func record(_ job: String, _ state: JobState, _ inbox: Inbox?) -> JobRecord {
    let created = Self.moment(ofName: job) ?? now
    let parts = job.split(separator: "-")
    var record = JobRecord(
      id: job, inbox: inbox?.name ?? "", state: state, format: "",
      modality: parts.count > 1 ? JobName.clean(String(parts[1])) : "UN", series: "", study: "",
      outbox: inbox.map { FilePath($0.outbox).encoded } ?? "",
      originals: Inbox.Originals.archive.rawValue, version: version,
      createdAt: created.timeIntervalSince1970)
    record.finishedAt = record.createdAt
    return record
  }

  private func listed(
    _ folder: FilePath, of job: JobRecord
  ) throws(FileError) -> [FileRecord] {
    var files: [FileRecord] = []
    for path in try disk.files(below: folder) where path.string != "reason.json" {
      let size = try disk.status(of: folder.pushing(path))?.size ?? 0
      files.append(file(Report.File(name: path.string, bytes: size, sha256: ""), of: job))
    }
    return files
  }

  /// A file of which only name and content are known; should it have to go back, then to where it
  /// stands below its inbox by its name.
  func file(_ file: Report.File, of job: JobRecord) -> FileRecord {
    let inbox = settings.inboxes.first { $0.name == job.inbox } ?? settings.inboxes.first
    let source = FilePath(inbox?.path ?? "/").pushing(FilePath(file.name))
    var record = FileRecord(
      job: job.id, name: file.name, source: source.encoded,
      status: FileStatus(
        kind: .file, size: file.bytes, modified: 0, changed: 0, inode: 0, device: 0),
      sopInstanceUID: "")
    record.sha256 = file.sha256
    return record
  }

  /// The moment that a job's name begins with, such as `20261121T081530Z`.
  private static func moment(ofName job: String) -> Date? {
    let text = Array(job.prefix(16))
    guard text.count == 16, text[8] == "T" else { return nil }
    func part(_ from: Int, _ count: Int) -> String { String(text[from..<(from + count)]) }
    return moment(
      "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(9, 2)):\(part(11, 2)):\(part(13, 2))Z")
  }

  /// A moment as reports write it, to the second.
  private static func moment(_ text: String) -> Date? {
    let whole = text.prefix { $0 != "." && $0 != "Z" } + "Z"
    return try? Date(String(whole), strategy: .iso8601)
  }
}
