import Disk
import InboxWatch
import ScanModel
import SystemPackage

/// What workers are to look at, and what they said.
extension InboxDesk {
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

  /// Puts off the look at a file; says whether it is barred by this for the first time.
  @discardableResult
  mutating func bar(_ path: FilePath, by obstacle: Obstacle) -> Bool {
    set(.waiting(obstacle), for: path)
    let isNew = entries[path].map { $0.barrier != obstacle } ?? false
    entries[path]?.barrier = obstacle
    return isNew
  }

  /// How long a file is waited for that something bars, since it last changed; seconds.
  func patience(with obstacle: Obstacle) -> Double {
    switch obstacle {
    case .permission: .infinity
    case .writer, .holes: patience.incomplete
    case .restingHoles: patience.holes
    }
  }

  /// Whether nobody waits any longer for someone to finish a file.
  func isOverdue(_ path: FilePath, with obstacle: Obstacle, at now: Double) -> Bool {
    now - (entries[path]?.since ?? now) >= patience(with: obstacle)
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
  mutating func reconsiderFamily(of companion: FilePath) {
    for path in families[ScanName.stem(companion)] ?? [] where path != companion {
      switch entries[path]?.note {
      case .whole(let facts) where facts.format == .nifti: set(.toProbe(losses: 0), for: path)
      case .incomplete: set(.toProbe(losses: 0), for: path)
      case .probing: outdated.insert(path)
      default: break
      }
    }
  }
}
