/// Which runs, or pieces, belong together: each names one before it, or itself.
struct RunParents {
  private let parents: UnsafeMutablePointer<Int32>
  private let count: Int

  /// Begins with each by itself.
  ///
  /// - Parameters:
  ///   - room: For a number each.
  ///   - count: How many there are.
  init(_ room: UnsafeMutablePointer<Int32>, count: Int) {
    (parents, self.count) = (room, count)
    for i in 0..<count { room[i] = Int32(truncatingIfNeeded: i) }
  }

  /// Notes that two belong together.
  @inline(__always)
  func join(_ a: Int, _ b: Int) {
    guard parents[a] != parents[b] else { return }
    let (first, second) = (root(of: a), root(of: b))
    parents[max(first, second)] = Int32(truncatingIfNeeded: min(first, second))
  }

  @inline(__always)
  private func root(of start: Int) -> Int {
    var position = start
    var parent = Int(parents[position])
    while parent != position {
      // Halve the path, so that the next search is shorter.
      parents[position] = parents[parent]
      position = Int(parents[position])
      parent = Int(parents[position])
    }
    return position
  }

  /// Writes instead of each the number of those that belong together, from 0 in the order of their
  /// first.
  ///
  /// - Returns: How many numbers there are.
  func number() -> Int {
    var numbers: Int32 = 0
    // Each names one before it, which has its number already.
    for i in 0..<count {
      let parent = Int(parents[i])
      parents[i] = parent == i ? numbers : parents[parent]
      numbers += parent == i ? 1 : 0
    }
    return Int(numbers)
  }
}
