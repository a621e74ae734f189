import RestorationKernels

/// Shrinks the Haar transform at every shift block by block, level after level.
///
///     down:  approximation of level l + 1 = means of the blocks of level l
///     back:  samples of level l = shrunk details + what level l + 1 was restored to
///
/// White noise of deviation σ has σ / √2 for each axis at the next level, since blocks are means.
///
/// - SeeAlso: `BlockShrinkage`.
struct BlockwiseShrinkage: Sendable {
  /// Levels, at least 1.
  let levels: Int
  /// The variance of the noise, times the square of how strongly to shrink.
  let variance: Double

  /// How often the noise is taken off at a level: what is measured around a block scatters, and where
  /// too little is taken off specks stay.
  ///
  /// Chosen among 1, 1.5 and 2 on slices and volumes of MR and CT with known noise.
  private static func excess(level: Int, isVolume: Bool) -> Double {
    isVolume && level > 0 ? 1 : 2
  }

  /// Restores a plane or a volume; what is held beside it is `bytes(_:levels:cores:isFilled:)`.
  ///
  /// Slices are restored many at a time, with as many around them as blocks reach, so that no
  /// level of the whole is ever held; the result is the same bit by bit.
  ///
  /// - Parameters:
  ///   - samples: Finite values but for those that are filled.
  ///   - filling: Makes what stands in for excluded ones; nil when there are none.
  ///   - dimensions: Their counts along x, y and z; blocks reach across slices if there are several.
  ///   - work: Told how far it is, and asked whether to go on.
  /// - Returns: The restored samples.
  /// - Throws: `CancellationError`.
  func restored(
    _ samples: [Float], filling: ExclusionFill?, _ dimensions: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    if dimensions.z == 1, levels <= PlaneShrinkage.mostLevels {
      return try restoredPlane(samples, filling: filling, dimensions, work: work)
    }
    let plane = dimensions.x * dimensions.y
    let parts = Self.parts(dimensions, levels: levels)
    let plans = Self.plans(dimensions, levels: levels, variance: variance)
    // Made in one part, the result is written last: until then its place holds an approximation.
    let isSpare = Self.usesResult(dimensions, levels: levels)
    let spare = isSpare ? Self.floats(plans[1].dimensions) : 0
    let surroundings = parts.map { Self.surroundings(of: $0, dimensions, levels: levels) }
    let needed = surroundings.map { slices in
      Self.scratch([dimensions.x, dimensions.y, slices.count], levels: levels, isSpare: isSpare)
    }
    return try filledArray(plane * dimensions.z, capacity: spare) { output in
      // One room for all parts: to clear another for each would take longer than some of the work.
      try withLargeScratch(needed.max() ?? 0) { room in
        for (index, part) in parts.enumerated() {
          let slices = surroundings[index]
          func note(_ share: Double) { work.note((Double(index) + share) / Double(parts.count)) }
          func restore(_ source: UnsafePointer<Float>?) throws {
            guard let source else { return }
            let wanted =
              (part.lowerBound - slices.lowerBound)..<(part.upperBound - slices.lowerBound)
            try self.restore(
              source, [dimensions.x, dimensions.y, slices.count], slices: wanted,
              into: output + slices.lowerBound * plane, isSpare: isSpare, room,
              check: work.checkCancellation, note: note)
          }
          if let filling {
            try filling.filled(slices: slices).withUnsafeBufferPointer {
              try restore($0.baseAddress)
            }
          } else {
            try samples.withUnsafeBufferPointer {
              try restore($0.baseAddress.map { $0 + slices.lowerBound * plane })
            }
          }
        }
      }
    }
  }

  /// Floats of room for the approximations of all levels that are held and have no other place, and
  /// for what the coarsest is restored to.
  private static func scratch(_ dimensions: SIMD3<Int>, levels: Int, isSpare: Bool) -> Int {
    guard keepsAll(dimensions, levels: levels) else { return 0 }
    let counts = plans(dimensions, levels: levels, variance: 0).dropFirst().map {
      floats($0.dimensions)
    }
    return counts.dropFirst(isSpare ? 1 : 0).reduce(counts.last ?? 0, +)
  }

  /// Restores some slices of samples.
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - dimensions: Counts along x, y and z.
  ///   - slices: Which slices to make.
  ///   - output: On `dimensions`; nothing but those slices is written.
  ///   - isSpare: Whether there is room for an approximation at the output.
  ///   - room: As many floats as `scratch` says.
  ///   - check: Throws when to stop.
  ///   - note: Told how much is done, from 0 to 1.
  /// - Throws: What `check` throws.
  private func restore(
    _ samples: UnsafePointer<Float>, _ dimensions: SIMD3<Int>, slices: Range<Int>,
    into output: UnsafeMutablePointer<Float>, isSpare: Bool,
    _ room: UnsafeMutablePointer<Float>, check: () throws -> Void, note: (Double) -> Void
  ) throws {
    let plans = Self.plans(dimensions, levels: levels, variance: variance)
    func noteLevel(_ level: Int) throws {
      note(Double(plans.count - level) / Double(plans.count + 1))
      try check()
    }
    // Few approximations are kept; of many, each is made anew, which costs less than their memory.
    guard Self.keepsAll(dimensions, levels: levels) else {
      var below: [Float]?
      for level in plans.indices.reversed().dropLast() {
        let own = plans[1..<level].reduce(approximation(of: samples, plans[0])) {
          approximation(of: $0, $1)
        }
        below = restored(own, below: below, plans[level])
        try noteLevel(level)
      }
      below.withPointer { restore(samples, below: $0, plans[0], slices: slices, into: output) }
      return try noteLevel(0)
    }
    let counts = plans.dropFirst().map { Self.floats($0.dimensions) }
    // The approximations, and behind them what the coarsest is restored to.
    var places: [UnsafeMutablePointer<Float>] = []
    var (source, end) = (samples, room)
    for (plan, count) in zip(plans, counts) {
      let place = isSpare && places.isEmpty ? output : end
      approximate(source, plan, into: place)
      places.append(place)
      source = UnsafePointer(place)
      if place == end { end += count }
      try check()
    }
    if plans.count > 1 { Self.clearSlack(behind: plans[plans.count - 1].dimensions, of: end) }
    var (below, target) = (UnsafePointer<Float>?.none, end)
    for level in plans.indices.reversed().dropLast() {
      let plan = plans[level]
      let own = places[level - 1]
      restore(own, below: below, plan, slices: 0..<plan.dimensions.z, into: target)
      // The next finer one is smaller, and this level's own samples are not needed any more.
      (below, target) = (UnsafePointer(target), own)
      try noteLevel(level)
    }
    restore(samples, below: below, plans[0], slices: slices, into: output)
    try noteLevel(0)
  }

  /// Whether the approximations of all levels are held.
  private static func keepsAll(_ dimensions: SIMD3<Int>, levels: Int) -> Bool {
    dimensions.z == 1 || levels <= 3
  }

  /// Whether one of them is held where the result will be.
  private static func usesResult(_ dimensions: SIMD3<Int>, levels: Int) -> Bool {
    levels > 1 && partCount(dimensions, levels: levels) == 1 && keepsAll(dimensions, levels: levels)
  }

  /// Slices that are restored at a time.
  private static func parts(_ dimensions: SIMD3<Int>, levels: Int) -> [Range<Int>] {
    slabs(of: dimensions.z, parts: partCount(dimensions, levels: levels))
  }

  /// So many that at most half as many slices again lie around those of a part.
  private static func partCount(_ dimensions: SIMD3<Int>, levels: Int) -> Int {
    max(1, dimensions.z / max(96, 4 << levels))
  }

  /// Slices that those of a part follow from: blocks of every level reach one step to each side.
  private static func surroundings(
    of part: Range<Int>, _ dimensions: SIMD3<Int>, levels: Int
  ) -> Range<Int> {
    let reach = 1 << levels - 1
    return max(0, part.lowerBound - reach)..<min(dimensions.z, part.upperBound + reach)
  }

  /// Bytes that are held beside the samples, the result among them.
  static func bytes(
    _ dimensions: SIMD3<Int>, levels: Int, cores: Int, isFilled: Bool
  ) -> Double {
    if dimensions.z == 1, levels <= PlaneShrinkage.mostLevels {
      let plane = PlaneShrinkage(plans(dimensions, levels: levels, variance: 0))
      return (isFilled ? 2 : 1) * VolumeGrid(dimensions: dimensions).floatBytes
        + 4 * Double(min(cores, plane.tiles) * plane.roomFloats)
    }
    // Counted, not made: a header may announce any number of slices.
    let count = partCount(dimensions, levels: levels)
    let around = min(2, count - 1) * (1 << levels - 1)
    var slab = dimensions
    slab.z = min(dimensions.z, (dimensions.z - 1) / count + 1 + around)
    let plans = plans(slab, levels: levels, variance: 0)
    var room = 0.0
    for plan in plans { room = max(room, plan.restoringBytes(rows: rows(plan))) }
    let filled: Double = isFilled ? VolumeGrid(dimensions: slab).floatBytes : 0
    // The result's place is as large as what it held.
    let isSpare = usesResult(dimensions, levels: levels)
    let result = VolumeGrid(dimensions: isSpare ? plans[1].dimensions : dimensions).floatBytes
    return result + levelBytes(plans, isSpare: isSpare) + filled + Double(cores) * room
  }

  /// The most bytes of approximations that are held at a time.
  ///
  /// Those of all levels where they are kept, one of them in the place of the result if it is spare,
  /// and what the coarsest is restored to; else that of a level, what it is restored to, and the one
  /// below.
  private static func levelBytes(_ plans: [BlockShrinkage], isSpare: Bool) -> Double {
    let sizes = plans.map { Double(4 * floats($0.dimensions)) }
    guard sizes.count > 1 else { return 0 }
    if keepsAll(plans[0].dimensions, levels: plans.count) {
      return sizes.dropFirst().reduce(sizes[sizes.count - 1], +) - (isSpare ? sizes[1] : 0)
    }
    let pairs = zip(sizes.dropFirst(), sizes.dropFirst(2) + [0])
    return pairs.map { 2 * $0 + $1 }.max() ?? 0
  }

  static func plans(
    _ dimensions: SIMD3<Int>, levels: Int, variance: Double
  ) -> [BlockShrinkage] {
    var plans: [BlockShrinkage] = []
    let isVolume = dimensions.z > 1
    for level in 0..<levels {
      plans.append(
        BlockShrinkage(
          dimensions: plans.last?.blocks ?? dimensions, level: level, isVolume: isVolume,
          variance: excess(level: level, isVolume: isVolume) * variance
            / Double(1 << ((isVolume ? 3 : 2) * level))))
    }
    return plans
  }
}
