import Foundation
import GRDB

/// Every scan, job, attempt and event, in one SQLite file.
///
/// The daemon writes; the command line reads beside it and leaves requests. One transaction a
/// transition, synced before it returns.
public final class JobLedger: Sendable {
  private let database: any DatabaseWriter

  private init(_ database: any DatabaseWriter) throws {
    self.database = database
    try ledgerMigrator().migrate(database)
  }

  /// Opens a ledger, and makes it when it is not there.
  ///
  /// - Parameter path: The SQLite file.
  /// - Throws: `DatabaseError` when the file is damaged or cannot be written.
  public convenience init(path: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      // Write-ahead log with a sync at every commit: a transition that was told is a transition
      // that survives a power cut.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    try self.init(DatabasePool(path: path, configuration: configuration))
  }

  /// Makes a ledger in memory, for tests.
  public static func inMemory() throws -> JobLedger { try JobLedger(DatabaseQueue()) }

  /// Makes a copy in memory of the ledger as it is at this moment, for tests.
  package func copyInMemory() throws -> JobLedger {
    let copy = try DatabaseQueue()
    try database.backup(to: copy)
    return try JobLedger(copy)
  }

  /// Changes the ledger in one transaction: all of it or nothing.
  public func write<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
    try database.write { try body(Transaction(database: $0)) }
  }

  /// Reads the ledger as it is at one moment.
  public func read<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
    try database.read { try body(Transaction(database: $0)) }
  }
}
