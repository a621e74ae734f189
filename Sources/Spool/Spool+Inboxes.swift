import Configuration
import Disk
import EventLog
import InboxWatch
import JobLedger
import Logging
import Recipes
import ScanModel
import SystemPackage
import Worker

extension Spool {
  // MARK: Looking

  func lookIntoInboxes() throws {
    hearChanges()
    let now = clock.monotonic
    for inbox in settings.inboxes where isLookDue(inbox, at: now) {
      try look(into: inbox, at: now)
    }
    for inbox in retired where isLookDue(inbox, at: now) {
      lookWanted.remove(inbox.name)
      lastLook[inbox.name] = now
      try note(lookIntoDrops(of: inbox.name), in: inbox, at: now)
    }
  }

  private func hearChanges() {
    for (name, watch) in watches {
      let news = watch.drain()
      if news.changed { lookWanted.insert(name) }
      if news.overflowed {
        log.event(
          .watchOverflow, .warning,
          "the system dropped change events; the inbox is looked through whole",
          ["inbox": .text(name)])
      }
    }
  }

  /// Looking through 100,000 files takes a while: it is done the less often the longer it took.
  private func isLookDue(_ inbox: Inbox, at now: Double) -> Bool {
    guard let last = lastLook[inbox.name] else { return true }
    let rest = now - last
    let cost = lookCost[inbox.name] ?? 0
    if lookWanted.contains(inbox.name) && rest >= max(0.25, 2 * cost) { return true }
    // Where events are heard the periodic look is only a second line.
    let spacing = watches[inbox.name] == nil ? 20 * cost : 100 * cost
    if rest >= max(inbox.poll.seconds, spacing) { return true }
    // A file becomes quiet only by a second look.
    guard let deadline = desks[inbox.name]?.nextLook else { return false }
    return now >= deadline && rest >= max(0.1, 2 * cost)
  }

  private func look(into inbox: Inbox, at now: Double) throws {
    let root = FilePath(inbox.path)
    let listing: InboxListing
    let isPeriodic = now - (lastLook[inbox.name] ?? 0) >= inbox.poll.seconds
    do {
      try checkMount(of: inbox)
      listing = try InboxListing(of: root, on: disk)
    } catch {
      lastLook[inbox.name] = now
      return noteAbsence(of: inbox, error)
    }
    if unavailable.remove(inbox.name) != nil || lastLook[inbox.name] == nil {
      startWatching(inbox, root: root)
    }
    lookWanted.remove(inbox.name)
    lastLook[inbox.name] = now
    watch(listing.folders, of: inbox.name, root: root)
    try note(listing.files + lookIntoDrops(of: inbox.name), in: inbox, at: now)
    noteRefusals(listing, of: inbox)
    desks[inbox.name]?.reconsiderWritten()
    if isPeriodic { desks[inbox.name]?.reconsiderAwaited() }
    lookCost[inbox.name] = clock.monotonic - now
  }

  /// Has the desk of an inbox take in what a look found.
  private func note(_ files: [FoundFile], in inbox: Inbox, at now: Double) throws {
    let new = desks[inbox.name]?.observe(files, at: now) ?? []
    try passOverLeft(new, in: inbox)
    for file in new {
      log.event(
        .fileSeen, .debug, "a new file",
        [
          "inbox": .text(inbox.name), "name": .fileName(file.path.encoded),
          "bytes": .integer(file.status.size),
        ])
    }
  }

  /// Passes over the files that stay in the inbox although their job is done, as long as they are
  /// as they were when it was taken.
  private func passOverLeft(_ files: [FoundFile], in inbox: Inbox) throws {
    guard inbox.originals == .leave, !files.isEmpty else { return }
    let root = FilePath(inbox.path)
    // One by one where few came, all at once after a start.
    let sources = files.count > 500 ? nil : files.map { root.pushing($0.path).encoded }
    let left = try ledger.read { try $0.leftSources(at: sources) }
    if left.isEmpty { return }
    for file in files {
      let known = left[root.pushing(file.path).encoded] ?? []
      if known.contains(where: { file.status.isUntouched(since: $0) }) {
        desks[inbox.name]?.giveUp(on: file.path)
      }
    }
  }

  private func noteRefusals(_ listing: InboxListing, of inbox: Inbox) {
    let known = refused[inbox.name] ?? []
    for (path, refusal) in listing.refused where !known.contains(path) {
      log.event(
        .fileIgnored, .warning, refusal.rawValue,
        ["inbox": .text(inbox.name), "name": .fileName(path.encoded)])
    }
    refused[inbox.name] = Set(listing.refused.keys)
  }

  // MARK: Absence

  /// Whether an inbox lies where no file may be put back now.
  func isAway(_ inbox: Inbox) -> Bool {
    do {
      try checkMount(of: inbox)
      return try !disk.exists(FilePath(inbox.path))
    } catch {
      return true
    }
  }

  /// An inbox that was mounted and is no more looks like an empty folder: what would be put there
  /// would be hidden by the next mount.
  ///
  /// - Throws: `FileError` when what was mounted there is gone.
  private func checkMount(of inbox: Inbox) throws(FileError) {
    let root = FilePath(inbox.path)
    guard let here = try disk.status(of: root), here.kind == .folder,
      let above = try disk.status(of: root.removingLastComponent())
    else { return }
    if here.device != above.device {
      mounted.insert(inbox.name)
    } else if mounted.contains(inbox.name) {
      throw FileError(.noSuchAddressOrDevice, "find what was mounted", root)
    }
  }

  /// Says once that an inbox is away; its files settle anew when it is back.
  private func noteAbsence(of inbox: Inbox, _ error: any Error) {
    guard unavailable.insert(inbox.name).inserted else { return }
    watches[inbox.name] = nil
    knownFolders[inbox.name] = nil
    if let patience = desks[inbox.name]?.patience {
      desks[inbox.name] = InboxDesk(patience: patience)
    }
    log.event(
      .inboxUnavailable, .warning,
      "the inbox cannot be read: \(error); it is looked for every \(Int(inbox.poll.seconds)) s",
      ["inbox": .text(inbox.name)])
  }

  // MARK: Watching

  private func startWatching(_ inbox: Inbox, root: FilePath) {
    var manner = "polled every \(Int(inbox.poll.seconds)) s"
    watches[inbox.name] = nil
    if let network = networkKind(of: root), inbox.watch != .events {
      manner += ", since it lies on \(network)"
    } else if inbox.watch != .poll {
      do {
        watches[inbox.name] = try ChangeEvents()
        manner = "watched by events, and looked through every \(Int(inbox.poll.seconds)) s"
      } catch {
        noteRefusal(error, of: inbox.name)
      }
    }
    log.event(
      .inboxWatching, .notice, "the inbox is \(manner)",
      ["inbox": .text(inbox.name), "path": .text(inbox.path)])
  }

  private func networkKind(of root: FilePath) -> String? {
    if case .network(let name)? = try? disk.kind(at: root) { name } else { nil }
  }

  private func watch(_ folders: [FilePath], of inbox: String, root: FilePath) {
    guard let events = watches[inbox] else { return }
    let known = knownFolders.updateValue(Set(folders), forKey: inbox) ?? []
    // What was put into a new folder before it was watched made no event.
    if folders.contains(where: { !known.contains($0) }) { lookWanted.insert(inbox) }
    do {
      try events.watch(folders.map { root.pushing($0) })
    } catch {
      watches[inbox] = nil
      noteRefusal(error, of: inbox)
    }
  }

  private func noteRefusal(_ refusal: ChangeEvents.Refusal, of inbox: String) {
    let cause =
      switch refusal {
      case .limitReached(let sysctl): "all watches of this system are in use; raise \(sysctl)"
      case .failed(let code): "change events are not to be had: \(code.description)"
      }
    log.event(
      .watchOverflow, .warning, "\(cause); the inbox is polled meanwhile",
      ["inbox": .text(inbox)])
  }
}
