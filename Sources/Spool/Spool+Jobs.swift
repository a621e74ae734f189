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

/// A job that a worker is at.
struct RunningJob {
  var record: JobRecord
  var files: [FileRecord]
  /// Asked to stop: a loss then is no failure.
  var isBeingPutBack = false
}

extension Spool {
  // MARK: Starting

  /// Gives the oldest waiting jobs to free workers.
  func startJobs() throws {
    try wakeDeferred()
    let free = executor.freeJobs
    guard free > 0 else { return }
    for job in try ledger.read({ try $0.jobs(in: [.queued], limit: free) }) { try start(job) }
  }

  private func wakeDeferred() throws {
    let now = clock.now.timeIntervalSince1970
    for job in try ledger.read({ try $0.jobs(in: [.deferred]) })
    // A clock that was set back must not put a job off for longer than was meant.
    where (job.notBefore ?? 0) <= now || (job.notBefore ?? 0) > now + 60 {
      try queue(job)
    }
  }

  private func start(_ job: JobRecord) throws {
    var job = job
    let files = try ledger.read { try $0.files(of: job.id) }
    guard let recipe = try? JSONDecoder().decode(Recipe.self, from: Data(job.recipeBody.utf8))
    else { return try fail(job, .jobFailed, reason: "its recipe can no longer be read") }
    if try adoptResult(of: job) { return }
    // Counted before the worker starts: a job that takes the whole machine down still counts.
    job.attempts += 1
    job.version = version
    job.state = .running
    job.startedAt = clock.now.timeIntervalSince1970
    let output = folders.output(job.id, attempt: job.attempts)
    do {
      for attempt in 1...job.attempts {
        try disk.removeTree(folders.output(job.id, attempt: attempt))
      }
      try disk.makeFolder(output.appending("result"))
    } catch {
      job.attempts -= 1
      return try postpone(job, reason: "the work folder cannot be written: \(error)")
    }
    try chronicle.move(
      job, .jobStarted, .info, "a worker has begun, attempt \(job.attempts)",
      ["attempt": .integer(job.attempts)])
    running[job.id] = RunningJob(record: job, files: files)
    executor.start(
      Assignment(
        id: job.id,
        request: .restore(request(for: job, files, recipe, output: output)),
        timeLimit: settings.limits.time.seconds, memoryLimit: settings.limits.memory))
  }

  private func request(
    for job: JobRecord, _ files: [FileRecord], _ recipe: Recipe, output: FilePath
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
      job: job.id, format: ScanFormat(rawValue: job.format) ?? .dicom,
      sources: ordered.map {
        RestoreRequest.Source(path: folder.pushing(FilePath($0.name)).string, name: $0.name)
      }, recipe: recipe, modality: job.modality == "UN" ? nil : job.modality,
      output: output.appending("result").string, moment: job.startedAt ?? 0, version: version)
  }

  // MARK: Hearing

  /// Takes in what workers said.
  func hearWorkers() throws {
    for news in executor.takeNews() {
      if let job = running[news.id] {
        try hear(news.kind, of: job)
      } else if let task = probes[news.id] {
        switch news.kind {
        case .reply(.probed(let verdict)): try hear(verdict, of: news.id)
        case .reply: break
        case .lost(let loss):
          probes[news.id] = nil
          try hearLoss(of: task, loss)
        }
      }
    }
  }

  private func hear(_ kind: WorkerNews.Kind, of job: RunningJob) throws {
    switch kind {
    case .reply(.stepFinished(let step)):
      try chronicle.note(
        job.record, .stepFinished, .info, "\(step.name) took \(rounded(step.seconds)) s",
        [
          "step": .text(step.name), "seconds": .number(rounded(step.seconds)),
          "figures": .object(step.figures.mapValues(EventField.init)),
        ])
    case .reply(.restored(let summary)):
      running[job.record.id] = nil
      try publish(job, summary)
    case .reply(.refused(let refusal)):
      running[job.record.id] = nil
      try take(refusal, of: job)
    case .reply(.probed), .reply(.progress): break
    case .lost(let loss):
      running[job.record.id] = nil
      try take(loss, of: job)
    }
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  private func take(_ refusal: RestoreRefusal, of job: RunningJob) throws {
    switch refusal.fate {
    case .quarantine:
      try fail(job.record, .jobFailed, reason: refusal.reason)
    case .skip: try skip(job.record, reason: refusal.reason)
    case .deferJob:
      var record = job.record
      record.attempts -= 1
      try postpone(record, reason: refusal.reason)
    }
  }

  private func take(_ loss: WorkerLoss, of job: RunningJob) throws {
    var record = job.record
    if job.isBeingPutBack || loss.cause == .cancelled {
      record.attempts -= 1
      return try queue(record)
    }
    try chronicle.note(
      record, .workerCrashed, .warning, loss.description,
      ["stderr": .list(loss.lastWords.map(EventField.text))])
    if case .notStarted(let reason) = loss.cause {
      record.attempts -= 1
      return try postpone(record, reason: "no worker could be started: \(reason)")
    }
    if record.attempts >= settings.limits.attempts {
      return try fail(
        record, .jobFailed,
        reason: "\(loss.description), at attempt \(record.attempts) of \(settings.limits.attempts)",
        detail: ["last_words": .list(loss.lastWords.map(JSONValue.text))])
    }
    try queue(record)
  }

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
  }
}

extension EventField {
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .text("")
    case .flag(let flag): self = .flag(flag)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .list(let values): self = .list(values.map(EventField.init))
    case .object(let values): self = .object(values.mapValues(EventField.init))
    }
  }
}
