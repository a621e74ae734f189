import GRDB

/// The ledger cannot be used for now: its disk is full, read-only, broken or away, or another
/// process keeps it.
///
/// It says nothing about what was to be noted: once the cause is gone the same can be tried again.
/// A damaged ledger is another matter and stays a `DatabaseError`.
public struct LedgerOutage: Error, CustomStringConvertible {
  /// The cause, in SQLite's words.
  public let description: String

  /// Creates an outage.
  package init(_ description: String) { self.description = description }

  private static let causes: [ResultCode] = [
    .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_BUSY, .SQLITE_LOCKED,
    .SQLITE_NOMEM, .SQLITE_PERM, .SQLITE_PROTOCOL, .SQLITE_ABORT,
  ]

  /// The outage that an error stands for, else the error as it is.
  static func orItself(_ error: any Error) -> any Error {
    guard let failure = error as? DatabaseError, causes.contains(failure.resultCode) else {
      return error
    }
    let extended = failure.extendedResultCode
    return LedgerOutage(failure.message ?? "\(extended)")
  }
}
