import ArgumentParser
import Configuration
import Foundation
import JobLedger
import Spool
import SystemPackage

/// Reads and steers a running or stopped daemon through its state folder.
struct LedgerAccess {
  let ledger: JobLedger
  let folders: StateFolders

  init(_ settings: Settings) throws {
    folders = StateFolders(root: FilePath(settings.state))
    let isOpen = unsafe access(settings.state, R_OK | W_OK | X_OK) == 0 || errno != EACCES
    let hint = "run the command as the folder's owner: sudo -u restorad restorad ..."
    guard FileManager.default.fileExists(atPath: folders.ledger.string) else {
      if !isOpen {
        Console.say("restorad: this user may not look into \(settings.state); \(hint)")
        throw ExitStatus.ioError.code
      }
      Console.say("restorad: no daemon has run on the state folder \(settings.state)")
      throw ExitStatus.noInput.code
    }
    do throws(LedgerError) {
      ledger = try JobLedger(path: folders.ledger.string)
    } catch {
      switch error.code {
      case .newer:
        Console.say("restorad: the ledger \(folders.ledger) is left alone: \(error.reason)")
        throw ExitStatus.badConfiguration.code
      case .damaged:
        Console.say(
          "restorad: the ledger \(folders.ledger) is damaged (\(error.reason)); the daemon's next "
            + "start moves it aside and builds a new one from the folders")
      case .unusable, .outOfReach:
        let reason = isOpen ? error.reason : "this user may not write there; \(hint)"
        Console.say("restorad: the ledger \(folders.ledger) cannot be opened: \(reason)")
      }
      throw ExitStatus.ioError.code
    }
  }

  /// The one job whose name begins so.
  func job(_ name: String) throws -> JobRecord {
    let found = try ledger.read { try $0.jobs(prefix: name) }
    if let exact = found.first(where: { $0.id == name }) { return exact }
    guard let job = found.first else {
      Console.say("restorad: there is no job '\(name)'; see `restorad jobs`")
      throw ExitStatus.noInput.code
    }
    if found.count > 1 {
      Console.say("restorad: '\(name)' begins the names of \(found.count) jobs; say more of it")
      throw ExitCode(64)
    }
    return job
  }

  /// Whether a daemon owns the state folder at the moment.
  var isDaemonRunning: Bool {
    let descriptor = unsafe open(folders.lock.string, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Claims the right to remove originals, until the descriptor is closed.
  func lockRemovals() throws -> Int32 {
    let descriptor = unsafe folders.removalLock.withPlatformString {
      unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    }
    guard descriptor >= 0 else {
      Console.say(
        "restorad: \(folders.removalLock) cannot be opened: \(Errno(rawValue: errno).description)")
      throw ExitStatus.cannotWrite.code
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      Console.say("restorad: another `restorad prune` is at work on \(folders.root)")
      throw ExitStatus.tryLater.code
    }
    return descriptor
  }
}
