import Configuration
import EventLog
import Foundation
import JobLedger
import Logging
import Recipes
import Worker

/// What workers say.
extension Spool {
  /// Takes in what workers said; what the ledger does not take now is heard again.
  func hearWorkers() throws {
    unheard += executor.takeNews()
    while let news = unheard.first {
      try hear(news)
      unheard.removeFirst()
    }
  }

  private func hear(_ news: WorkerNews) throws {
    if let job = running[news.id] {
      // A worker that was given up may still talk; only the newest attempt is listened to.
      if job.attempt == news.attempt { try hear(news.kind, of: job) }
    } else if try hearRecollection(news) || hearComparison(news) {
      return
    } else if let task = probes[news.id] {
      switch news.kind {
      case .reply(.probed(let verdict)): try hear(verdict, of: news.id)
      case .reply: break
      case .lost(let loss):
        try hearLoss(of: task, loss)
        probes[news.id] = nil
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
      try publish(job, summary)
      running[job.record.id] = nil
    case .reply(.unpacked(let facts)):
      try deliver(job, facts)
      running[job.record.id] = nil
    case .reply(.refused(let refusal)):
      if try !sendBackIfWrittenTo(job) { try take(refusal, of: job) }
      running[job.record.id] = nil
    case .reply(.probed), .reply(.progress), .reply(.compared), .reply(.tried): break
    case .lost(let loss):
      try take(loss, of: job)
      running[job.record.id] = nil
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
      pause("a worker could not do its work: \(refusal.reason)")
      try postpone(record, reason: refusal.reason)
    }
  }

  private func take(_ loss: WorkerLoss, of job: RunningJob) throws {
    var record = job.record
    if job.isBeingPutBack || loss.cause == .cancelled {
      record.attempts -= 1
      return try queue(record)
    }
    let description = loss.description(
      predicted: record.predictedMemory, limit: settings.limits.memory)
    try chronicle.note(
      record, .workerCrashed, .warning, description,
      loss.fields.merging(["attempt": .integer(record.attempts)]) { $1 })
    if case .notStarted(let reason) = loss.cause {
      record.attempts -= 1
      return try postpone(record, reason: "no worker could be started: \(reason)")
    }
    if record.attempts >= settings.limits.attempts {
      return try fail(
        record, .jobFailed,
        reason: "\(description), at attempt \(record.attempts) of \(settings.limits.attempts)",
        detail: loss.detail)
    }
    // Others first, and longer each time: what ended a worker may be what ends the next.
    record.notBefore = clock.now.timeIntervalSince1970 + pauseAfterLoss(record.attempts)
    try queue(record)
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
