import EventLog
import Foundation
import JobLedger
import Logging

/// Writes what happens to jobs: to the log, and to the ledger in the transaction that makes it so.
struct Chronicle {
  let ledger: JobLedger
  let clock: any SpoolClock
  let log: Logger
  let names: NamePolicy

  /// Moves a job and notes why, in one transaction; the log hears of it when it is durable.
  func move(
    _ job: JobRecord, _ name: EventName, _ level: Logger.Level, _ message: String,
    _ fields: [String: EventField] = [:], alongside more: (Transaction) throws -> Void = { _ in }
  ) throws {
    let row = self.row(job, name, level, message, fields)
    try ledger.write { transaction in
      try transaction.update(job)
      try more(transaction)
      try transaction.append(row)
    }
    tell(job, name, level, message, fields)
  }

  /// Notes something that does not move the job.
  func note(
    _ job: JobRecord, _ name: EventName, _ level: Logger.Level, _ message: String,
    _ fields: [String: EventField] = [:], alongside more: (Transaction) throws -> Void = { _ in }
  ) throws {
    let row = self.row(job, name, level, message, fields)
    try ledger.write { transaction in
      try more(transaction)
      try transaction.append(row)
    }
    tell(job, name, level, message, fields)
  }

  /// The job's own log: its events as lines of JSON.
  func lines(of job: String) throws -> [String] {
    try ledger.read { try $0.events(of: job).map(\.line) }
  }

  /// An event of a job as the ledger keeps it.
  func row(
    _ job: JobRecord, _ name: EventName, _ level: Logger.Level, _ message: String,
    _ fields: [String: EventField]
  ) -> EventRow {
    let moment = clock.now
    let record = EventRecord(
      moment: moment, level: level, event: name.rawValue, message: message,
      fields: addressed(fields, to: job))
    return EventRow(
      job: job.id, at: moment.timeIntervalSince1970, event: name.rawValue,
      line: record.jsonLine(names: names))
  }

  private func tell(
    _ job: JobRecord, _ name: EventName, _ level: Logger.Level, _ message: String,
    _ fields: [String: EventField]
  ) {
    log.event(name, level, message, addressed(fields, to: job))
  }

  private func addressed(
    _ fields: [String: EventField], to job: JobRecord
  ) -> [String: EventField] {
    fields.merging(["job": .text(job.id), "inbox": .text(job.inbox)]) { $1 }
  }
}
