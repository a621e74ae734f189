import Foundation
package import GRDB

/// Every scan, job, attempt and event, in one SQLite file.
///
/// The daemon writes; the command line reads beside it and leaves requests. One transaction a
/// transition, synced before it returns.
public final class JobLedger: Sendable {
  /// What is about to happen, or has just happened, to the ledger; for tests.
  package enum Moment: Sendable {
    /// Something is about to be read.
    case reading
    /// A transaction is about to begin.
    case writing
    /// A transaction was committed; who throws now says that it was not.
    case committed
  }

  private let database: any DatabaseWriter
  private let gate: (@Sendable (Moment) throws -> Void)?

  private init(
    _ database: any DatabaseWriter, migrator: DatabaseMigrator = ledgerMigrator(),
    examined: Bool = false, gate: (@Sendable (Moment) throws -> Void)? = nil
  ) throws(LedgerError) {
    self.database = database
    self.gate = gate
    do {
      if try database.read(migrator.hasBeenSuperseded) {
        throw LedgerError(.newer, "a later version of Restorad wrote it; use that version")
      }
      if examined { try database.read(examine) }
      // Each step is one transaction: a power cut in the middle of one leaves the shape before it.
      try migrator.migrate(database)
      // Readers that asked before still know the shape before.
      (database as? DatabasePool)?.invalidateReadOnlyConnections()
      if examined { try database.read(examineStates) }
    } catch {
      // What is left open would be written to when the file is another one's already.
      try? database.close()
      throw (error as? LedgerError) ?? LedgerError(error)
    }
  }

  /// Closes the file; what was told is in it and not beside it.
  package func close() throws { try database.close() }

  /// Opens a ledger, and makes it when it is not there.
  ///
  /// - Parameters:
  ///   - path: The SQLite file.
  ///   - examined: Whether all of its pages are looked through for damage first, about a second a
  ///     gigabyte; what the daemon does at its start.
  /// - Throws: `LedgerError`.
  public convenience init(path: String, examined: Bool = false) throws(LedgerError) {
    try self.init(path: path, examined: examined, migrator: ledgerMigrator())
  }

  /// The same with other steps, for tests.
  package convenience init(
    path: String, examined: Bool = false, migrator: DatabaseMigrator
  ) throws(LedgerError) {
    let pool: DatabasePool
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      pool = try DatabasePool(path: path, configuration: configuration)
      // Write-ahead log with a sync at every commit: a transition that was told is a transition
      // that survives a power cut. Said only now, for the pool sets NORMAL while it opens, which
      // syncs at checkpoints alone.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    } catch {
      throw LedgerError(error)
    }
    try self.init(pool, migrator: migrator, examined: examined)
  }

  /// Makes a ledger in memory, for tests, which may be told of each statement that is executed, as
  /// SQL with its values.
  public static func inMemory(
    onStatement: (@Sendable (String) -> Void)? = nil
  ) throws -> JobLedger {
    guard let onStatement else { return try JobLedger(copyOf: blank.get(), gate: nil) }
    var configuration = Configuration()
    configuration.publicStatementArguments = true
    configuration.prepareDatabase { database in
      database.trace { onStatement($0.expandedDescription) }
    }
    return try JobLedger(DatabaseQueue(configuration: configuration))
  }

  /// An empty ledger in memory: copying one is a fraction of the work of making one, and tests want
  /// ten thousands.
  private static let blank = Result {
    let database = try DatabaseQueue()
    try ledgerMigrator().migrate(database)
    return database
  }

  /// Makes a copy in memory of what has the shape of a ledger.
  private init(
    copyOf database: any DatabaseReader, gate: (@Sendable (Moment) throws -> Void)?
  ) throws {
    let copy = try DatabaseQueue()
    try database.backup(to: copy)
    self.database = copy
    self.gate = gate
  }

  /// Makes a ledger in memory that can be watched and made to fail, for tests: what the gate throws,
  /// the transaction throws.
  package static func inMemory(
    gate: @escaping @Sendable (Moment) throws -> Void
  ) throws -> JobLedger { try JobLedger(copyOf: blank.get(), gate: gate) }

  /// How commits are made durable: SQLite's journal mode and its level of syncing, for tests.
  package func durability() throws -> (journal: String?, synchronous: Int?) {
    try database.writeWithoutTransaction { database in
      (
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(database, sql: "PRAGMA synchronous")
      )
    }
  }

  /// Makes a copy in memory of the ledger as it is at this moment, for tests.
  package func copyInMemory(
    gate: (@Sendable (Moment) throws -> Void)? = nil
  ) throws -> JobLedger { try JobLedger(copyOf: database, gate: gate) }

  /// Changes the ledger in one transaction: all of it or nothing.
  ///
  /// - Throws: `LedgerOutage` when its disk is full, read-only, broken or away. Nothing was changed
  ///   then, as a rule; but a sync that failed may have reached the disk after all, so whoever goes
  ///   on has to look.
  public func write<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
    do {
      try gate?(.writing)
      let result = try database.write { try body(Transaction(database: $0)) }
      try gate?(.committed)
      return result
    } catch {
      throw LedgerOutage.orItself(error)
    }
  }

  /// Reads the ledger as it is at one moment.
  ///
  /// - Throws: `LedgerOutage` when its disk is broken or away.
  public func read<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
    do {
      try gate?(.reading)
      return try database.read { try body(Transaction(database: $0)) }
    } catch {
      throw LedgerOutage.orItself(error)
    }
  }

  /// Looks through every page, index and value; minutes for a ledger of gigabytes.
  ///
  /// - Throws: `LedgerError`, code `.damaged`, with the first things that were found.
  public func examineThoroughly() throws(LedgerError) {
    do {
      try database.read { try examine($0, pragma: "integrity_check") }
    } catch let error as LedgerError {
      throw error
    } catch {
      throw LedgerError(error)
    }
  }
}

/// Looks through all pages for damage; indexes are not compared with their tables, which takes
/// several times as long.
private func examine(_ database: Database) throws { try examine(database, pragma: "quick_check") }

private func examine(_ database: Database, pragma: String) throws {
  let findings = try String.fetchAll(database, sql: "PRAGMA \(pragma)(3)")
  guard findings == ["ok"] else {
    throw LedgerError(.damaged, findings.joined(separator: "; "))
  }
}

/// A flipped bit in a word is no damage to SQLite, but no job may stand in a state that is none.
///
/// The index may say otherwise than the table, so that is what is read.
private func examineStates(_ database: Database) throws {
  let states = try String.fetchAll(database, sql: "SELECT DISTINCT state FROM job NOT INDEXED")
  if let strange = states.first(where: { JobState(rawValue: $0) == nil }) {
    throw LedgerError(.damaged, "a job stands in a state that is none: \(strange)")
  }
}
