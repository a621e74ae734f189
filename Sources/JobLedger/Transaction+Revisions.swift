import GRDB

/// Results of one series that supersede each other.
extension Transaction {
  /// The jobs that supersede a job, or are about to, the oldest first.
  ///
  /// - Parameter job: The earlier job's name.
  /// - Returns: Usually one; those that failed, or were overtaken by another, count too.
  /// - Throws: `DatabaseError`.
  public func successors(of job: String) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database, sql: "SELECT * FROM job WHERE supersedes = ? ORDER BY createdAt, id",
      arguments: [job])
  }

  /// The highest revision that any job of a series bears, whatever became of it.
  ///
  /// - Parameter series: Series Instance UID.
  /// - Returns: 1 where there is none but the first.
  /// - Throws: `DatabaseError`.
  public func lastRevision(ofSeries series: String) throws -> Int {
    try Int.fetchOne(
      database, sql: "SELECT MAX(revision) FROM job WHERE series = ?", arguments: [series]) ?? 1
  }
}
