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
  /// The files as they were when they were handed over, whose verdict is still to come, in order.
  var files: [FoundFile]
  /// Whether a worker was lost over its only file.
  var isSuspect = false
}

extension Spool {
  // MARK: Probing

  func startProbes() {
    if isPaused { return }
    let inboxes = inboxesAtWork.filter { !unavailable.contains($0.name) }
    for inbox in inboxes {
      while executor.freeProbes > 0 {
        let taken = desks[inbox.name]?.takeForProbe() ?? []
        if taken.isEmpty { break }
        startProbe(of: taken, in: inbox, isSuspect: false)
      }
    }
    // A file that a worker was lost over is looked at alone, after all others, and one at a time:
    // it may hold up its own worker again, and nothing else.
    if probes.values.contains(where: \.isSuspect) { return }
    for inbox in inboxes where executor.freeProbes > 0 {
      guard let file = desks[inbox.name]?.takeSuspect(at: clock.monotonic) else { continue }
      return startProbe(of: [file], in: inbox, isSuspect: true)
    }
  }

  private func startProbe(of taken: [FoundFile], in inbox: Inbox, isSuspect: Bool) {
    let root = FilePath(inbox.path)
    let files = taken.filter { mayProbe($0.path, of: inbox, below: root) }
    guard let largest = files.map(\.status.size).max() else { return }
    probeCount += 1
    let id = "probe-\(probeCount)"
    probes[id] = ProbeTask(inbox: inbox.name, files: files, isSuspect: isSuspect)
    let request = ProbeRequest(
      paths: files.map { root.pushing($0.path).encoded },
      question: book.question(recipe: inbox.recipe, assuming: inbox.assume))
    executor.start(
      Assignment(
        id: id, request: .probe(request), timeLimit: Self.probeLimit(forBytes: largest),
        memoryLimit: settings.limits.memory))
  }

  /// Seconds that a look at one file may take: half a minute, and reading at 2 MiB/s, as from a slow
  /// share.
  static func probeLimit(forBytes bytes: Int) -> Double {
    30 + Double(bytes) / Double(2 << 20)
  }

  func hear(_ verdict: ProbeVerdict, of id: String) throws {
    guard var task = probes[id], let file = task.files.first else { return }
    let path = file.path
    let verdict = allowed(verdict, of: path)
    task.files.removeFirst()
    probes[id] = task.files.isEmpty ? nil : task
    // A file that changed while the worker looked is another one: it settles anew.
    guard desks[task.inbox]?.note(verdict, for: file, at: clock.monotonic) == true else { return }
    switch verdict {
    case .index:
      log.event(
        .fileIgnored, .info, "an index of other files, not an image",
        ["inbox": .text(task.inbox), "name": .fileName(path.encoded)])
    case .whole, .companion, .incomplete, .notScan: break
    }
  }

  /// An archive within an archive stays as it is: a few bytes could become any number of files.
  private func allowed(_ verdict: ProbeVerdict, of path: FilePath) -> ProbeVerdict {
    guard case .whole(let facts) = verdict, facts.format == .archive,
      folders.member(path) != nil
    else { return verdict }
    return .notScan("an archive within an archive is not unpacked")
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
        loss.fields.merging(["inbox": .text(task.inbox)]) { $1 })
    }
    for (position, file) in task.files.enumerated() {
      let isCulprit = position == 0 && isAnyoneToBlame
      let rested = clock.monotonic + pauseAfterLoss(1)
      let losses =
        desks[task.inbox]?.noteLoss(for: file, culprit: isCulprit, notBefore: rested) ?? 0
      if isCulprit && losses >= settings.limits.attempts {
        try setAside(
          file.path, of: task.inbox,
          reason: "reading its header ended the worker \(losses) times: \(loss.description)",
          detail: loss.detail)
      }
    }
  }

  /// Sets aside what is no scan and what was waited for in vain.
  func dismissExpired() throws {
    let began = clock.monotonic
    // What just went back into an inbox, such as a companion's scan, has to be seen first.
    for inbox in inboxesAtWork
    where !isPaused && !unavailable.contains(inbox.name) && !lookWanted.contains(inbox.name) {
      for (path, reason) in desks[inbox.name]?.expired(at: began) ?? []
      where !isPaused && hasTime(since: began) {
        try setAside(path, of: inbox.name, reason: try fate(of: path, in: inbox) ?? reason)
      }
    }
  }

  /// Why a companion came in vain when its volume was taken before it; nil for other files.
  private func fate(of path: FilePath, in inbox: Inbox) throws -> String? {
    guard ScanName.isCompanion(path) else { return nil }
    let source = FilePath(inbox.path).pushing(path)
    let job = try ledger.read { transaction in
      try ScanName.owners(of: source).lazy.compactMap { owner in
        try transaction.files(source: owner).first?.job
      }.first
    }
    return job.map {
      "it came after its volume, which job \($0) had taken: put both into the inbox together"
    }
  }

  /// Whether a turn that began then may go on: the daemon has to give signs of life.
  func hasTime(since began: Double) -> Bool {
    if clock.monotonic - began < 0.5 { return true }
    hasMoreToTake = true
    return false
  }

  /// Whether a worker may look at a file now.
  ///
  /// One that someone is writing to, or that has parts that were never written, is waited for as
  /// long as an incomplete one, since what is there may look whole; one that may not be read is
  /// waited for without an end.
  private func mayProbe(_ path: FilePath, of inbox: Inbox, below root: FilePath) -> Bool {
    let use: FileUse
    do {
      // What vanished is found to be gone by the next look.
      use = try disk.use(of: root.pushing(path)) ?? FileUse()
    } catch {
      return true
    }
    guard use.isReadable else {
      noteUnreadable(path, of: inbox)
      if isOnce { desks[inbox.name]?.giveUp(on: path) }
      return false
    }
    refusals.remove("\(inbox.name)/\(path.encoded)")
    guard let obstacle = obstacle(in: use), let desk = desks[inbox.name],
      !desk.isOverdue(path, with: obstacle, at: clock.monotonic)
    else { return true }
    if desks[inbox.name]?.bar(path, by: obstacle) == true {
      noteWait(for: path, of: inbox, because: obstacle, longest: desk.patience(with: obstacle))
    }
    return false
  }

  private func obstacle(in use: FileUse) -> InboxDesk.Obstacle? {
    switch use.writers {
    case .some: .writer
    case .none where use.hasHoles: .restingHoles
    case .unknown where use.hasHoles: .holes
    case .none, .unknown: nil
    }
  }

  /// Says why a file that is quiet is not taken.
  private func noteWait(
    for path: FilePath, of inbox: Inbox, because obstacle: InboxDesk.Obstacle, longest: Double
  ) {
    let what =
      obstacle == .writer
      ? "someone has the file open for writing" : "parts of the file were never written"
    log.event(
      .fileWaiting, .info, "\(what): it is waited for, at most \(Int(longest)) s",
      ["inbox": .text(inbox.name), "name": .fileName(path.encoded)])
  }

  private func noteUnreadable(_ path: FilePath, of inbox: Inbox) {
    desks[inbox.name]?.bar(path, by: .permission)
    guard refusals.insert("\(inbox.name)/\(path.encoded)").inserted else { return }
    log.event(
      .fileIgnored, .warning,
      "the file may not be read: give the service's group the right to (chmod g+r); "
        + "it is taken as soon as it may be",
      ["inbox": .text(inbox.name), "name": .fileName(path.encoded)])
  }
}
