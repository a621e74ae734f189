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
    let plane = dimensions.x * dimensions.y
    return try filledArray(plane * dimensions.z) { output in
      let parts = Self.parts(dimensions, levels: levels)
      for (index, part) in parts.enumerated() {
        let slices = Self.surroundings(of: part, dimensions, levels: levels)
        func note(_ share: Double) { work.note((Double(index) + share) / Double(parts.count)) }
        func restore(_ source: UnsafePointer<Float>?) throws {
          guard let source else { return }
          try self.restore(
            source, [dimensions.x, dimensions.y, slices.count],
            slices: (part.lowerBound - slices.lowerBound)..<(part.upperBound - slices.lowerBound),
            into: output + slices.lowerBound * plane, check: work.checkCancellation, note: note)
        }
        if let filling {
          try filling.filled(slices: slices).withUnsafeBufferPointer { try restore($0.baseAddress) }
        } else {
          try samples.withUnsafeBufferPointer {
            try restore($0.baseAddress.map { $0 + slices.lowerBound * plane })
          }
        }
      }
    }
  }

  /// Restores some slices of samples.
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - dimensions: Counts along x, y and z.
  ///   - slices: Which slices to make.
  ///   - output: On `dimensions`; nothing but those slices is written.
  ///   - check: Throws when to stop.
  ///   - note: Told how much is done, from 0 to 1.
  /// - Throws: What `check` throws.
  private func restore(
    _ samples: UnsafePointer<Float>, _ dimensions: SIMD3<Int>, slices: Range<Int>,
    into output: UnsafeMutablePointer<Float>, check: () throws -> Void, note: (Double) -> Void
  ) throws {
    let plans = Self.plans(dimensions, levels: levels, variance: variance)
    let keepsAll = Self.keepsAll(plans)
    var kept: [[Float]] = []
    if keepsAll {
      for plan in plans.dropLast() {
        kept.append(
          kept.last.map { approximation(of: $0, plan) } ?? approximation(of: samples, plan))
        try check()
      }
    }
    var below: [Float]?
    for level in plans.indices.reversed().dropLast() {
      let own: [Float]
      if keepsAll {
        own = kept.removeLast()
      } else {
        own = plans[1..<level].reduce(approximation(of: samples, plans[0])) {
          approximation(of: $0, $1)
        }
      }
      let plan = plans[level]
      below = filledArray(plan.dimensions.x * plan.dimensions.y * plan.dimensions.z) { output in
        own.withUnsafeBufferPointer { own in
          guard let own = own.baseAddress else { return }
          restore(own, below: below, plan, slices: 0..<plan.dimensions.z, into: output)
        }
      }
      note(Double(plans.count - level) / Double(plans.count + 1))
      try check()
    }
    restore(samples, below: below, plans[0], slices: slices, into: output)
    note(Double(plans.count) / Double(plans.count + 1))
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
    // Counted, not made: a header may announce any number of slices.
    let count = partCount(dimensions, levels: levels)
    let around = min(2, count - 1) * (1 << levels - 1)
    var slab = dimensions
    slab.z = min(dimensions.z, (dimensions.z - 1) / count + 1 + around)
    let plans = plans(slab, levels: levels, variance: 0)
    var room = 0.0
    for plan in plans { room = max(room, plan.restoringBytes(rows: rows(plan))) }
    let filled: Double = isFilled ? VolumeGrid(dimensions: slab).floatBytes : 0
    let result = VolumeGrid(dimensions: dimensions).floatBytes
    return result + levelBytes(plans) + filled + Double(cores) * room
  }

  /// The most bytes of approximations that are held at a time: that of a level, of the levels above
  /// where they are kept, and what this level and the one below it were restored to.
  private static func levelBytes(_ plans: [BlockShrinkage]) -> Double {
    let sizes = plans.map { VolumeGrid(dimensions: $0.dimensions).floatBytes }
    var most = 0.0
    for level in plans.indices.dropFirst() {
      let above = keepsAll(plans) ? sizes[1..<level].reduce(0, +) : 0
      let below = level + 1 < sizes.count ? sizes[level + 1] : 0
      most = max(most, above + 2 * sizes[level] + below)
    }
    return most
  }

  /// Whether all approximations are kept, as long as they are few.
  ///
  /// Of many, each is made anew, which costs less than their memory.
  private static func keepsAll(_ plans: [BlockShrinkage]) -> Bool {
    plans[0].dimensions.z == 1 || plans.count <= 3
  }

  private static func plans(
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

  private func approximation(of samples: [Float], _ plan: BlockShrinkage) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      samples.baseAddress.map { approximation(of: $0, plan) } ?? []
    }
  }

  private func approximation(
    of samples: UnsafePointer<Float>, _ plan: BlockShrinkage
  ) -> [Float] {
    let blocks = plan.blocks
    nonisolated(unsafe) let samples = samples
    return filledArray(blocks.x * blocks.y * blocks.z) { output in
      nonisolated(unsafe) let output = output
      let parts = blocks.z > 1 ? slabs(of: blocks.z) : slabs(of: blocks.y, parts: 8)
      concurrently(parts.count) { part in
        if blocks.z > 1 {
          for i in parts[part] {
            plan.approximate(samples, rows: 0..<blocks.y, slice: i, into: output)
          }
        } else {
          plan.approximate(samples, rows: parts[part], slice: 0, into: output)
        }
      }
    }
  }

  /// Rows of a part: what it holds stays in a core's own cache, and what it makes twice is little.
  private static func rows(_ plan: BlockShrinkage) -> Int {
    let row = max(plan.restoringBytes(rows: 2) - plan.restoringBytes(rows: 1), 1)
    return max(32, min(plan.dimensions.z > 1 ? plan.dimensions.y : 64, Int(0x1p19 / row)))
  }

  private func restore(
    _ samples: UnsafePointer<Float>, below: [Float]?, _ plan: BlockShrinkage, slices: Range<Int>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let height = Self.rows(plan)
    let shape = plan.dimensions
    let rows = slabs(of: shape.y, parts: (shape.y + height - 1) / height)
    let parts = slabs(of: slices.count, parts: (slices.count + 47) / 48)
    // Parts are disjoint, so no two threads touch the same sample.
    nonisolated(unsafe) let (samples, output) = (samples, output)
    concurrently(rows.count * parts.count) { part in
      let (rows, within) = (rows[part % rows.count], parts[part / rows.count])
      let slices = (slices.lowerBound + within.lowerBound)..<(slices.lowerBound + within.upperBound)
      if let below {
        below.withUnsafeBufferPointer {
          plan.restore(samples, below: $0.baseAddress, rows: rows, slices: slices, into: output)
        }
      } else {
        plan.restore(samples, below: nil, rows: rows, slices: slices, into: output)
      }
    }
  }
}
