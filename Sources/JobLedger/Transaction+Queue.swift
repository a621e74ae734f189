import GRDB

extension Transaction {
  /// The queued jobs that may be started, in the order in which they are: those that no worker was
  /// lost over come first, so that poison never stands before them; then the oldest.
  ///
  /// - Parameters:
  ///   - moment: Seconds since 1970; jobs that are to wait longer are left out.
  ///   - limit: How many at most.
  /// - Returns: The jobs; the first is to be started first.
  /// - Throws: `DatabaseError` when the ledger cannot be read.
  public func startableJobs(at moment: Double, limit: Int) throws -> [JobRecord] {
    // A clock that was set back must not put a job off for longer than was meant.
    try JobRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM job WHERE state = ?1
        AND (notBefore IS NULL OR notBefore <= ?2 OR notBefore > ?2 + 120)
        ORDER BY attempts, createdAt, id LIMIT ?3
        """, arguments: [JobState.queued, moment, limit])
  }
}
