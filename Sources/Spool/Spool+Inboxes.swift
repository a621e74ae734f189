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

/// A batch of files that a worker looks at.
struct ProbeTask {
  var inbox: String
  /// The files whose verdict is still to come, in order.
  var paths: [FilePath]
}

extension Spool {
  // MARK: Looking

  func lookIntoInboxes() throws {
    hearChanges()
    let now = clock.monotonic
    for inbox in settings.inboxes where isLookDue(inbox, at: now) {
      try look(into: inbox, at: now)
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

  private func isLookDue(_ inbox: Inbox, at now: Double) -> Bool {
    guard let last = lastLook[inbox.name] else { return true }
    if lookWanted.contains(inbox.name) && now - last >= 0.25 { return true }
    if now - last >= inbox.poll.seconds { return true }
    // A file becomes quiet only by a second look.
    guard let deadline = desks[inbox.name]?.nextLook else { return false }
    return now >= deadline && now - last >= 0.1
  }

  private func look(into inbox: Inbox, at now: Double) throws {
    let root = FilePath(inbox.path)
    let listing: InboxListing
    do {
      listing = try InboxListing(of: root, on: disk)
    } catch {
      lastLook[inbox.name] = now
      if unavailable.insert(inbox.name).inserted {
        log.event(
          .inboxUnavailable, .warning, "the inbox cannot be read: \(error)",
          ["inbox": .text(inbox.name)])
      }
      return
    }
    if unavailable.remove(inbox.name) != nil || lastLook[inbox.name] == nil {
      startWatching(inbox, root: root)
    }
    lookWanted.remove(inbox.name)
    let isPeriodic = now - (lastLook[inbox.name] ?? 0) >= inbox.poll.seconds
    lastLook[inbox.name] = now
    watch(listing.folders.map { root.pushing($0) }, of: inbox.name)
    let left = try passedSources(of: inbox)
    let files = listing.files.filter { file in
      let records = left[root.pushing(file.path).encoded] ?? []
      return !records.contains { file.status.isUntouched(since: $0) }
    }
    for file in desks[inbox.name]?.observe(files, at: now) ?? [] {
      log.event(
        .fileSeen, .debug, "a new file",
        [
          "inbox": .text(inbox.name), "name": .fileName(file.path.encoded),
          "bytes": .integer(file.status.size),
        ])
    }
    noteRefusals(listing, of: inbox)
    if isPeriodic { desks[inbox.name]?.reconsiderIncomplete() }
  }

  /// Files that stay in the inbox although their job is done, as they were when it was taken.
  private func passedSources(of inbox: Inbox) throws -> [String: [FileStatus]] {
    guard inbox.originals == .leave else { return [:] }
    let records = try ledger.read { try $0.leftSources() }
    return Dictionary(grouping: records, by: \.source).mapValues { $0.map(\.status) }
  }

  private func noteRefusals(_ listing: InboxListing, of inbox: Inbox) {
    for (path, refusal) in listing.refused where refusals.insert("\(inbox.name)/\(path)").inserted {
      log.event(
        .fileIgnored, .warning, refusal.rawValue,
        ["inbox": .text(inbox.name), "name": .fileName(path.encoded)])
    }
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

  private func watch(_ paths: [FilePath], of inbox: String) {
    guard let events = watches[inbox] else { return }
    do {
      try events.watch(paths)
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

  // MARK: Probing

  func startProbes() {
    if isPaused { return }
    for inbox in settings.inboxes {
      while executor.freeProbes > 0 {
        let paths = desks[inbox.name]?.takeForProbe(32) ?? []
        if paths.isEmpty { break }
        probeCount += 1
        let id = "probe-\(probeCount)"
        probes[id] = ProbeTask(inbox: inbox.name, paths: paths)
        let root = FilePath(inbox.path)
        let request = ProbeRequest(
          paths: paths.map { root.pushing($0).encoded },
          question: book.question(recipe: inbox.recipe, assuming: inbox.assume))
        executor.start(
          Assignment(
            id: id, request: .probe(request), timeLimit: 60 + 2 * Double(paths.count),
            memoryLimit: settings.limits.memory))
      }
    }
  }

  func hear(_ verdict: ProbeVerdict, of id: String) throws {
    guard var task = probes[id], let path = task.paths.first else { return }
    task.paths.removeFirst()
    probes[id] = task.paths.isEmpty ? nil : task
    // A file that changed while the worker looked is another one: it settles anew.
    guard desks[task.inbox]?.note(verdict, for: path, at: clock.monotonic) == true else { return }
    switch verdict {
    case .index:
      log.event(
        .fileIgnored, .info, "an index of other files, not an image",
        ["inbox": .text(task.inbox), "name": .fileName(path.encoded)])
    case .whole, .companion, .incomplete, .notScan: break
    }
  }

  /// A worker was lost while it looked at files: the first without a verdict is the culprit.
  ///
  /// When no worker could be started at all, no file is to blame.
  func hearLoss(of task: ProbeTask, _ loss: WorkerLoss) throws {
    var isAnyoneToBlame = loss.cause != .cancelled
    if case .notStarted = loss.cause {
      isAnyoneToBlame = false
      pause(loss.description)
    }
    if isAnyoneToBlame {
      log.event(
        .workerCrashed, .warning, "\(loss.description) while it looked at a file",
        ["inbox": .text(task.inbox), "stderr": .list(loss.lastWords.map(EventField.text))])
    }
    for (position, path) in task.paths.enumerated() {
      let isCulprit = position == 0 && isAnyoneToBlame
      let losses = desks[task.inbox]?.noteLoss(for: path, culprit: isCulprit) ?? 0
      if isCulprit && losses >= settings.limits.attempts {
        try setAside(
          path, of: task.inbox,
          reason: "reading its header ended the worker \(losses) times: \(loss.description)")
      }
    }
  }

  /// Sets aside what is no scan and what was waited for in vain.
  func dismissExpired() throws {
    for inbox in settings.inboxes {
      for (path, reason) in desks[inbox.name]?.expired(at: clock.monotonic) ?? [] where !isPaused {
        try setAside(path, of: inbox.name, reason: reason)
      }
    }
  }
}
