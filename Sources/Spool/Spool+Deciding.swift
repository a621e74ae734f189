import Configuration
import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import Recipes
import ScanModel
import SystemPackage
import Worker

extension Spool {
  /// Marks a reason as a person's own wish.
  static let byPerson = "held by request"

  /// Decides what becomes of a claimed scan.
  ///
  /// `obstacle` says why the series that it came late for cannot be made anew.
  func decide(
    _ job: JobRecord, _ scan: ArrivedScan, _ files: [FileRecord], _ inbox: Inbox,
    obstacle: String? = nil
  ) throws {
    var job = job
    job.contentKey = ContentKey.of(files)
    if scan.format == .archive { return try queueArchive(job, inbox) }
    if let conflict = try conflict(among: files) {
      return try examine(conflict, of: job)
    }
    if let reason = scan.facts.lazy.compactMap(\.skipReason).first {
      return try skip(job, reason: reason)
    }
    if let reason = scan.facts.lazy.compactMap(\.unsupportedReason).first {
      return try fail(job, .jobFailed, reason: reason)
    }
    let assembly = assemblyWithoutCopies(scan, files)
    guard try choose(recipeFor: &job, scan, inbox) else { return }
    if inbox.duplicates == .skip, let earlier = try earlierJob(like: job) {
      return try dismissDuplicate(job, of: earlier)
    }
    if let problem = assembly?.incompleteness, inbox.incomplete == .hold {
      return try hold(job, reason: "the series is not whole: \(problem)")
    }
    if let earlier = try earlierJobOfSeries(of: job, scan) {
      if inbox.duplicates == .skip, try holds(all: files, in: earlier) {
        return try dismissDuplicate(job, of: earlier)
      }
      return try hold(
        job,
        reason: "it belongs to a series that came before, without it, as \(earlier.id)"
          + (obstacle.map { "; \($0)" } ?? ""))
    }
    if let earlier = try predecessor(of: job), earlier.recipe != job.recipe {
      return try hold(
        job,
        reason: "it makes a series anew that recipe \(earlier.recipe) was used for, as "
          + earlier.id)
    }
    job.warnings = assembly?.problemSummary ?? ""
    job.predictedMemory = predictedMemory(of: scan, job)
    if try holdTooLarge(job) { return }
    try queue(job)
  }

  /// Chooses the recipe and writes it into the job; without one the job is held.
  private func choose(
    recipeFor job: inout JobRecord, _ scan: ArrivedScan, _ inbox: Inbox
  ) throws -> Bool {
    let facts = ScanFacts(files: scan.facts, dimensions: scan.dimensions)
    let choice = book.choose(
      for: facts, recipe: inbox.recipe, assuming: inbox.assume)
    job.recipeWhy = choice.why
    guard let recipe = choice.recipe else {
      try hold(job, reason: choice.why)
      return false
    }
    job.modality = JobName.clean(choice.modality ?? job.modality)
    if let violation = choice.violations.first {
      // Without a recipe: releasing the job decides anew, and never runs what is forbidden.
      try hold(job, reason: violation.reason)
      return false
    }
    job.recipe = recipe.name
    job.recipeHash = recipe.sha256(for: choice.modality)
    job.recipeBody = String(decoding: try JSONEncoder().encode(recipe), as: UTF8.self)
    return true
  }

  private func earlierJob(like job: JobRecord) throws -> JobRecord? {
    try ledger.read {
      try $0.job(content: job.contentKey, recipeHash: job.recipeHash, version: job.version)
    }
  }

  /// The assembly once copies of one instance count as one.
  private func assemblyWithoutCopies(
    _ scan: ArrivedScan, _ files: [FileRecord]
  ) -> SeriesAssembly? {
    guard scan.assembly != nil else { return nil }
    var seen: Set<String> = []
    let facts = scan.facts.compactMap(\.dicom).filter { seen.insert($0.sopInstanceUID).inserted }
    return SeriesAssembly(of: facts)
  }

  /// Whether an earlier job has every one of these files, byte for byte.
  private func holds(all files: [FileRecord], in earlier: JobRecord) throws -> Bool {
    let known = Set(try ledger.read { try $0.files(of: earlier.id) }.map(\.sha256))
    return files.allSatisfy { known.contains($0.sha256) }
  }

  /// The job that other slices of the same volume came with before.
  private func earlierJobOfSeries(of job: JobRecord, _ scan: ArrivedScan) throws -> JobRecord? {
    guard job.supersedes == nil, scan.isPlaced else { return nil }
    let states: [JobState] = [.published, .queued, .running, .deferred]
    let jobs = try ledger.read { try $0.jobs(series: job.series, in: states) }
    let superseded = Set(jobs.compactMap(\.supersedes))
    return jobs.first {
      $0.id != job.id && $0.contentKey != job.contentKey && !superseded.contains($0.id)
    }
  }

  /// The job whose result a job is to supersede.
  func predecessor(of job: JobRecord) throws -> JobRecord? {
    guard let earlier = job.supersedes else { return nil }
    return try ledger.read { try $0.job(earlier) }
  }

  // MARK: The ways out

  func queue(_ job: JobRecord) throws {
    var job = job
    job.state = .queued
    job.reason = ""
    job.queuedAt = job.queuedAt ?? clock.now.timeIntervalSince1970
    try chronicle.move(
      job, .jobQueued, .info,
      job.recipe.isEmpty
        ? "it waits to be unpacked" : "it waits for a worker: recipe \(job.recipe)",
      [
        "recipe": .text(job.recipe), "why": .text(job.recipeWhy), "modality": .text(job.modality),
        "series": .text(job.series),
      ].merging(job.revisionFields) { $1 })
  }

  func hold(
    _ job: JobRecord, reason: String, fields: [String: EventField] = [:]
  ) throws {
    var job = job
    job.state = .held
    job.reason = reason
    try chronicle.move(job, .jobHeld, .warning, "a person has to decide: \(reason)", fields)
    finished[.held, default: 0] += 1
  }

  func skip(_ job: JobRecord, reason: String) throws {
    var job = job
    job.state = .skipped
    job.reason = reason
    job.finishedAt = clock.now.timeIntervalSince1970
    try chronicle.move(job, .jobSkipped, .info, "kept and not filtered: \(reason)")
    finished[.skipped, default: 0] += 1
    try putOriginalsToRest(job)
  }

  private func dismissDuplicate(_ job: JobRecord, of earlier: JobRecord) throws {
    var job = job
    job.state = .duplicate
    job.duplicateOf = earlier.id
    job.reason = "the same content under the same recipe is job \(earlier.id)"
    job.finishedAt = clock.now.timeIntervalSince1970
    try chronicle.move(
      job, .jobDuplicate, .info, job.reason, ["duplicate_of": .text(earlier.id)])
    finished[.duplicate, default: 0] += 1
    try putOriginalsToRest(job)
  }

  /// Gives a job up: its originals go to quarantine with the reason beside them.
  func fail(
    _ job: JobRecord, _ event: EventName, reason: String, detail: [String: JSONValue] = [:],
    fields: [String: EventField] = [:]
  ) throws {
    var job = job
    job.state = .failed
    job.reason = reason
    job.finishedAt = clock.now.timeIntervalSince1970
    let level: Logger.Level = event == .fileQuarantined ? .warning : .error
    try chronicle.move(job, event, level, "set aside: \(reason)", fields)
    failures += 1
    finished[.failed, default: 0] += 1
    try putOriginalsToRest(job, detail: detail)
  }
}
