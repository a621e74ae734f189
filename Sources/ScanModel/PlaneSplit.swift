internal import VolumeModel

/// Splits parallel planes whose positions repeat into volumes in which they do not.
struct PlaneSplit {
  /// In the order in which they are believed where several attributes would do.
  private static let keywords = [
    "StackID", "EchoNumbers", "EchoTime", "InversionTime", "DiffusionBValue",
    "DiffusionGradientOrientation", "TemporalPositionIdentifier", "ImageType",
    "ComplexImageComponent", "FlipAngle", "ScanningSequence", "FrameReferenceTime",
    "AcquisitionNumber", "NMVectors", "DimensionIndexValues", "CardiacPhase", "TriggerTime",
    "AcquisitionTime", "ContentTime",
  ]
  /// What tells objects apart that are volumes of their own.
  private static let object = "SOPInstanceUID"
  /// The last resort within an object: the order of its frames.
  private static let order = "FrameNumber"

  /// Which attributes were used, in the order of their use.
  private(set) var used: [String] = []

  /// The volumes, each in the given order; planes that nothing tells apart stay together.
  ///
  /// Frames of multi-frame objects never do: where nothing else is said, they follow each other in
  /// the order of the object, or stay single where not even that makes volumes.
  mutating func parts(of planes: [Plane]) -> [[Plane]] {
    let most = Self.crowding(planes)
    if most < 2 { return [planes] }
    var best: (parts: [[Plane]], repeats: Int, keyword: String)?
    for keyword in Self.keywords + [Self.object] {
      let parts = Self.groups(of: planes) { Self.value(of: $0, keyword) }
      // An attribute that differs from plane to plane says nothing of volumes.
      guard parts.count > 1, parts.count <= most else { continue }
      let repeats = parts.map(Self.repeated).reduce(0, +)
      if repeats < best?.repeats ?? Self.repeated(planes) { best = (parts, repeats, keyword) }
    }
    if let best {
      note(best.keyword)
      return best.parts.flatMap { parts(of: $0) }
    }
    for keyword in Self.keywords {
      guard
        let phases = Self.phases(
          of: planes, count: most, by: { $0.distinguishing[keyword].flatMap(Double.init) })
      else { continue }
      note(keyword)
      return phases
    }
    guard planes.allSatisfy(\.isFrame) else { return [planes] }
    note(Self.order)
    let members = Dictionary(
      Set(planes.map(\.member)).sorted().enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    let place = { (plane: Plane) in
      Double(members[plane.member] ?? 0) * 1e6 + Double(plane.frame)
    }
    return Self.phases(of: planes, count: most, by: place) ?? planes.sorted().map { [$0] }
  }

  private mutating func note(_ keyword: String) {
    if !used.contains(keyword) { used.append(keyword) }
  }

  /// The value by which planes are grouped; objects with a single plane are no volumes.
  private static func value(of plane: Plane, _ keyword: String) -> String {
    if keyword == object { return plane.isFrame ? "\(plane.member)" : "" }
    return plane.distinguishing[keyword] ?? ""
  }

  /// Volumes where every position has as many planes, told apart by the rank of a value that also
  /// differs between positions: the trigger times of a heart, the clock of a perfusion.
  private static func phases(
    of planes: [Plane], count: Int, by rank: (Plane) -> Double?
  ) -> [[Plane]]? {
    var phases = [[Plane]](repeating: [], count: count)
    for place in places(planes) {
      let ranked = place.compactMap { plane in rank(plane).map { ($0, plane) } }
        .sorted { $0.0 < $1.0 }
      guard ranked.count == count, place.count == count else { return nil }
      guard zip(ranked, ranked.dropFirst()).allSatisfy({ $0.0 < $1.0 }) else { return nil }
      for (phase, plane) in ranked.enumerated() { phases[phase].append(plane.1) }
    }
    return phases
  }

  /// Planes by value, in the order in which the values first come.
  private static func groups(of planes: [Plane], by value: (Plane) -> String) -> [[Plane]] {
    var order: [String: Int] = [:]
    var groups: [[Plane]] = []
    for plane in planes {
      let home = order[value(plane), default: groups.count]
      if home == groups.count {
        order[value(plane)] = home
        groups.append([])
      }
      groups[home].append(plane)
    }
    return groups
  }

  /// Runs of planes that lie at one position; the planes are sorted.
  private static func places(_ planes: [Plane]) -> [[Plane]] {
    var places: [[Plane]] = []
    for plane in planes {
      let last = places.last?.last
      let step = last.map { dot(plane.position - $0.position, planes[0].normal) } ?? .infinity
      if step < PlaneSpacing.samePosition {
        places[places.count - 1].append(plane)
      } else {
        places.append([plane])
      }
    }
    return places
  }

  /// The most planes at one position.
  private static func crowding(_ planes: [Plane]) -> Int { places(planes).map(\.count).max() ?? 0 }

  /// How many planes lie where another one lies.
  private static func repeated(_ planes: [Plane]) -> Int { planes.count - places(planes).count }
}
