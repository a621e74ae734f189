import RestorationKernels

/// Single levels of it.
extension BlockwiseShrinkage {
  /// What is held for samples of a level: some that lanes read are behind them.
  static func floats(_ dimensions: SIMD3<Int>) -> Int {
    dimensions.x * dimensions.y * dimensions.z + BlockShrinkage.slack
  }

  /// Sets those behind the last sample to zero.
  static func clearSlack(behind dimensions: SIMD3<Int>, of samples: UnsafeMutablePointer<Float>) {
    (samples + dimensions.x * dimensions.y * dimensions.z)
      .update(repeating: 0, count: BlockShrinkage.slack)
  }

  /// The approximation of the next level: the means of a level's blocks.
  func approximation(of samples: [Float], _ plan: BlockShrinkage) -> [Float] {
    samples.withUnsafeBufferPointer { samples in
      samples.baseAddress.map { approximation(of: $0, plan) } ?? []
    }
  }

  /// The same from anywhere.
  func approximation(
    of samples: UnsafePointer<Float>, _ plan: BlockShrinkage
  ) -> [Float] {
    filledArray(Self.floats(plan.blocks)) { approximate(samples, plan, into: $0) }
  }

  /// Makes it on all cores; `output` holds it and some slack.
  func approximate(
    _ samples: UnsafePointer<Float>, _ plan: BlockShrinkage,
    into output: UnsafeMutablePointer<Float>
  ) {
    let blocks = plan.blocks
    nonisolated(unsafe) let (samples, output) = (samples, output)
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
    Self.clearSlack(behind: blocks, of: output)
  }

  /// Rows of a part: what it holds stays in a core's own cache, what it makes twice is little, and a
  /// slice makes enough parts for many cores.
  static func rows(_ plan: BlockShrinkage) -> Int {
    let row = max(plan.restoringBytes(rows: 2) - plan.restoringBytes(rows: 1), 1)
    let most = plan.dimensions.z > 1 ? 128 : (plan.dimensions.y * plan.columnParts + 15) / 16
    return max(32, min(max(64, most), Int(0x1p19 / row)))
  }

  /// The restored samples of a level but the finest.
  func restored(
    _ samples: [Float], below: [Float]?, _ plan: BlockShrinkage
  ) -> [Float] {
    filledArray(Self.floats(plan.dimensions)) { output in
      samples.withUnsafeBufferPointer { samples in
        guard let samples = samples.baseAddress else { return }
        below.withPointer {
          restore(samples, below: $0, plan, slices: 0..<plan.dimensions.z, into: output)
        }
      }
      Self.clearSlack(behind: plan.dimensions, of: output)
    }
  }

  /// Restores some slices of a level on all cores.
  func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, _ plan: BlockShrinkage,
    slices: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    let height = Self.rows(plan)
    let shape = plan.dimensions
    let rows = slabs(of: shape.y, parts: (shape.y + height - 1) / height)
    let parts = slabs(of: slices.count, parts: (slices.count + 47) / 48)
    let columns = plan.columnParts
    // Parts are disjoint, so no two threads touch the same sample.
    nonisolated(unsafe) let (samples, below, output) = (samples, below, output)
    concurrently(columns * rows.count * parts.count) { index in
      let band = index / columns
      let within = parts[band / rows.count]
      let slices = (slices.lowerBound + within.lowerBound)..<(slices.lowerBound + within.upperBound)
      plan.restore(
        samples, below: below, rows: rows[band % rows.count], slices: slices,
        part: index % columns, into: output)
    }
  }
}

extension [Float]? {
  /// Lends the elements, or nothing where there are none.
  func withPointer(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let elements = self else { return body(nil) }
    elements.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
