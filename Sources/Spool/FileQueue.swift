import SystemPackage

/// Files in the order in which they came, each at most once.
///
/// Taking one out costs no search, however long the queue is.
struct FileQueue {
  private var order: [FilePath?] = []
  private var places: [FilePath: Int] = [:]
  private var first = 0

  var isEmpty: Bool { places.isEmpty }
  var count: Int { places.count }
  func contains(_ path: FilePath) -> Bool { places[path] != nil }

  /// The files, the first first.
  var paths: some Sequence<FilePath> { order[first...].lazy.compactMap(\.self) }

  /// Adds a file at the end, unless it is there.
  mutating func append(_ path: FilePath) {
    if places[path] != nil { return }
    places[path] = order.count
    order.append(path)
  }

  mutating func remove(_ path: FilePath) {
    guard let place = places.removeValue(forKey: path) else { return }
    order[place] = nil
    while first < order.count, order[first] == nil { first += 1 }
    if first > 64 && first > order.count / 2 { compact() }
  }

  mutating func popFirst() -> FilePath? {
    guard first < order.count, let path = order[first] else { return nil }
    remove(path)
    return path
  }

  private mutating func compact() {
    order = order[first...].filter { $0 != nil }
    first = 0
    for (place, path) in order.enumerated() {
      if let path { places[path] = place }
    }
  }
}
