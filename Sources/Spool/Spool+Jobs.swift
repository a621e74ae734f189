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

/// What a worker made, waiting in the work folder for a disk that takes it.
struct UnpublishedResult {
  /// The number of the attempt that made it.
  var number: Int
  /// Its number and mark, and so the folder that holds it.
  var attempt: String
  var summary: RestoreSummary
}

/// A job that a worker is at.
struct RunningJob {
  var record: JobRecord
  var files: [FileRecord]
  /// Names the attempt; what bears another name comes from a worker that is long given up.
  var attempt: String
  /// Asked to stop: a loss then is no failure.
  var isBeingPutBack = false
}

extension Spool {
  // MARK: Starting

  /// Gives waiting jobs to free workers.
  func startJobs() throws {
    if isPaused { return }
    try wakeDeferred()
    let free = executor.freeJobs
    guard free > 0 else { return }
    let now = clock.now.timeIntervalSince1970
    try admit(ledger.read { try $0.startableJobs(at: now, limit: free + Self.lookAhead) })
  }

  private func wakeDeferred() throws {
    let now = clock.now.timeIntervalSince1970
    for job in try ledger.read({ try $0.jobs(in: [.deferred]) })
    // A clock that was set back must not put a job off for longer than was meant.
    where (job.notBefore ?? 0) <= now || (job.notBefore ?? 0) > now + 60 {
      try queue(job)
    }
  }

  func start(_ job: JobRecord) throws {
    let files = try ledger.read { try $0.files(of: job.id) }
    if job.format == ScanFormat.archive.rawValue {
      guard let (folder, request) = unpacking(job, files), try !resumeDrop(job),
        hasRoom(toStart: job)
      else { return }
      return try begin(job, files, in: folder) { _, attempt in request(attempt) }
    }
    guard let recipe = recipe(of: job) else {
      return try fail(job, .jobFailed, reason: "its recipe can no longer be read")
    }
    if try adoptResult(of: job) { return }
    if try publishHeldResult(of: job, files) { return }
    guard hasRoom(toStart: job) else { return }
    let revision = try revisionRequest(of: job)
    try begin(job, files, in: "result") { job, attempt in
      .restore(
        self.request(for: job, files, recipe, attempt: attempt, revision: revision))
    }
  }

  /// Starts a worker on a job; `folder` is what it needs below the attempt's own.
  private func begin(
    _ job: JobRecord, _ files: [FileRecord], in folder: FilePath,
    _ request: (JobRecord, String) -> WorkerRequest
  ) throws {
    var job = job
    // Counted before the worker starts: a job that takes the whole machine down still counts.
    job.attempts += 1
    job.version = version
    job.state = .running
    job.startedAt = clock.now.timeIntervalSince1970
    let attempt = "\(job.attempts)-\(JobName.mark())"
    let output = folders.output(job.id, attempt: attempt)
    do {
      try removeOutputs(of: job.id)
      try disk.makeFolder(output.pushing(folder))
    } catch {
      job.attempts -= 1
      pause("a work folder cannot be written: \(error)")
      return try postpone(job, reason: "the work folder cannot be written: \(error)")
    }
    try chronicle.move(
      job, .jobStarted, .info, "a worker has begun, attempt \(job.attempts)",
      ["attempt": .integer(job.attempts)])
    running[job.id] = RunningJob(record: job, files: files, attempt: attempt)
    var assignment = Assignment(
      id: job.id, attempt: attempt,
      request: request(job, attempt), timeLimit: settings.limits.time.seconds,
      memoryLimit: addressSpace)
    assignment.isSuspect = job.attempts > 1
    executor.start(assignment)
  }

  /// The recipe that a job was queued with; nil when it cannot be read.
  func recipe(of job: JobRecord) -> Recipe? {
    if let lastRecipe, lastRecipe.body == job.recipeBody { return lastRecipe.recipe }
    // Jobs in a row mostly share one.
    let recipe = try? JSONDecoder().decode(Recipe.self, from: Data(job.recipeBody.utf8))
    lastRecipe = recipe.map { (job.recipeBody, $0) }
    return recipe
  }

  private func request(
    for job: JobRecord, _ files: [FileRecord], _ recipe: Recipe, attempt: String,
    revision: RestoreRequest.Revision?
  ) -> RestoreRequest {
    var seen: Set<String> = []
    // A copy of an instance under another name adds nothing to its series.
    let sources = files.filter { file in
      file.sopInstanceUID.isEmpty || seen.insert(file.sopInstanceUID).inserted
    }
    let folder = folders.originals(job.id)
    let ordered =
      sources.filter { !ScanName.isCompanion(FilePath($0.name)) }
      + sources.filter { ScanName.isCompanion(FilePath($0.name)) }
    return RestoreRequest(
      job: job.id, attempt: attempt, format: ScanFormat(rawValue: job.format) ?? .dicom,
      sources: ordered.map {
        RestoreRequest.Source(path: folder.pushing(FilePath($0.name)).string, name: $0.name)
      }, originals: folder.string, recipe: recipe,
      modality: job.modality == "UN" ? nil : job.modality,
      output: folders.output(job.id, attempt: attempt).appending("result").string,
      moment: job.startedAt ?? 0, version: version, revision: revision)
  }

  /// Removes what earlier attempts left.
  private func removeOutputs(of job: String) throws {
    let folder = folders.work(job)
    guard try disk.exists(folder) else { return }
    for name in try disk.entries(of: folder) where StateFolders.isOutput(name) {
      try disk.removeTree(folder.appending(name))
    }
  }

  // MARK: Putting off

  /// Tries a job again in half a minute: its surroundings failed, not the scan.
  func postpone(_ job: JobRecord, reason: String) throws {
    var job = job
    job.state = .deferred
    job.reason = reason
    job.notBefore = clock.now.timeIntervalSince1970 + 30
    try chronicle.move(
      job, .jobDeferred, .warning, "tried again in 30 s: \(reason)", ["wait_s": .integer(30)])
  }

  /// Ends the workers and puts their jobs back into the queue, no attempt used.
  public func putRunningBack() throws {
    for id in running.keys {
      running[id]?.isBeingPutBack = true
      executor.cancel(id)
    }
    for id in probes.keys { executor.cancel(id) }
    for task in comparisons.values.compactMap(\.task) { executor.cancel(task) }
    for known in recollections.values where known.isOpen {
      if let task = known.task { executor.cancel(task) }
    }
  }
}
