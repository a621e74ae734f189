internal import VolumeModel

/// Splits parallel planes whose positions repeat into volumes in which they do not.
enum PlaneSplit {
  /// In the order in which they are believed where several attributes would do.
  private static let keywords = [
    "EchoNumbers", "EchoTime", "InversionTime", "DiffusionBValue", "DiffusionGradientOrientation",
    "TemporalPositionIdentifier", "ImageType", "FlipAngle", "ScanningSequence",
    "AcquisitionNumber", "TriggerTime", "AcquisitionTime",
  ]

  /// The volumes, each in the given order; planes that nothing tells apart stay together.
  static func parts(of planes: [Plane], facts: [DicomFacts]) -> [[Plane]] {
    let most = crowding(planes)
    if most < 2 { return [planes] }
    var best: (parts: [[Plane]], repeats: Int)?
    for keyword in keywords {
      let value = { (plane: Plane) in facts[plane.member].distinguishing[keyword] ?? "" }
      let parts = groups(of: planes, by: value)
      // An attribute that differs from plane to plane says nothing of volumes.
      guard parts.count > 1, parts.count <= most else { continue }
      let repeats = parts.map(repeated).reduce(0, +)
      if repeats < best?.repeats ?? repeated(planes) { best = (parts, repeats) }
    }
    if let best { return best.parts.flatMap { Self.parts(of: $0, facts: facts) } }
    for keyword in keywords {
      if let phases = phases(of: planes, count: most, by: keyword, facts: facts) { return phases }
    }
    return [planes]
  }

  /// Volumes where every position has as many planes, told apart by the rank of a value that also
  /// differs between positions: the trigger times of a heart, the clock of a perfusion.
  private static func phases(
    of planes: [Plane], count: Int, by keyword: String, facts: [DicomFacts]
  ) -> [[Plane]]? {
    var phases = [[Plane]](repeating: [], count: count)
    for place in places(planes) {
      let ranked = place.compactMap { plane in
        facts[plane.member].distinguishing[keyword].flatMap(Double.init).map { ($0, plane) }
      }.sorted { $0.0 < $1.0 }
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
