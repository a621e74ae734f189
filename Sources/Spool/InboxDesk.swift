import Disk
import InboxWatch
import ScanModel
import SystemPackage

/// What is known of the files of one inbox, from first sight until a scan is taken.
///
/// It never opens a file: it is told what a look found and what a worker said, and says in turn
/// which files want a look and which scans are whole.
struct InboxDesk {
  /// What is known of a file.
  enum Note {
    /// Seen, not yet quiet.
    case settling
    /// Quiet; a worker is to look at it. Counts how often a worker was lost over it.
    case toProbe(losses: Int)
    /// A worker is looking.
    case probing(losses: Int)
    /// Whole, waiting for the rest of its scan.
    case whole(FileFacts)
    /// Belongs to a scan that opens with another file.
    case companion
    /// Quiet, but something is missing.
    case incomplete(String)
    /// Can never become a scan: to be set aside as soon as that is possible.
    case rejected(String)
    /// Left where it is for good, such as an index.
    case passedOver
  }

  struct Entry {
    var status: FileStatus
    var note: Note
    /// When it last was seen to change, or to be looked at in vain.
    var since: Double
  }

  /// Waits of one inbox, in seconds.
  struct Patience: Equatable {
    var file: Double
    var series: Double
    var longest: Double
    /// How long an incomplete file is waited for.
    var incomplete: Double
  }

  let patience: Patience
  private(set) var entries: [FilePath: Entry] = [:]
  private var tracker = QuietTracker()
  /// When the last file of a series was found whole.
  private var lastJoined: [String: Double] = [:]
  private var indexed: [String: Set<FilePath>] = [:]

  init(patience: Patience) { self.patience = patience }

  // MARK: Looks and verdicts

  /// Takes in what a look found; returns the files that nobody had seen before.
  mutating func observe(_ files: [FoundFile], at now: Double) -> [FoundFile] {
    let change = tracker.observe(files, at: now, settle: patience.file)
    for path in change.gone { forget(path) }
    for file in change.new {
      entries[file.path] = Entry(status: file.status, note: .settling, since: now)
    }
    for file in files where entries[file.path]?.status != file.status {
      leaveSeries(file.path)
      entries[file.path] = Entry(status: file.status, note: .settling, since: now)
    }
    for file in change.quiet {
      entries[file.path] = Entry(status: file.status, note: .toProbe(losses: 0), since: now)
    }
    return change.new
  }

  /// Takes up to `count` files that a worker is to look at.
  mutating func takeForProbe(_ count: Int) -> [FilePath] {
    var taken: [FilePath] = []
    for (path, entry) in entries {
      guard taken.count < count else { break }
      if case .toProbe(let losses) = entry.note {
        entries[path]?.note = .probing(losses: losses)
        taken.append(path)
      }
    }
    return taken
  }

  /// Takes in what a worker said of a file; a file that changed meanwhile is looked at again.
  ///
  /// - Returns: Whether the verdict is about the file as it is known now.
  mutating func note(_ verdict: ProbeVerdict, for path: FilePath, at now: Double) -> Bool {
    guard let entry = entries[path], case .probing = entry.note else { return false }
    switch verdict {
    case .whole(let facts):
      entries[path]?.note = .whole(facts)
      if let series = seriesKey(of: facts, at: path) {
        indexed[series, default: []].insert(path)
        lastJoined[series] = now
      }
    case .companion: entries[path]?.note = .companion
    case .index: entries[path]?.note = .passedOver
    case .incomplete(let reason): entries[path]?.note = .incomplete(reason)
    case .notScan(let reason): entries[path]?.note = .rejected(reason)
    }
    return true
  }

  /// A worker was lost over a file: it is looked at again; returns how often that happened.
  mutating func noteLoss(for path: FilePath, culprit: Bool) -> Int {
    guard case .probing(let losses)? = entries[path]?.note else { return 0 }
    let count = losses + (culprit ? 1 : 0)
    entries[path]?.note = .toProbe(losses: count)
    return count
  }

  /// Has incomplete files looked at once more: what they miss may stand in another file.
  mutating func reconsiderIncomplete() {
    for (path, entry) in entries {
      if case .incomplete = entry.note { entries[path]?.note = .toProbe(losses: 0) }
    }
  }

  /// Has a series wait anew, from a moment on: files of it are on their way back.
  mutating func waitAgain(for series: String, from moment: Double) {
    if indexed[series] != nil { lastJoined[series] = moment }
  }

  /// Forgets files that were taken.
  mutating func forget(_ path: FilePath) {
    leaveSeries(path)
    entries[path] = nil
    tracker.forget(path)
  }

  private mutating func leaveSeries(_ path: FilePath) {
    guard case .whole(let facts)? = entries[path]?.note,
      let series = seriesKey(of: facts, at: path)
    else { return }
    indexed[series]?.remove(path)
    if indexed[series]?.isEmpty == true {
      indexed[series] = nil
      lastJoined[series] = nil
    }
  }

  /// What the files of one series share; one that names no series has nothing in common with others
  /// that name none.
  private func seriesKey(of facts: FileFacts, at path: FilePath) -> String? {
    guard let series = facts.dicom?.seriesInstanceUID else { return nil }
    return series.isEmpty ? "/" + path.encoded : series
  }

  // MARK: What is ready

  /// Files that are no scans, and those that were waited for in vain, with the reason.
  func expired(at now: Double) -> [(path: FilePath, reason: String)] {
    entries.compactMap { path, entry in
      if case .rejected(let reason) = entry.note { return (path, reason) }
      guard now - entry.since >= patience.incomplete else { return nil }
      switch entry.note {
      case .incomplete(let reason): return (path, "nothing more came: \(reason)")
      case .companion where !hasOwner(path):
        return (path, "nothing more came: it accompanies a scan that never came")
      case .whole(let facts) where facts.format == .nifti && lacksVoxels(path):
        return (path, "the voxels of its pair went to another header of the same name")
      default: return nil
      }
    }
  }

  /// The scans that are whole now.
  func arrived(at now: Double) -> [ArrivedScan] {
    let restless = restlessFolders(at: now)
    return arrivedSeries(at: now, restless: restless) + arrivedVolumes()
  }

  private func arrivedSeries(at now: Double, restless: Set<FilePath>) -> [ArrivedScan] {
    indexed.compactMap { series, paths in
      let members = paths.sorted { $0.string < $1.string }.compactMap(member)
      let facts = members.compactMap { $0.facts?.dicom }
      let waited = now - (lastJoined[series] ?? now)
      let isQuiet =
        waited >= patience.series
        && (waited >= patience.longest
          || paths.allSatisfy { !restless.contains($0.removingLastComponent()) })
      let announced = facts.compactMap(\.announcedInstances).max()
      guard isQuiet || announced == facts.count else { return nil }
      let assembly = SeriesAssembly(of: facts)
      if let announced, announced == facts.count, assembly.incompleteness == nil {
        return ArrivedScan(
          members: members, evidence: "all \(announced) announced instances are here",
          assembly: assembly)
      }
      guard isQuiet else { return nil }
      return ArrivedScan(
        members: members,
        evidence: "no file joined its \(facts.count) for \(Int(waited.rounded())) s",
        assembly: assembly)
    }
  }

  private func arrivedVolumes() -> [ArrivedScan] {
    let wholes = entries.filter {
      if case .whole(let facts) = $0.value.note { facts.format == .nifti } else { false }
    }.keys
    if wholes.isEmpty { return [] }
    let byStem = Dictionary(grouping: entries.keys.filter(ScanName.isCompanion), by: ScanName.stem)
    var given: Set<FilePath> = []
    return wholes.sorted { $0.string < $1.string }.compactMap { path in
      guard let first = member(path) else { return nil }
      let known = companions(of: path, among: byStem[ScanName.stem(path)] ?? [])
      let settled = known.allSatisfy { companion in
        if case .companion? = entries[companion]?.note { true } else { false }
      }
      let free = known.filter { !given.contains($0) }
      guard settled, !ScanName.isHeader(path) || free.contains(where: ScanName.isVoxels) else {
        return nil
      }
      given.formUnion(free)
      return ArrivedScan(
        members: [first] + free.compactMap(member), evidence: "the file is whole", assembly: nil)
    }
  }

  /// The files that belong to a NIfTI file by their names: of two files of voxels only the one that
  /// is compressed like the header, where it is there.
  private func companions(of path: FilePath, among all: [FilePath]) -> [FilePath] {
    var voxels: [FilePath] = []
    if ScanName.isHeader(path) {
      voxels = all.filter(ScanName.isVoxels)
      let alike = voxels.filter { ScanName.isCompressed($0) == ScanName.isCompressed(path) }
      if !alike.isEmpty { voxels = alike }
    }
    return voxels + all.filter { !ScanName.isVoxels($0) }.sorted { $0.string < $1.string }
  }

  private func lacksVoxels(_ path: FilePath) -> Bool {
    let stem = ScanName.stem(path)
    return ScanName.isHeader(path)
      && !entries.keys.contains { ScanName.isVoxels($0) && ScanName.stem($0) == stem }
  }

  private func member(_ path: FilePath) -> ArrivedScan.Member? {
    guard let entry = entries[path] else { return nil }
    switch entry.note {
    case .whole(let facts):
      return ArrivedScan.Member(path: path, status: entry.status, facts: facts)
    case .companion: return ArrivedScan.Member(path: path, status: entry.status, facts: nil)
    default: return nil
    }
  }

  /// Whether a file is there, or still being looked at, that another one may belong to.
  private func hasOwner(_ companion: FilePath) -> Bool {
    let stem = ScanName.stem(companion)
    return entries.contains { path, entry in
      if case .passedOver = entry.note { return false }
      return !ScanName.isCompanion(path) && ScanName.stem(path) == stem
    }
  }

  /// Folders in which something is still being written or looked at: a series there may grow.
  private func restlessFolders(at now: Double) -> Set<FilePath> {
    Set(
      entries.compactMap { path, entry in
        switch entry.note {
        case .settling, .toProbe, .probing, .incomplete: path.removingLastComponent()
        case .whole, .companion, .passedOver, .rejected: nil
        }
      })
  }

  // MARK: Time

  /// When something may happen by itself; nil when only a change can make it happen.
  func nextDeadline(at now: Double) -> Double? {
    var deadlines = lastJoined.values.map { max($0 + patience.series, now + 0.2) }
    if let quiet = nextLook { deadlines.append(quiet) }
    for entry in entries.values {
      switch entry.note {
      case .incomplete, .companion:
        deadlines.append(max(entry.since + patience.incomplete, now + 0.2))
      default: break
      }
    }
    return deadlines.min()
  }

  /// When a second look may find a file quiet; nil when no file is settling.
  var nextLook: Double? { tracker.nextDeadline(settle: patience.file) }

  /// Whether every file was decided upon: nothing is awaited any more.
  var isAtRest: Bool {
    entries.values.allSatisfy { if case .passedOver = $0.note { true } else { false } }
  }

  /// Leaves a file where it is, for this run.
  mutating func giveUp(on path: FilePath) {
    leaveSeries(path)
    entries[path]?.note = .passedOver
  }
}
