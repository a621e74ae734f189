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
  var entries: [FilePath: Entry] = [:]
  var tracker = QuietTracker()
  /// Quiet files that no worker looked at yet.
  var unseen = FileQueue()
  /// Files that a worker was lost over.
  var suspects = FileQueue()
  /// Until when they rest.
  var convalescent: [FilePath: Double] = [:]
  /// Files that want another look some time: incomplete ones and those that something bars.
  var awaited = FileQueue()
  /// Those of them that someone is writing to.
  var beingWritten = FileQueue()
  /// Files that belong to others.
  var companions: Set<FilePath> = []
  /// Files that can never become a scan.
  var rejected = FileQueue()
  /// Whole NIfTI files and archives.
  var volumes = FileQueue()
  var shelves: [String: SeriesShelf] = [:]
  /// The files whose names say that they belong together, by what is the same in them.
  var families: [String: [FilePath]] = [:]
  /// How many files in a folder are still being written or looked at.
  var restless: [FilePath: Int] = [:]
  /// Files whose companions changed while a worker looked at them.
  var outdated: Set<FilePath> = []
  /// Volumes that are not to be taken before a moment.
  var resting: [FilePath: Double] = [:]
  /// When the next volume stops waiting for its sidecar.
  var nextVolume: Double?
  /// How many files still are to be decided upon.
  var openCount = 0
  /// No file was waited for in vain before this moment.
  var nextExpiry = 0.0

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
    entries[file.path]?.barrier = nil
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
