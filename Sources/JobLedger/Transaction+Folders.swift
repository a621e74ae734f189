import GRDB

/// What is needed to hold the ledger against the folders.
extension Transaction {
  /// Whether nothing was ever noted.
  public func isEmpty() throws -> Bool {
    let jobs = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM job)") ?? false
    let events = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM event)") ?? false
    return !jobs && !events
  }

  /// When the ledger was last built anew from the folders, in seconds since 1970; nil when it never
  /// was.
  public func lastRebuilding() throws -> Double? {
    try Double.fetchOne(
      database, sql: "SELECT MAX(at) FROM event WHERE job = '' AND event = 'ledger.rebuilt'")
  }

  /// The state of every job by its name, read from one index.
  public func states() throws -> [String: JobState] {
    var states: [String: JobState] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT id, state FROM job INDEXED BY job_by_state_and_age")
    while let row = try rows.next() {
      states[row["id"]] = JobState.fromDatabaseValue(row["state"])
    }
    return states
  }

  /// The jobs in a state, or all, that follow on the last one of the page before; the oldest first.
  ///
  /// Page by page a long list neither takes memory nor keeps the ledger's log from being folded in
  /// while someone reads it.
  public func page(
    of state: JobState?, after last: JobRecord?, limit: Int
  ) throws -> [JobRecord] {
    let condition = state == nil ? "" : "state = :state AND"
    let moment = last?.createdAt ?? -Double.greatestFiniteMagnitude
    var arguments: StatementArguments = ["at": moment, "id": last?.id ?? "", "limit": limit]
    if let state { arguments += ["state": state] }
    return try JobRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM job WHERE \(condition) (createdAt, id) > (:at, :id)
        ORDER BY createdAt, id LIMIT :limit
        """, arguments: arguments)
  }

  /// Notes a job as it was found written down elsewhere, in place of what was known of it.
  public func replace(_ job: JobRecord, files: [FileRecord]) throws {
    try database.execute(sql: "DELETE FROM jobFile WHERE job = ?", arguments: [job.id])
    try job.save(database)
    for file in files { try file.insert(database) }
  }

  // MARK: Removals

  /// Whether, and when, a job's originals were removed on purpose.
  public func removal(of job: String) throws -> RemovalRow? {
    try RemovalRow.fetchOne(database, key: job)
  }

  /// Notes a removal that is meant, or done.
  public func note(_ removal: RemovalRow) throws { try removal.save(database) }

  /// Removals that were begun and not finished.
  public func unfinishedRemovals() throws -> [RemovalRow] {
    try RemovalRow.fetchAll(
      database, sql: "SELECT * FROM removal WHERE doneAt IS NULL ORDER BY meantAt, job")
  }

  /// Whether a person's request for a job waits for the daemon.
  public func hasRequest(for job: String) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM request WHERE job = ?)", arguments: [job])
      ?? false
  }

  /// Names of the jobs that came to rest in a state before a moment, in seconds since 1970, and
  /// whose originals were not removed; the oldest first.
  public func jobs(in state: JobState, finishedBefore moment: Double) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT id FROM job WHERE state = ? AND finishedAt < ?
        AND NOT EXISTS (SELECT 1 FROM removal WHERE removal.job = job.id)
        ORDER BY createdAt, id
        """, arguments: [state, moment])
  }

  /// How SQLite would go about a query, for tests.
  package func plan(_ sql: String) throws -> [String] {
    try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql)
      .map { $0["detail"] }
  }
}
