import GRDB

/// Why a ledger cannot be used.
public struct LedgerError: Error, CustomStringConvertible {
  /// What is to be done about it.
  public enum Code: Sendable {
    /// Its pages make no sense: it has to be moved aside and built anew from the folders.
    case damaged
    /// A later version of Restorad wrote it: it has to be left alone.
    case newer
    /// Its disk is full, read-only, broken or away, or another process keeps it; it may be whole.
    case outOfReach
    /// It cannot be used for another reason.
    case unusable
  }

  /// What is to be done about it.
  public let code: Code
  /// What was found, in words.
  public let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Takes an error of SQLite's for what it means.
  ///
  /// Only what SQLite itself calls damage counts as damage: a disk that fails may hold a ledger that
  /// is whole.
  init(_ error: any Error) {
    let database = error as? DatabaseError
    switch database?.resultCode {
    case .SQLITE_CORRUPT?, .SQLITE_NOTADB?:
      self.init(.damaged, database?.message ?? "it is no database")
    default:
      let outage = LedgerOutage.orItself(error) as? LedgerOutage
      self.init(outage == nil ? .unusable : .outOfReach, outage?.description ?? "\(error)")
    }
  }

  /// What was found, in words.
  public var description: String { reason }
}
