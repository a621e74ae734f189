import Configuration
import Disk
import JobLedger
import Recipes
import ScanModel
import SystemPackage

extension Spool {
  /// What becomes of a scan for the space that it needs.
  enum Admission {
    /// It may be taken; its result takes so many bytes at most.
    case granted(Int)
    /// It has to wait where it is.
    case later
    /// No disk of this size can ever take its result, as the figures say.
    case never(String)
  }

  /// Looks at the disks, and at what was promised to the jobs that were taken on.
  func surveySpace() throws -> SpaceSurvey {
    let reserved = try ledger.read { try $0.reservedBytes() }
    return SpaceSurvey(
      disk, folders,
      reserved: Dictionary(
        reserved.map { (FilePath(encoded: $0.key), $0.value) }, uniquingKeysWith: +))
  }

  /// Whether the disks have room for a scan, and for its result where one is to be made; reserves it
  /// where they have.
  ///
  /// `recalled` counts those of its bytes that come out of the archive: they are copied in any case.
  func admit(
    _ scan: ArrivedScan, from inbox: Inbox, _ survey: inout SpaceSurvey, isRestored: Bool = true,
    recalled: Int = 0
  ) -> Admission {
    let outbox = FilePath(inbox.outbox)
    for folder in [folders.work, outbox] where isClosed(folder) {
      return wait("files may not be written into \(folder)")
    }
    let result = isRestored ? resultBytes(of: scan, inbox) : 0
    let isUnpacked = scan.members.allSatisfy { folders.member($0.path) != nil }
    let isCopied =
      !isUnpacked && (inbox.originals == .leave || survey.isApart(FilePath(inbox.path)))
    let taken = isCopied ? scan.bytes : recalled
    let copied = taken + ResultSize.records
    guard let shortage = survey.shortage(result, copied: copied, outbox: outbox) else {
      survey.reserve(result, copied: taken, outbox: outbox)
      return .granted(result)
    }
    let figures = shortage.description
    guard shortage.isForEver, survey.shortage(0, copied: copied, outbox: outbox) == nil else {
      return wait(figures)
    }
    survey.reserve(0, copied: taken, outbox: outbox)
    return .never("no room can be made for its result: \(figures)")
  }

  private func wait(_ reason: String) -> Admission {
    lacksRoom = true
    noteLow(reason)
    return .later
  }

  /// Whether a folder that is there may not be written, as one on a disk that became read-only.
  private func isClosed(_ folder: FilePath) -> Bool {
    // What cannot be looked at is met, and told, where it is used.
    (try? disk.exists(folder)) == true && !disk.mayChange(folder: folder)
  }

  private func resultBytes(of scan: ArrivedScan, _ inbox: Inbox) -> Int {
    if let archive = scan.facts.first?.archive {
      // A file takes whole blocks.
      return archive.bytes + archive.files * 4096 + ResultSize.records
    }
    let facts = ScanFacts(files: scan.facts, dimensions: scan.dimensions)
    let choice = book.choose(for: facts, recipe: inbox.recipe, assuming: inbox.assume)
    return ResultSize(
      scan.members.map { ResultSize.Source(facts: $0.facts, bytes: $0.status.size) },
      recipe: choice.recipe, modality: choice.modality,
      sliceSpacing: scan.assembly?.stacks.compactMap(\.sliceSpacing).max()
    ).bytes
  }

  /// Whether a job's result can be written now; others may have filled the disk since it was
  /// reserved.
  func hasRoom(toStart job: JobRecord) -> Bool {
    let outbox = FilePath(encoded: job.outbox)
    var survey = SpaceSurvey(disk, folders, reserved: [:])
    guard survey.fits(job.outputBytes + ResultSize.records, outbox: outbox) else {
      lacksRoom = true
      noteLow("a job's result of up to \(job.outputBytes >> 20) MiB no longer fits the disk")
      return false
    }
    return true
  }
}
