import Disk
import InboxWatch
import ScanModel
import SystemPackage

/// What is known of the files of one inbox, from first sight until a scan is taken.
///
/// It never opens a file: it is told what a look found and what a worker said, and says in turn
/// which files want a look and which scans are whole. No question that is asked every turn costs
/// more than what it is about: 100,000 files may lie at rest beside the one that came.
struct InboxDesk {
  let patience: Patience
  private(set) var entries: [FilePath: Entry] = [:]
  private var tracker = QuietTracker()
  /// Quiet files that no worker looked at yet.
  private var unseen = FileQueue()
  /// Files that a worker was lost over.
  private var suspects = FileQueue()
  /// Until when they rest.
  private var convalescent: [FilePath: Double] = [:]
  /// Files that want another look some time: incomplete ones and those that something bars.
  private var awaited = FileQueue()
  /// Those of them that someone is writing to.
  private var beingWritten = FileQueue()
  /// Files that belong to others.
  private var companions: Set<FilePath> = []
  /// Files that can never become a scan.
  private(set) var rejected = FileQueue()
  /// Whole NIfTI files and archives.
  private(set) var volumes = FileQueue()
  var shelves: [String: SeriesShelf] = [:]
  /// The files whose names say that they belong together, by what is the same in them.
  private(set) var families: [String: [FilePath]] = [:]
  /// How many files in a folder are still being written or looked at.
  private(set) var restless: [FilePath: Int] = [:]
  /// Files whose companions changed while a worker looked at them.
  private var outdated: Set<FilePath> = []
  /// Volumes that are not to be taken before a moment.
  var resting: [FilePath: Double] = [:]
  /// When the next volume stops waiting for its sidecar.
  var nextVolume: Double?
  /// How many files still are to be decided upon.
  private var openCount = 0
  /// No file was waited for in vain before this moment.
  private var nextExpiry = 0.0

  init(patience: Patience) { self.patience = patience }

  // MARK: Looks and verdicts

  /// Takes in what a look found; returns the files that nobody had seen before.
  mutating func observe(_ files: [FoundFile], at now: Double) -> [FoundFile] {
    let change = tracker.observe(files, at: now, settle: patience.file)
    for path in change.gone { drop(path) }
    for file in change.new + change.changed { settle(file, at: now) }
    for file in change.quiet {
      // What was judged is not judged again; a file that is new to the desk is.
      guard case .settling? = entries[file.path]?.note else { continue }
      entries[file.path]?.since = now
      set(.toProbe(losses: 0), for: file.path)
      if ScanName.isCompanion(file.path) { reconsiderFamily(of: file.path) }
    }
    return change.new
  }

  private mutating func settle(_ file: FoundFile, at now: Double) {
    if entries[file.path] == nil {
      entries[file.path] = Entry(status: file.status, note: .passedOver, since: now)
    }
    set(.settling, for: file.path)
    entries[file.path]?.status = file.status
    entries[file.path]?.since = now
  }

  /// Takes files that a worker is to look at, and that no worker was lost over: many small ones
  /// together, few large ones.
  mutating func takeForProbe() -> [FoundFile] {
    var taken: [FoundFile] = []
    var bytes = 0
    while taken.count < 128, bytes < 32 << 20, let path = unseen.popFirst() {
      guard let entry = entries[path], case .toProbe(let losses) = entry.note else { continue }
      set(.probing(losses: losses), for: path)
      taken.append(FoundFile(path: path, status: entry.status))
      bytes += entry.status.size
    }
    return taken
  }

  /// Takes one file that a worker was lost over, unless it is to rest longer.
  mutating func takeSuspect(at now: Double) -> FoundFile? {
    for path in suspects.paths where convalescent[path] ?? 0 <= now {
      guard let entry = entries[path], case .toProbe(let losses) = entry.note else { continue }
      set(.probing(losses: losses), for: path)
      return FoundFile(path: path, status: entry.status)
    }
    return nil
  }

  /// Puts off the look at a file.
  mutating func bar(_ path: FilePath, by obstacle: Obstacle) { set(.waiting(obstacle), for: path) }

  /// Whether nobody waits any longer for someone to finish a file.
  func isOverdue(_ path: FilePath, at now: Double) -> Bool {
    now - (entries[path]?.since ?? now) >= patience.incomplete
  }

  /// Takes in what a worker said of a file as it was; one that changed meanwhile is another.
  ///
  /// - Returns: Whether the verdict is about the file as it is known now.
  mutating func note(_ verdict: ProbeVerdict, for file: FoundFile, at now: Double) -> Bool {
    let path = file.path
    guard let entry = entries[path], entry.status == file.status, case .probing = entry.note else {
      return false
    }
    if outdated.remove(path) != nil {
      set(.toProbe(losses: 0), for: path)
      return false
    }
    switch verdict {
    case .whole(let facts):
      set(.whole(facts), for: path)
      if let series = seriesKey(of: facts, at: path) {
        shelves[series, default: SeriesShelf(at: now)].add(
          path, announcing: facts.dicom?.announcedInstances, at: now)
      }
    case .companion: set(.companion, for: path)
    case .index: set(.passedOver, for: path)
    case .incomplete(let reason): set(.incomplete(reason), for: path)
    case .notScan(let reason): set(.rejected(reason), for: path)
    }
    return true
  }

  /// A worker was lost over a file: it is looked at again; returns how often that happened.
  mutating func noteLoss(
    for file: FoundFile, culprit: Bool, notBefore: Double = 0
  ) -> Int {
    guard let entry = entries[file.path], entry.status == file.status,
      case .probing(let losses) = entry.note
    else { return 0 }
    let count = losses + (culprit ? 1 : 0)
    if culprit { convalescent[file.path] = notBefore }
    set(.toProbe(losses: count), for: file.path)
    return count
  }

  /// Has some of the files that could not be judged looked at once more, those first that waited
  /// longest for it: what the look failed by may have passed.
  mutating func reconsiderAwaited() {
    for path in awaited.paths.prefix(64).map(\.self) { set(.toProbe(losses: 0), for: path) }
  }

  /// Asks anew after files that someone was writing to, and those nobody waits for any longer.
  mutating func reconsiderWritten() {
    for path in beingWritten.paths.prefix(256).map(\.self) {
      set(.toProbe(losses: 0), for: path)
    }
  }

  /// What a file says, or misses, may stand in one that came now.
  private mutating func reconsiderFamily(of companion: FilePath) {
    for path in families[ScanName.stem(companion)] ?? [] where path != companion {
      switch entries[path]?.note {
      case .whole(let facts) where facts.format == .nifti: set(.toProbe(losses: 0), for: path)
      case .incomplete: set(.toProbe(losses: 0), for: path)
      case .probing: outdated.insert(path)
      default: break
      }
    }
  }

  /// Forgets files that were taken.
  mutating func forget(_ path: FilePath) {
    drop(path)
    tracker.forget(path)
  }

  private mutating func drop(_ path: FilePath) {
    if entries[path] == nil { return }
    set(.passedOver, for: path)
    entries[path] = nil
    convalescent[path] = nil
  }

  /// Leaves a file where it is, until it changes.
  mutating func giveUp(on path: FilePath) { set(.passedOver, for: path) }

  /// Whether a file is left where it is for good.
  func hasPassedOver(_ path: FilePath) -> Bool {
    if case .passedOver? = entries[path]?.note { true } else { false }
  }

  /// Whether a file is left where it is, or was taken.
  func isDone(with path: FilePath) -> Bool { entries[path] == nil || hasPassedOver(path) }

  // MARK: The one place where notes change

  private mutating func set(_ note: Note, for path: FilePath) {
    guard let old = entries[path] else { return }
    unlist(path, old.note)
    entries[path]?.note = note
    let folder = path.removingLastComponent()
    switch note {
    case .settling, .probing: break
    case .toProbe(losses: 0): unseen.append(path)
    case .toProbe: suspects.append(path)
    case .waiting(let obstacle):
      if case .writer = obstacle { beingWritten.append(path) }
      awaited.append(path)
    case .incomplete: awaited.append(path)
    case .whole(let facts): if facts.format != .dicom { volumes.append(path) }
    case .companion: companions.insert(path)
    case .rejected: rejected.append(path)
    case .passedOver: break
    }
    if isRestless(note) { restless[folder, default: 0] += 1 }
    if isOpen(note) {
      openCount += 1
      if !isOpen(old.note), let stem = ScanName.familyStem(path) {
        families[stem, default: []].append(path)
      }
    } else if isOpen(old.note), let stem = ScanName.familyStem(path) {
      families[stem]?.removeAll { $0 == path }
      if families[stem]?.isEmpty == true { families[stem] = nil }
      // Who belonged to it may now belong to nobody.
      nextExpiry = 0
    }
    nextExpiry = min(nextExpiry, old.since + patience.incomplete)
  }

  private mutating func unlist(_ path: FilePath, _ note: Note) {
    let folder = path.removingLastComponent()
    outdated.remove(path)
    switch note {
    case .settling, .probing, .passedOver: break
    case .toProbe:
      unseen.remove(path)
      suspects.remove(path)
    case .waiting, .incomplete:
      awaited.remove(path)
      beingWritten.remove(path)
    case .whole(let facts):
      volumes.remove(path)
      resting[path] = nil
      if let series = seriesKey(of: facts, at: path) {
        shelves[series]?.remove(path)
        if shelves[series]?.members.isEmpty == true { shelves[series] = nil }
      }
    case .companion: companions.remove(path)
    case .rejected: rejected.remove(path)
    }
    if isRestless(note) {
      let rest = (restless[folder] ?? 1) - 1
      restless[folder] = rest > 0 ? rest : nil
    }
    if isOpen(note) { openCount -= 1 }
  }

  /// Whether a series in the folder of such a file may still grow.
  private func isRestless(_ note: Note) -> Bool {
    switch note {
    case .settling, .toProbe, .probing, .incomplete, .waiting: true
    case .whole, .companion, .passedOver, .rejected: false
    }
  }

  private func isOpen(_ note: Note) -> Bool {
    if case .passedOver = note { false } else { true }
  }

  /// What the files of one series share; one that names no series has nothing in common with others
  /// that name none.
  private func seriesKey(of facts: FileFacts, at path: FilePath) -> String? {
    guard let series = facts.dicom?.seriesInstanceUID else { return nil }
    return series.isEmpty ? "/" + path.encoded : series
  }

  // MARK: What was waited for in vain

  /// Some of the files that are no scans, and of those that were waited for in vain, with the
  /// reason.
  mutating func expired(at now: Double, limit: Int = 256) -> [(path: FilePath, reason: String)] {
    var found = rejected.paths.prefix(limit).compactMap { path -> (FilePath, String)? in
      guard case .rejected(let reason)? = entries[path]?.note else { return nil }
      return (path, reason)
    }
    guard now >= nextExpiry else { return found }
    nextExpiry = .infinity
    let candidates = Array(awaited.paths) + companions + volumes.paths.filter(ScanName.isHeader)
    for path in candidates {
      guard let entry = entries[path] else { continue }
      let due = entry.since + patience.incomplete
      if now < due || found.count >= limit {
        nextExpiry = min(nextExpiry, due)
      } else if let reason = reasonToGiveUp(path, entry.note) {
        found.append((path, reason))
      }
    }
    // What cannot be set aside now is asked after again.
    if !found.isEmpty { nextExpiry = min(nextExpiry, found.count >= limit ? now : now + 1) }
    return found
  }

  private func reasonToGiveUp(_ path: FilePath, _ note: Note) -> String? {
    switch note {
    case .incomplete(let reason): "nothing more came: \(reason)"
    case .companion where !hasOwner(path):
      "nothing more came: it accompanies a scan that never came"
    case .whole(let facts) where facts.format == .nifti && lacksVoxels(path):
      "the voxels of its pair went to another header of the same name"
    default: nil
    }
  }

  private func lacksVoxels(_ path: FilePath) -> Bool {
    ScanName.isHeader(path)
      && !(families[ScanName.stem(path)] ?? []).contains(where: ScanName.isVoxels)
  }

  /// Whether a file is there, or still being looked at, that another one may belong to.
  private func hasOwner(_ companion: FilePath) -> Bool {
    (families[ScanName.stem(companion)] ?? []).contains { !ScanName.isCompanion($0) }
  }

  // MARK: Time

  /// When something may happen by itself; nil when only a change can make it happen.
  func nextDeadline(at now: Double) -> Double? {
    var deadlines = shelves.values.map { shelf in
      let wait = shelf.isLacking ? patience.lacking : patience.series
      return max(shelf.lastJoined + wait, shelf.restsUntil, now + 0.2)
    }
    if let quiet = nextLook { deadlines.append(quiet) }
    if let nextVolume, !volumes.isEmpty { deadlines.append(max(nextVolume, now + 0.2)) }
    if !awaited.isEmpty || !companions.isEmpty { deadlines.append(max(nextExpiry, now + 0.2)) }
    return deadlines.min()
  }

  /// When a second look may find a file quiet; nil when no file is settling.
  var nextLook: Double? { tracker.nextDeadline(settle: patience.file) }

  /// Whether nothing settles, or could be looked at or taken; files may wait for what they lack.
  var isIdle: Bool {
    unseen.isEmpty && suspects.isEmpty && rejected.isEmpty && volumes.isEmpty && shelves.isEmpty
      && nextLook == nil
  }

  /// Whether every file was decided upon: nothing is awaited any more.
  var isAtRest: Bool { openCount == 0 }
}
