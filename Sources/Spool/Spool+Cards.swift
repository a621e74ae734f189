import Disk
import JobLedger
import SystemPackage

extension Spool {
  /// Writes down where the files of a job come from, before the first of them moves.
  func writeWorkCard(of job: JobRecord, _ files: [FileRecord]) throws {
    let card = JobCard(job: job, files: files)
    try disk.write(try PlainJSON.bytes(card), to: folders.workCard(job.id))
  }

  /// Writes down what became of a job, before its originals leave the work folder.
  func writeRestingCard(of job: JobRecord) throws {
    let files = try ledger.read { try $0.files(of: job.id) }
    try JobCards(disk: disk, folders: folders).write(JobCard(job: job, files: files))
  }
}

/// The cards of the jobs at rest.
struct JobCards {
  let disk: any FileSystem
  let folders: StateFolders

  func write(_ card: JobCard) throws {
    let path = folders.restingCard(card.job.id)
    try disk.makeFolder(path.removingLastComponent())
    try disk.write(try PlainJSON.bytes(card), to: path)
  }

  /// The names of all jobs that have a card.
  func names() throws(FileError) -> Set<String> {
    var names: Set<String> = []
    for day in try disk.entries(of: folders.cards) {
      let folder = folders.cards.appending(day)
      guard try disk.status(of: folder)?.kind == .folder else { continue }
      for file in try disk.entries(of: folder) where file.extension == "json" {
        if !file.string.hasPrefix(".") { names.insert(file.stem) }
      }
    }
    return names
  }

  /// The card of a job at rest; nil when there is none that can be read.
  func resting(_ job: String) throws(FileError) -> JobCard? {
    try card(at: folders.restingCard(job), of: job)
  }

  /// The card of a job in progress; nil when there is none that can be read.
  func inWork(_ job: String) throws(FileError) -> JobCard? {
    try card(at: folders.workCard(job), of: job)
  }

  private func card(at path: FilePath, of job: String) throws(FileError) -> JobCard? {
    guard try disk.exists(path) else { return nil }
    return JobCard(try disk.contents(of: path), of: job)
  }
}
