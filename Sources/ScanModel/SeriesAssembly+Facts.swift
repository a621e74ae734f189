internal import VolumeModel

extension SeriesAssembly {
  /// Finds the volumes of a series from position and orientation.
  ///
  /// Instances and frames of one grid and orientation (within 0.001) make a stack. Only where
  /// positions repeat is it split by the attributes that tell the repeats apart (echo, b-value,
  /// phase, …). An instance or frame without position or orientation is a stack of its own, in the
  /// order of instance numbers. A tilted gantry is no problem; distances are measured along the
  /// normal. Frames that are only carried over are in no stack.
  ///
  /// - Parameter facts: One element an instance, in any order; the result does not depend on it.
  /// - Complexity: O(n log n) for n planes, times the number of attributes where positions repeat.
  public init(of facts: [DicomFacts]) {
    var planes: [Plane] = []
    var unplaced: [(member: Int, frame: Int)] = []
    for (member, fact) in facts.enumerated() {
      for frame in fact.restorableFrames {
        if let plane = Plane(fact, member: member, frame: frame) {
          planes.append(plane)
        } else {
          unplaced.append((member, frame ?? 0))
        }
      }
    }
    var groups: [[Plane]] = []
    for plane in planes.sorted() {
      if let home = groups.firstIndex(where: { $0[0].isParallel(to: plane) }) {
        groups[home].append(plane)
      } else {
        groups.append([plane])
      }
    }
    self.init(stacks: [], problems: [])
    var split = PlaneSplit()
    for group in groups {
      for part in split.parts(of: group.sorted(along: group[0].normal)) { add(part, of: group[0]) }
    }
    splitKeywords = split.used
    noteAnnounced(facts, found: groups.first?.count)
    unplaced.sort {
      facts[$0.member].order($0.frame) < facts[$1.member].order($1.frame)
    }
    stacks += unplaced.map {
      Stack(members: [$0.member], frames: [$0.frame], sliceSpacing: nil)
    }
  }

  /// Adds a volume; planes are sorted along the normal of the first of their group.
  private mutating func add(_ part: [Plane], of first: Plane) {
    let spacing = PlaneSpacing(positions: part.map { dot($0.position, first.normal) })
    stacks.append(
      Stack(
        members: part.map(\.member), frames: part.map(\.frame), sliceSpacing: spacing.step))
    // Nothing more can come of an object that is there: what it leaves out, it was made without.
    let isOneObject = part.allSatisfy { $0.isFrame && $0.member == part[0].member }
    problems += spacing.problems.map { problem in
      if case .gap = problem, isOneObject { .unevenSpacing } else { problem }
    }
  }

  private mutating func noteAnnounced(_ facts: [DicomFacts], found: Int?) {
    guard stacks.count == 1, let found, !facts.contains(where: { $0.frameFacts != nil }),
      let expected = facts.compactMap(\.announcedInstances).max(), expected > found
    else { return }
    problems.append(.fewerThanAnnounced(expected: expected, found: found))
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

extension DicomFacts {
  /// The frames that may be restored; a single nil for an image that has no frames.
  fileprivate var restorableFrames: [Int?] {
    guard let frameFacts else { return [nil] }
    return frameFacts.indices.filter { frameFacts[$0].carryReason == nil }.map(Optional.some)
  }

  /// The order in which images that do not say where they lie follow each other.
  fileprivate func order(_ frame: Int) -> (Int, String, Int) {
    (instanceNumber ?? .max, sopInstanceUID, frame)
  }
}
