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

  /// Restores a plane or a volume; what is held beside it is `bytes(_:)`.
  ///
  /// - Parameters:
  ///   - samples: Finite values.
  ///   - dimensions: Their counts along x, y and z; blocks reach across slices if there are several.
  ///   - work: Told how far it is, and asked whether to go on.
  /// - Returns: The restored samples.
  /// - Throws: `CancellationError`.
  func restored(_ samples: [Float], _ dimensions: SIMD3<Int>, work: Work) throws -> [Float] {
    let plans = Self.plans(dimensions, levels: levels, variance: variance)
    // Few approximations are kept; of many, each is made anew, which costs less than their memory.
    let keepsAll = dimensions.z == 1 || levels <= 3
    var kept: [[Float]] = []
    if keepsAll {
      for plan in plans.dropLast() {
        kept.append(approximation(of: kept.last ?? samples, plan))
        try work.checkCancellation()
      }
    }
    var below: [Float]?
    for level in plans.indices.reversed() {
      try work.checkCancellation()
      let own: [Float]
      if level == 0 {
        own = samples
      } else if keepsAll {
        own = kept.removeLast()
      } else {
        own = plans[..<level].reduce(samples) { approximation(of: $0, $1) }
      }
      below = restored(own, below: below, plans[level])
      work.note(Double(plans.count - level) / Double(plans.count + 1))
    }
    return below ?? samples
  }

  /// Bytes that are held beside the samples, the result among them.
  static func bytes(_ dimensions: SIMD3<Int>, levels: Int, cores: Int) -> Double {
    let plans = plans(dimensions, levels: levels, variance: 0)
    var room = 0.0
    for plan in plans { room = max(room, plan.restoringBytes(rows: rows(plan))) }
    let volume = VolumeGrid(dimensions: plans[plans.count - 1].blocks).floatBytes
    return min(3, Double(levels)) * volume + Double(cores) * room
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
    let blocks = plan.blocks
    return filledArray(blocks.x * blocks.y * blocks.z) { output in
      nonisolated(unsafe) let output = output
      samples.withUnsafeBufferPointer { samples in
        nonisolated(unsafe) let samples = samples
        let parts = blocks.z > 1 ? slabs(of: blocks.z) : slabs(of: blocks.y, parts: 8)
        concurrently(parts.count) { part in
          guard let source = samples.baseAddress else { return }
          if blocks.z > 1 {
            for i in parts[part] {
              plan.approximate(source, rows: 0..<blocks.y, slice: i, into: output)
            }
          } else {
            plan.approximate(source, rows: parts[part], slice: 0, into: output)
          }
        }
      }
    }
  }

  /// Rows of a part: what it holds stays in a core's own cache, and what it makes twice is little.
  private static func rows(_ plan: BlockShrinkage) -> Int {
    let row = max(plan.restoringBytes(rows: 2) - plan.restoringBytes(rows: 1), 1)
    return max(32, min(plan.dimensions.z > 1 ? plan.dimensions.y : 64, Int(0x1p19 / row)))
  }

  private func restored(
    _ samples: [Float], below: [Float]?, _ plan: BlockShrinkage
  ) -> [Float] {
    let shape = plan.dimensions
    let height = Self.rows(plan)
    let rows = slabs(of: shape.y, parts: (shape.y + height - 1) / height)
    let slices = slabs(of: shape.z, parts: (shape.z + 47) / 48)
    return filledArray(shape.x * shape.y * shape.z) { output in
      // Parts are disjoint, so no two threads touch the same sample.
      nonisolated(unsafe) let output = output
      concurrently(rows.count * slices.count) { part in
        samples.withUnsafeBufferPointer { samples in
          guard let source = samples.baseAddress else { return }
          let (rows, slices) = (rows[part % rows.count], slices[part / rows.count])
          if let below {
            below.withUnsafeBufferPointer {
              plan.restore(
                source, below: $0.baseAddress, rows: rows, slices: slices, into: output)
            }
          } else {
            plan.restore(source, below: nil, rows: rows, slices: slices, into: output)
          }
        }
      }
    }
  }
}
