public import GRDB

/// That a job's originals are removed on purpose: noted before the first file goes.
public struct RemovalRow: Sendable, Codable, Equatable, FetchableRecord, PersistableRecord {
  /// The table.
  public static let databaseTableName = "removal"

  /// The job.
  public var job: String
  /// Seconds since 1970 when it was begun.
  public var meantAt: Double
  /// Seconds since 1970 when nothing was left; nil while it is under way or was cut off.
  public var doneAt: Double?

  /// Creates a row.
  public init(job: String, meantAt: Double, doneAt: Double? = nil) {
    self.job = job
    self.meantAt = meantAt
    self.doneAt = doneAt
  }
}
