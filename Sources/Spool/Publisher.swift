public import Disk
import EventLog
public import Foundation
public import SystemPackage
public import Worker

/// Makes a finished job visible: whole or not at all.
///
/// The folder is completed where nobody looks, synced, and renamed into the outbox; a result is
/// never replaced.
public struct Publisher: Sendable {
  /// What the daemon knows of a job besides what its worker measured.
  public struct Provenance: Sendable {
    /// The job's name.
    public var job: String
    /// The source's format, identity and files.
    public var format: String
    /// Study Instance UID.
    public var study: String?
    /// Series Instance UID.
    public var series: String?
    /// Such as `MR`.
    public var modality: String?
    /// The source's files.
    public var files: [Report.File]
    /// The recipe's name, hash and why it was chosen.
    public var recipe: Report.RecipeNote
    /// When it was queued and started.
    public var queued: Date
    /// When the worker began.
    public var started: Date
    /// What the assembly of the series wants said.
    public var warnings: [String]
    /// Which result of its series it is.
    public var revision: Int
    /// The job whose result it supersedes; nil for none.
    public var supersedes: String?

    /// Creates a provenance.
    public init(
      job: String, format: String, study: String?, series: String?, modality: String?,
      files: [Report.File], recipe: Report.RecipeNote, queued: Date, started: Date,
      warnings: [String], revision: Int = 1, supersedes: String? = nil
    ) {
      self.revision = revision
      self.supersedes = supersedes
      self.job = job
      self.format = format
      self.study = study
      self.series = series
      self.modality = modality
      self.files = files
      self.recipe = recipe
      self.queued = queued
      self.started = started
      self.warnings = warnings
    }
  }

  let disk: any FileSystem
  let maker: Report.Maker

  /// Creates a publisher.
  public init(disk: any FileSystem, version: String, commit: String) {
    self.disk = disk
    maker = Report.Maker(version: version, commit: commit)
  }

  /// Completes and publishes a folder that holds `result`.
  ///
  /// - Parameters:
  ///   - output: The folder that the worker filled.
  ///   - outbox: Where it shall appear, under the job's name.
  ///   - provenance: What is known besides what was measured.
  ///   - summary: What the worker measured.
  ///   - finished: When the worker was done.
  ///   - log: The job's events as lines of JSON; the last one says that it is published.
  /// - Returns: The published folder.
  /// - Throws: `FileError`; then nothing is visible and everything can be tried again.
  public func publish(
    _ output: FilePath, to outbox: FilePath, _ provenance: Provenance, _ summary: RestoreSummary,
    finished: Date, log: [String]
  ) throws -> FilePath {
    let destination = outbox.appending(provenance.job)
    let report = self.report(provenance, summary, finished: finished)
    for name in ["report.json", "log.jsonl", "manifest.json"] {
      // What an attempt to publish left when the disk failed it.
      try disk.remove(output.appending(".\(name).new"))
    }
    // What is written beside it is durable once it is written: nothing is synced twice, for syncs
    // are what a small job waits for most.
    try disk.syncTree(output.appending("result"))
    try disk.write(try PlainJSON.bytes(report), to: output.appending("report.json"))
    let lines = log.map { $0 + "\n" }.joined()
    try disk.write(Array(lines.utf8), to: output.appending("log.jsonl"))
    try disk.remove(output.appending("manifest.json"))
    let entries = try disk.files(below: output).map { path in
      let digest = try disk.digest(of: output.pushing(path))
      return ManifestEntry(path: path.string, bytes: digest.bytes, sha256: digest.sha256)
    }
    try disk.write(try PlainJSON.bytes(entries), to: output.appending("manifest.json"))
    try disk.makeFolder(outbox)
    do {
      try disk.move(output, to: destination)
    } catch {
      guard error.isCrossDevice else { throw error }
      try publishAcross(output, to: destination)
    }
    return destination
  }

  /// Where the outbox is a file system of its own, the folder is copied to a hidden place on it,
  /// read back, and renamed from there.
  private func publishAcross(_ output: FilePath, to destination: FilePath) throws {
    let staging = try stagingFolder(for: destination)
    try disk.removeTree(staging)
    try disk.copyTree(output, to: staging)
    try disk.move(staging, to: destination)
    // It is published; what is left over goes with the job's work folder.
    try? disk.removeTree(output)
    leave(stagingFolder: staging)
  }

  /// Removes a staging folder and, unless another job is staged there, the one around it.
  func leave(stagingFolder staging: FilePath) {
    // What cannot be removed now is hidden and empty or incomplete; the next job removes its own.
    try? disk.removeTree(staging)
    try? disk.remove(staging.removingLastComponent())
  }

  /// A hidden folder beside the outbox when that lies on its file system and may be written, else
  /// a hidden one within.
  func stagingFolder(for destination: FilePath) throws -> FilePath {
    let outbox = destination.removingLastComponent()
    try disk.makeFolder(outbox)
    let job = destination.lastComponent?.string ?? "job"
    let name = ".\(outbox.lastComponent?.string ?? "outbox")-staging"
    let parent = outbox.removingLastComponent()
    let beside = parent.appending(name)
    let isSameDevice = try disk.status(of: parent)?.device == disk.status(of: outbox)?.device
    if isSameDevice, (try? disk.makeFolder(beside)) != nil { return beside.appending(job) }
    let within = outbox.appending(".staging")
    try disk.makeFolder(within)
    return within.appending(job)
  }

  private func report(
    _ provenance: Provenance, _ summary: RestoreSummary, finished: Date
  ) -> Report {
    var report = Report(
      job: provenance.job, restorad: maker,
      source: Report.Source(
        format: provenance.format, files: provenance.files, study: provenance.study,
        series: provenance.series, modality: provenance.modality, shape: summary.shape,
        spacing: summary.spacing, dtype: summary.dtype),
      recipe: provenance.recipe, steps: summary.steps, result: summary.result,
      quality: summary.quality,
      timing: Report.Timing(
        queued: Timestamp.text(provenance.queued), started: Timestamp.text(provenance.started),
        finished: Timestamp.text(finished), read: summary.readSeconds,
        compute: summary.computeSeconds, write: summary.writeSeconds),
      peakMemoryBytes: summary.peakMemoryBytes,
      warnings: unique(provenance.warnings + summary.warnings))
    report.revision = provenance.revision
    report.supersedes = provenance.supersedes.map {
      Report.Superseded(job: $0, series: summary.supersededSeries)
    }
    return report
  }
}

private func unique(_ texts: [String]) -> [String] {
  var seen: Set<String> = []
  return texts.filter { seen.insert($0).inserted }
}

/// One line of a manifest.
public struct ManifestEntry: Sendable, Codable, Equatable {
  /// The file, relative to the folder.
  public var path: String
  /// Bytes.
  public var bytes: Int
  /// SHA-256.
  public var sha256: String
}
