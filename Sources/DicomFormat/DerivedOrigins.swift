import ScanModel

/// Frames of one object that a result was computed from.
struct DerivedOrigin: Sendable {
  var object: DerivedIdentity.Reference
  /// Places of the frames from 0, ascending; nil where all of them were used.
  var frames: [Int]?
}

/// What each frame of each volume was computed from, as objects and their frames.
struct DerivedOrigins {
  /// A frame as a slice of its volume.
  private struct Member {
    var object: Int
    var frame: Int
  }

  private let objects: [DerivedFramesJob.Object]
  private let identity: DerivedIdentity
  private let reach: Int?
  /// By stack, in the order of its slices.
  private let members: [[Member]]
  /// By stack, all that any of its frames was computed from.
  private let whole: [[DerivedOrigin]]

  /// - Parameters:
  ///   - objects: All objects of the result.
  ///   - identity: Who they are.
  ///   - stacks: How many volumes there are.
  ///   - reach: How many slices away a frame may lie that had a say; nil for any.
  init(
    _ objects: [DerivedFramesJob.Object], identity: DerivedIdentity, stacks: Int, reach: Int?
  ) {
    var places: [[(place: Int, member: Member)]] = Array(repeating: [], count: stacks)
    for (object, index) in zip(objects, objects.indices) {
      for plane in object.planes {
        guard let stack = plane.stack else { continue }
        places[stack].append(
          (plane.pixels.plane.source, Member(object: index, frame: plane.slice.frame)))
      }
    }
    let members = places.map { places in
      places.sorted { $0.place < $1.place }.map(\.member)
    }
    self.objects = objects
    self.identity = identity
    self.reach = reach
    self.members = members
    whole = members.map { Self.origins($0[...], objects, identity) }
  }

  /// What a frame was computed from; nothing for one that is carried over.
  func frames(of plane: DerivedFramesJob.Plane) -> [DerivedOrigin] {
    guard let stack = plane.stack else { return [] }
    guard let reach else { return whole[stack] }
    let place = plane.pixels.plane.source
    let last = members[stack].count - 1
    return Self.origins(
      members[stack][max(0, place - reach)...min(last, place + reach)], objects, identity)
  }

  /// Every object that the frames of an object were computed from.
  func objects(of object: DerivedFramesJob.Object) -> [DerivedIdentity.Reference] {
    var seen: Set<String> = []
    return object.planes.flatMap { frames(of: $0).map(\.object) }
      .filter { seen.insert($0.sopInstanceUID).inserted }
  }

  private static func origins(
    _ members: ArraySlice<Member>, _ objects: [DerivedFramesJob.Object],
    _ identity: DerivedIdentity
  ) -> [DerivedOrigin] {
    let byObject = Dictionary(grouping: members, by: \.object)
    return byObject.keys.sorted().map { index in
      let frames = (byObject[index] ?? []).map(\.frame).sorted()
      let isWhole =
        frames.count == objects[index].planes.count || objects[index].facts.frames == 1
      return DerivedOrigin(object: identity.sources[index], frames: isWhole ? nil : frames)
    }
  }
}
