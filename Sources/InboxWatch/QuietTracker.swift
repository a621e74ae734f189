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
    /// The last look that found it.
    var look: Int
    var isQuiet = false
  }

  /// What a look changed.
  public struct Change: Sendable {
    /// Files that no look had found before.
    public var new: [FoundFile] = []
    /// Files that became quiet with this look.
    public var quiet: [FoundFile] = []
    /// Files that are not what they were at the look before.
    public var changed: [FoundFile] = []
    /// Those of them that had been quiet.
    public var disturbed: [FilePath] = []
    /// Files that are no longer there.
    public var gone: [FilePath] = []
  }

  private var tracked: [FilePath: Tracked] = [:]
  private var look = 0
  /// The longest unchanged of the files that are not quiet yet, as the last look found it.
  private var oldestUnsettled: Double?

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
  /// - Complexity: One search a file; nothing is copied, for an inbox may hold 100,000 at rest.
  public mutating func observe(_ files: [FoundFile], at now: Double, settle: Double) -> Change {
    var change = Change()
    look += 1
    oldestUnsettled = nil
    for file in files {
      guard let place = tracked.index(forKey: file.path) else {
        tracked[file.path] = Tracked(status: file.status, since: now, look: look)
        change.new.append(file)
        oldestUnsettled = min(oldestUnsettled ?? now, now)
        continue
      }
      tracked.values[place].look = look
      let known = tracked.values[place]
      if known.status != file.status {
        change.changed.append(file)
        if known.isQuiet { change.disturbed.append(file.path) }
        tracked.values[place] = Tracked(status: file.status, since: now, look: look)
        oldestUnsettled = min(oldestUnsettled ?? now, now)
      } else if !known.isQuiet {
        if now - known.since >= settle {
          tracked.values[place].isQuiet = true
          change.quiet.append(file)
        } else {
          oldestUnsettled = min(oldestUnsettled ?? known.since, known.since)
        }
      }
    }
    // Each file is found at most once, so that fewer than are known means that some went.
    if files.count < tracked.count {
      change.gone = tracked.filter { $0.value.look != look }.map(\.key)
      for path in change.gone { tracked[path] = nil }
    }
    return change
  }

  /// When the next file may become quiet if nobody touches it; nil when all are.
  public func nextDeadline(settle: Double) -> Double? { oldestUnsettled.map { $0 + settle } }

  /// Forgets a file that was taken, so that a new one of its name starts afresh.
  public mutating func forget(_ path: FilePath) { tracked[path] = nil }
}
