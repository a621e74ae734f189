import GRDB

extension Transaction {
  /// Jobs with files that were found below a folder, such as one that an archive was unpacked into;
  /// the oldest first.
  ///
  /// - Parameter folder: An encoded path.
  /// - Returns: The jobs.
  /// - Throws: `DatabaseError` when the ledger cannot be read.
  public func jobs(below folder: String) throws -> [JobRecord] {
    // The index holds the paths in order, and `0` follows on `/`.
    try JobRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM job WHERE id IN (
          SELECT job FROM jobFile WHERE source >= ?1 || '/' AND source < ?1 || '0'
        ) ORDER BY createdAt, id
        """, arguments: [folder])
  }
}
