public import GRDB

/// An event of a job's life as the ledger keeps it.
public struct EventRow: Sendable, Codable, Equatable, FetchableRecord, PersistableRecord {
  /// The table.
  public static let databaseTableName = "event"

  /// The job, or empty.
  public var job: String
  /// Seconds since 1970.
  public var at: Double
  /// The stable name.
  public var event: String
  /// The whole event as a line of JSON, as in the job's own log.
  public var line: String

  /// Creates a row.
  public init(job: String, at: Double, event: String, line: String) {
    self.job = job
    self.at = at
    self.event = event
    self.line = line
  }
}

/// What a person asks of a job through the command line.
public struct RequestRow: Sendable, Codable, Equatable, FetchableRecord, PersistableRecord {
  /// The table.
  public static let databaseTableName = "request"

  /// What can be asked.
  public enum Verb: String, Sendable, Codable {
    /// Try a failed or deferred job again.
    case retry
    /// Keep a job from starting.
    case hold
    /// Let a held job go on.
    case release
  }

  /// Its number; nil before it is stored.
  public var id: Int64?
  /// What.
  public var verb: Verb
  /// Of which job.
  public var job: String
  /// Seconds since 1970.
  public var at: Double

  /// Creates a request.
  public init(verb: Verb, job: String, at: Double) {
    self.verb = verb
    self.job = job
    self.at = at
  }
}
