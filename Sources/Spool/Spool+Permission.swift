import Configuration
import Disk
import EventLog
import Logging
import SystemPackage

extension Spool {
  /// Whether the files of a scan may be taken away from where they lie; says once what to do where
  /// they may not.
  ///
  /// Folders that a user copies into an inbox often belong to that user alone. Such a scan waits,
  /// untouched, until the permissions are put right, and keeps no other from being taken.
  func mayTake(_ scan: ArrivedScan, from inbox: Inbox) -> Bool {
    if inbox.originals == .leave { return true }
    let root = FilePath(inbox.path)
    let folders = Set(scan.members.map { $0.path.removingLastComponent() })
    let closed = folders.filter { !disk.mayChange(folder: root.pushing($0)) }
    for folder in closed where refusals.insert("\(inbox.name)/\(folder)/").inserted {
      log.event(
        .fileIgnored, .warning,
        "files cannot be taken out of their folder: it may not be written by this user; "
          + "give it to the service's group (chmod g+w), or set originals: leave",
        ["inbox": .text(inbox.name), "name": .fileName(folder.encoded)])
    }
    // With --once nobody waits for permissions.
    if isOnce && !closed.isEmpty {
      for member in scan.members { desks[inbox.name]?.giveUp(on: member.path) }
    }
    return closed.isEmpty
  }
}
