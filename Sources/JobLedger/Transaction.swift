import GRDB

/// The ledger within one transaction.
public struct Transaction {
  let database: Database

  // MARK: Jobs

  /// Notes a new job with its files.
  public func insert(_ job: JobRecord, files: [FileRecord]) throws {
    try job.insert(database)
    for file in files { try file.insert(database) }
  }

  /// Notes what became of a job.
  public func update(_ job: JobRecord) throws { try job.update(database) }

  /// Forgets a job that never came to be.
  public func delete(_ job: JobRecord) throws {
    try database.execute(sql: "DELETE FROM jobFile WHERE job = ?", arguments: [job.id])
    try database.execute(sql: "DELETE FROM event WHERE job = ?", arguments: [job.id])
    try database.execute(sql: "DELETE FROM removal WHERE job = ?", arguments: [job.id])
    try job.delete(database)
  }

  /// The job of that name.
  public func job(_ id: String) throws -> JobRecord? {
    try JobRecord.fetchOne(
      database.cachedStatement(sql: "SELECT * FROM job WHERE id = ?"), arguments: [id])
  }

  /// Jobs whose name begins so; for a person who types less.
  public func jobs(prefix: String) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database,
      sql: "SELECT * FROM job WHERE id >= ?1 AND id < ?1 || char(0x10FFFF) ORDER BY createdAt, id",
      arguments: [prefix])
  }

  /// Jobs in the given states, the oldest first; all states when none is given.
  public func jobs(in states: [JobState] = JobState.allCases, limit: Int = .max) throws
    -> [JobRecord]
  {
    if states.count == JobState.allCases.count {
      return try JobRecord.fetchAll(
        database, sql: "SELECT * FROM job ORDER BY createdAt, id LIMIT ?", arguments: [limit])
    }
    let marks = databaseQuestionMarks(count: states.count)
    // Asked at every turn: compiled once.
    let statement = try database.cachedStatement(
      sql: "SELECT * FROM job WHERE state IN (\(marks)) ORDER BY createdAt, id LIMIT ?")
    return try JobRecord.fetchAll(statement, arguments: StatementArguments(states) + [limit])
  }

  /// Bytes that the results of jobs under way may still take, by encoded outbox.
  public func reservedBytes() throws -> [String: Int] {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT outbox, SUM(outputBytes) AS bytes FROM job
          WHERE state IN ('waiting', 'queued', 'running', 'deferred') GROUP BY outbox
          """))
    var reserved: [String: Int] = [:]
    for row in rows { reserved[row["outbox"]] = row["bytes"] }
    return reserved
  }

  /// How many jobs stand in each state.
  public func counts() throws -> [JobState: Int] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT state, COUNT(*) AS n FROM job GROUP BY state")
    var counts: [JobState: Int] = [:]
    for row in rows {
      if let state = JobState.fromDatabaseValue(row["state"]) { counts[state] = row["n"] }
    }
    return counts
  }

  /// The job that published, or is about to, this content under this recipe by this version.
  public func job(content: String, recipeHash: String, version: String) throws -> JobRecord? {
    try JobRecord.fetchOne(
      database,
      sql: """
        SELECT * FROM job WHERE contentKey = ? AND recipeHash = ? AND version = ?
        AND state IN ('queued', 'running', 'published', 'deferred', 'skipped')
        ORDER BY createdAt LIMIT 1
        """, arguments: [content, recipeHash, version])
  }

  /// Jobs of a series in the given states, the oldest first.
  public func jobs(series: String, in states: [JobState]) throws -> [JobRecord] {
    let marks = databaseQuestionMarks(count: states.count)
    return try JobRecord.fetchAll(
      database,
      sql: "SELECT * FROM job WHERE series = ? AND state IN (\(marks)) ORDER BY createdAt, id",
      arguments: [series] + StatementArguments(states))
  }

  /// Jobs that a path, a UID or a name speaks of, the oldest first.
  public func jobs(about subject: String, path: String) throws -> [JobRecord] {
    if subject.isEmpty { return [] }
    // One look-up by index each: a single OR over both tables would read all of them.
    return try JobRecord.fetchAll(
      database,
      sql: """
        SELECT * FROM job WHERE id IN (
          SELECT id FROM job WHERE id = ?1 UNION SELECT id FROM job WHERE series = ?1
          UNION SELECT id FROM job WHERE study = ?1
          UNION SELECT job FROM jobFile WHERE sopInstanceUID = ?1
          UNION SELECT job FROM jobFile WHERE source = ?2
          UNION SELECT job FROM jobFile WHERE name = ?1
        ) ORDER BY createdAt, id
        """, arguments: [subject, path])
  }

  // MARK: Files

  /// The files of a job, by name.
  public func files(of job: String) throws -> [FileRecord] {
    try FileRecord.fetchAll(
      database.cachedStatement(sql: "SELECT * FROM jobFile WHERE job = ? ORDER BY name"),
      arguments: [job])
  }

  /// Notes what a file of a job turned out to be.
  public func update(_ file: FileRecord) throws { try file.update(database) }

  /// Forgets a file that a job did not get after all.
  public func delete(_ file: FileRecord) throws { try file.delete(database) }

  /// Adds a file to a job.
  public func insert(_ file: FileRecord) throws { try file.insert(database) }

  /// Files that left their place under this path for a job, the newest first.
  public func files(source: String) throws -> [FileRecord] {
    try FileRecord.fetchAll(
      database, sql: "SELECT * FROM jobFile WHERE source = ? ORDER BY rowid DESC",
      arguments: [source])
  }

  /// Files that hold this instance, with the contents that were seen, of jobs not given up.
  public func files(sopInstanceUID: String) throws -> [FileRecord] {
    try FileRecord.fetchAll(
      database,
      sql: """
        SELECT jobFile.* FROM jobFile JOIN job ON job.id = jobFile.job
        WHERE jobFile.sopInstanceUID = ? AND job.state <> 'failed'
        """, arguments: [sopInstanceUID])
  }

  // MARK: Events and requests

  /// Notes an event.
  public func append(_ event: EventRow) throws { try event.insert(database) }

  /// The events of a job, the oldest first.
  public func events(of job: String) throws -> [EventRow] {
    try EventRow.fetchAll(
      database.cachedStatement(sql: "SELECT * FROM event WHERE job = ? ORDER BY id"),
      arguments: [job])
  }

  /// Leaves a request for the daemon.
  public func append(_ request: RequestRow) throws { try request.insert(database) }

  /// The requests that were left, the oldest first.
  public func pendingRequests() throws -> [RequestRow] {
    try RequestRow.fetchAll(
      database.cachedStatement(sql: "SELECT * FROM request ORDER BY id"))
  }

  /// Forgets a request that was obeyed.
  public func remove(_ request: RequestRow) throws { try request.delete(database) }
}
