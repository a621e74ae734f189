import Disk
public import SystemPackage

/// Finds the files that have been the same for long enough.
///
/// A file is quiet when two looks, at least `settle` seconds apart, found the same size, times and
/// inode, and every look between them did too. Times of the file itself are never compared with
/// the clock: copies keep old ones, and clocks jump.
public struct QuietTracker: Sendable {
  private struct Tracked {
    var status: FileStatus
    var since: Double
    var firstSeen: Double
    var isQuiet = false
  }

  /// What a look changed.
  public struct Change: Sendable {
    /// Files that no look had found before.
    public var new: [FoundFile] = []
    /// Files that became quiet with this look.
    public var quiet: [FoundFile] = []
    /// Files that were quiet and are not what they were.
    public var disturbed: [FilePath] = []
    /// Files that are no longer there.
    public var gone: [FilePath] = []
  }

  private var tracked: [FilePath: Tracked] = [:]

  /// Creates a tracker that knows no file.
  public init() {}

  /// How many files are known.
  public var count: Int { tracked.count }

  /// Takes in one look.
  ///
  /// - Parameters:
  ///   - files: Everything that was found.
  ///   - now: Seconds on a clock that only goes forward.
  ///   - settle: Seconds.
  /// - Returns: What the look changed.
  public mutating func observe(_ files: [FoundFile], at now: Double, settle: Double) -> Change {
    var change = Change()
    var next: [FilePath: Tracked] = [:]
    next.reserveCapacity(files.count)
    for file in files {
      var entry: Tracked
      if let known = tracked[file.path] {
        entry = known
        if known.status != file.status {
          if known.isQuiet { change.disturbed.append(file.path) }
          entry = Tracked(status: file.status, since: now, firstSeen: known.firstSeen)
        } else if !known.isQuiet && now - known.since >= settle {
          entry.isQuiet = true
          change.quiet.append(file)
        }
      } else {
        entry = Tracked(status: file.status, since: now, firstSeen: now)
        change.new.append(file)
      }
      next[file.path] = entry
    }
    change.gone = tracked.keys.filter { next[$0] == nil }
    tracked = next
    return change
  }

  /// When the next file may become quiet if nobody touches it; nil when all are.
  public func nextDeadline(settle: Double) -> Double? {
    tracked.values.filter { !$0.isQuiet }.map { $0.since + settle }.min()
  }

  /// Since when a file has been what it is; nil for an unknown one.
  public func unchangedSince(_ path: FilePath) -> Double? { tracked[path]?.since }

  /// Forgets a file that was taken, so that a new one of its name starts afresh.
  public mutating func forget(_ path: FilePath) { tracked[path] = nil }
}
