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
    try job.delete(database)
  }

  /// The job of that name.
  public func job(_ id: String) throws -> JobRecord? { try JobRecord.fetchOne(database, key: id) }

  /// Jobs whose name begins so; for a person who types less.
  public func jobs(prefix: String) throws -> [JobRecord] {
    try JobRecord.fetchAll(
      database, sql: "SELECT * FROM job WHERE substr(id, 1, ?) = ? ORDER BY createdAt, id",
      arguments: [prefix.count, prefix])
  }

  /// Jobs in the given states, the oldest first; all states when none is given.
  public func jobs(in states: [JobState] = JobState.allCases, limit: Int = .max) throws
    -> [JobRecord]
  {
    let marks = databaseQuestionMarks(count: states.count)
    return try JobRecord.fetchAll(
      database,
      sql: "SELECT * FROM job WHERE state IN (\(marks)) ORDER BY createdAt, id LIMIT ?",
      arguments: StatementArguments(states) + [limit])
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
    try JobRecord.fetchAll(
      database,
      sql: """
        SELECT DISTINCT job.* FROM job LEFT JOIN jobFile ON jobFile.job = job.id
        WHERE ?1 <> '' AND (job.id = ?1 OR job.series = ?1 OR job.study = ?1
        OR jobFile.sopInstanceUID = ?1 OR jobFile.source = ?2 OR jobFile.name = ?1)
        ORDER BY job.createdAt, job.id
        """, arguments: [subject, path])
  }

  // MARK: Files

  /// The files of a job, by name.
  public func files(of job: String) throws -> [FileRecord] {
    try FileRecord.fetchAll(
      database, sql: "SELECT * FROM jobFile WHERE job = ? ORDER BY name", arguments: [job])
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

  /// Sources of the jobs that leave their originals in the inbox: what a rescan is to pass over.
  public func leftSources() throws -> [FileRecord] {
    try FileRecord.fetchAll(
      database,
      sql: """
        SELECT jobFile.* FROM jobFile JOIN job ON job.id = jobFile.job
        WHERE job.originals = 'leave'
        """)
  }

  // MARK: Events and requests

  /// Notes an event.
  public func append(_ event: EventRow) throws { try event.insert(database) }

  /// The events of a job, the oldest first.
  public func events(of job: String) throws -> [EventRow] {
    try EventRow.fetchAll(
      database, sql: "SELECT * FROM event WHERE job = ? ORDER BY id", arguments: [job])
  }

  /// Leaves a request for the daemon.
  public func append(_ request: RequestRow) throws { try request.insert(database) }

  /// The requests that were left, the oldest first.
  public func pendingRequests() throws -> [RequestRow] {
    try RequestRow.fetchAll(database, sql: "SELECT * FROM request ORDER BY id")
  }

  /// Forgets a request that was obeyed.
  public func remove(_ request: RequestRow) throws { try request.delete(database) }
}
