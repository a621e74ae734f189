internal import VolumeModel

extension SeriesAssembly {
  /// Finds the volumes of a series from position and orientation.
  ///
  /// Instances of one grid and orientation (within 0.001) make a stack. Only where positions repeat
  /// is it split by the attributes that tell the repeats apart (echo, b-value, phase, …). An instance
  /// without position or orientation is a stack of its own, in the order of instance numbers. A
  /// tilted gantry is no problem; distances are measured along the normal.
  ///
  /// - Parameter facts: One element an instance, in any order; the result does not depend on it.
  /// - Complexity: O(n log n) for n instances, times the number of attributes where positions repeat.
  public init(of facts: [DicomFacts]) {
    let planes = facts.indices.map { Plane(facts[$0], member: $0) }
    var groups: [[Plane]] = []
    for plane in planes.compactMap(\.self).sorted() {
      if let home = groups.firstIndex(where: { $0[0].isParallel(to: plane) }) {
        groups[home].append(plane)
      } else {
        groups.append([plane])
      }
    }
    var stacks: [Stack] = []
    var problems: [Problem] = []
    for group in groups {
      for part in PlaneSplit.parts(of: group.sorted(along: group[0].normal), facts: facts) {
        let spacing = PlaneSpacing(positions: part.map { dot($0.position, group[0].normal) })
        stacks.append(
          Stack(members: part.map(\.member), sliceSpacing: spacing.step))
        problems += spacing.problems
      }
    }
    if stacks.count == 1, let found = groups.first?.count,
      let expected = facts.compactMap(\.announcedInstances).max(), expected > found
    {
      problems.append(.fewerThanAnnounced(expected: expected, found: found))
    }
    let unplaced = facts.indices.filter { planes[$0] == nil }.sorted {
      (facts[$0].instanceNumber ?? .max, facts[$0].sopInstanceUID)
        < (facts[$1].instanceNumber ?? .max, facts[$1].sopInstanceUID)
    }
    stacks += unplaced.map { Stack(members: [$0], sliceSpacing: nil) }
    self.init(stacks: stacks, problems: problems)
  }

  /// What is amiss, in one sentence for people; nil for a whole series.
  public var problemSummary: String? {
    if problems.isEmpty { return nil }
    let text = problems.map(\.description).joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}

extension SeriesAssembly.Problem: CustomStringConvertible {
  /// The problem as a part of a sentence.
  public var description: String {
    switch self {
    case .gap(let missing):
      missing == 1
        ? "one slice is missing between others" : "\(missing) slices are missing between others"
    case .duplicatePosition(let count):
      count == 1
        ? "one slice lies where another one lies" : "\(count) slices lie where other ones lie"
    case .unevenSpacing: "the slices do not follow at equal distances"
    case .fewerThanAnnounced(let expected, let found):
      "the header announces \(expected) instances, \(found) came"
    }
  }
}
