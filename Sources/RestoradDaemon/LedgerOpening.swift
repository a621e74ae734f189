import Disk
import EventLog
import Foundation
import JobLedger
import Logging
import Spool
import SystemPackage

/// Opens the ledger of a state folder that this process owns.
///
/// One that is damaged is moved aside, with its log, and a new one made: the spool's recovery fills
/// it from the folders. One that a later version wrote, or that cannot be read at the moment, stays
/// untouched.
func openLedger(
  _ folders: StateFolders, _ disk: RealFileSystem, _ log: Logger
) throws(Daemon.StartFailure) -> JobLedger {
  let path = folders.ledger
  do {
    if let reason = try damageAtSight(path, disk) { try moveAside(path, disk, log, reason) }
    return try openOrReplace(path, disk, log)
  } catch {
    switch (error as? LedgerError)?.code {
    case .newer:
      throw Daemon.StartFailure(
        description: "the ledger \(path) is left alone: \(error)", kind: .foreign)
    case .outOfReach:
      throw Daemon.StartFailure(
        description: "the ledger \(path) cannot be used for now: \(error)", kind: .temporary)
    default:
      throw Daemon.StartFailure(
        description: "the ledger \(path) cannot be opened: \(error)", kind: .unusable)
    }
  }
}

private func openOrReplace(
  _ path: FilePath, _ disk: RealFileSystem, _ log: Logger
) throws -> JobLedger {
  do throws(LedgerError) {
    return try JobLedger(path: path.string, examined: true)
  } catch {
    guard error.code == .damaged else { throw error }
    try moveAside(path, disk, log, error.reason)
    return try JobLedger(path: path.string)
  }
}

/// What SQLite would pass over without a word: a file that is gone or empty while its log is there;
/// it would delete the log, and with it what may be left.
private func damageAtSight(
  _ path: FilePath, _ disk: RealFileSystem
) throws(FileError) -> String? {
  let size = try disk.status(of: path)?.size
  let log = try disk.status(of: beside(path, "-wal"))?.size ?? 0
  if log == 0 || size ?? 0 > 0 { return nil }
  return size == nil ? "it is gone, only its log is there" : "it is empty, only its log is there"
}

/// Moves the ledger and what belongs to it aside, itself first: without it nothing reads the rest.
private func moveAside(
  _ path: FilePath, _ disk: RealFileSystem, _ log: Logger, _ reason: String
) throws(FileError) {
  let name = "\(path.lastComponent?.string ?? "ledger").corrupt-\(Timestamp.compact(Date()))"
  var aside = path.removingLastComponent().appending(name)
  var count = 1
  while try isTaken(aside, disk) {
    count += 1
    aside = path.removingLastComponent().appending("\(name)-\(count)")
  }
  log.event(
    .ledgerDamaged, .error,
    "the ledger is damaged (\(reason)); it is kept as \(aside.lastComponent?.string ?? name), and a "
      + "new one is built from the folders", ["aside": .text(aside.lastComponent?.string ?? name)])
  for suffix in ["", "-wal", "-shm"] where try disk.exists(beside(path, suffix)) {
    try disk.move(beside(path, suffix), to: beside(aside, suffix))
  }
}

private func isTaken(_ path: FilePath, _ disk: RealFileSystem) throws(FileError) -> Bool {
  for suffix in ["", "-wal", "-shm"] where try disk.exists(beside(path, suffix)) { return true }
  return false
}

private func beside(_ path: FilePath, _ suffix: String) -> FilePath {
  path.removingLastComponent().appending((path.lastComponent?.string ?? "") + suffix)
}
