import SystemPackage

/// The files of one series that lie whole in an inbox.
struct SeriesShelf {
  private(set) var members: Set<FilePath> = []
  /// In which folders they lie, and how many in each.
  private(set) var folders: [FilePath: Int] = [:]
  /// How many instances the headers announce, as far as members said so.
  private(set) var announced: Int?
  /// When the last file was found whole.
  var lastJoined: Double
  /// Whether something was found to be missing from it as it is now.
  var isLacking = false
  /// Files of it that are on their way back, and until when they are waited for.
  ///
  /// A wait by time alone would be too short on a busy machine: the late files would be taken
  /// without those that come back, these without them, and so on for ever.
  var awaited: (paths: Set<FilePath>, deadline: Double)?
  /// Nothing is to be done with it before this moment.
  var restsUntil = 0.0

  init(at now: Double) { lastJoined = now }

  /// Whether files are still on their way back.
  func isAwaitingMore(at now: Double) -> Bool {
    guard let awaited, now < awaited.deadline else { return false }
    return !awaited.paths.isSubset(of: members)
  }

  mutating func add(_ path: FilePath, announcing count: Int?, at now: Double) {
    lastJoined = now
    isLacking = false
    announced = [announced, count].compactMap(\.self).max()
    guard members.insert(path).inserted else { return }
    folders[path.removingLastComponent(), default: 0] += 1
  }

  mutating func remove(_ path: FilePath) {
    guard members.remove(path) != nil else { return }
    isLacking = false
    let folder = path.removingLastComponent()
    let rest = (folders[folder] ?? 1) - 1
    folders[folder] = rest > 0 ? rest : nil
  }
}
