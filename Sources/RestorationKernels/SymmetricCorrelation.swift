internal import CLanes

/// Weighted sums of values that lie symmetrically around each voxel of a row.
package enum SymmetricCorrelation {
  /// Vectors that are summed up side by side: enough that no sum waits for its last addition, and
  /// that a weight and two positions are fetched once for all of them.
  private static let side = 4

  /// `output[i] = weights[0] · s[i] + Σ weights[k] · (s[i - k] + s[i + k])`, along any axis.
  ///
  /// Sums are fused. Each further weight costs two loads, a sum and a product-sum for eight voxels,
  /// so that loads are the limit: some 0.05 ns a weight and voxel in the first cache.
  ///
  /// - Parameters:
  ///   - source: Where all rows lie.
  ///   - centre: The position of the first voxel.
  ///   - pairs: For each further weight, the positions of the first voxels of its two rows.
  ///   - weights: From the centre outwards, one more than `pairs`.
  ///   - output: Receives the sums, as many as it holds.
  package static func apply(
    _ source: UnsafePointer<Float>, centre: Int, pairs: [(before: Int, after: Int)],
    weights: [Float], into output: UnsafeMutableBufferPointer<Float>
  ) {
    guard let target = output.baseAddress else { return }
    let count = output.count
    var i = 0
    while i + 8 * side <= count {
      let first = source + i
      let weight = FloatLanes(repeating: weights[0])
      var a = first.lanes(at: centre) * weight
      var b = first.lanes(at: centre + 8) * weight
      var c = first.lanes(at: centre + 16) * weight
      var d = first.lanes(at: centre + 24) * weight
      for k in 0..<pairs.count {
        let (before, after) = (first + pairs[k].before, first + pairs[k].after)
        let weight = FloatLanes(repeating: weights[k + 1])
        a = a.addingProduct(before.lanes(at: 0) + after.lanes(at: 0), weight)
        b = b.addingProduct(before.lanes(at: 8) + after.lanes(at: 8), weight)
        c = c.addingProduct(before.lanes(at: 16) + after.lanes(at: 16), weight)
        d = d.addingProduct(before.lanes(at: 24) + after.lanes(at: 24), weight)
      }
      target.store(a, at: i)
      target.store(b, at: i + 8)
      target.store(c, at: i + 16)
      target.store(d, at: i + 24)
      i += 8 * side
    }
    while i + 8 <= count {
      var sum = source.lanes(at: centre + i) * FloatLanes(repeating: weights[0])
      for k in 0..<pairs.count {
        let two = source.lanes(at: pairs[k].before + i) + source.lanes(at: pairs[k].after + i)
        sum = sum.addingProduct(two, FloatLanes(repeating: weights[k + 1]))
      }
      target.store(sum, at: i)
      i += 8
    }
    while i < count {
      var sum = source[centre + i] * weights[0]
      for k in 0..<pairs.count {
        let two = source[pairs[k].before + i] + source[pairs[k].after + i]
        sum = sum.addingProduct(two, weights[k + 1])
      }
      target[i] = sum
      i += 1
    }
  }

  /// The same of the voxels that count, and the weights that they have together.
  ///
  /// - Parameters:
  ///   - source: Where all rows lie; excluded voxels are not read into any sum.
  ///   - excluded: 1 for each voxel of the rows that does not count.
  ///   - centre: The position of the first voxel.
  ///   - pairs: For each further weight, the positions of the first voxels of its two rows.
  ///   - weights: From the centre outwards, one more than `pairs`.
  ///   - sums: Receives the weighted sums of voxels that count.
  ///   - totals: Receives the sums of their weights.
  ///   - count: Voxels of a row.
  package static func apply(
    _ source: UnsafePointer<Float>, excluding excluded: UnsafePointer<UInt8>, centre: Int,
    pairs: [(before: Int, after: Int)], weights: [Float],
    intoSums sums: UnsafeMutablePointer<Float>, totals: UnsafeMutablePointer<Float>, count: Int
  ) {
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      @inline(__always) func counting(_ position: Int) -> (value: FloatLanes, one: FloatLanes) {
        let bytes = UnsafeRawPointer(excluded + position).loadUnaligned(as: SIMD8<UInt8>.self)
        let counts = clanes_widen(bytes) .< 1
        return (
          FloatLanes.zero.replacing(with: source.lanes(at: position), where: counts),
          FloatLanes.zero.replacing(with: 1, where: counts)
        )
      }
      let centre = counting(centre + i)
      let weight = FloatLanes(repeating: weights[0])
      var (sum, total) = (centre.value * weight, centre.one * weight)
      for k in 0..<pairs.count {
        let (before, after) = (counting(pairs[k].before + i), counting(pairs[k].after + i))
        let weight = FloatLanes(repeating: weights[k + 1])
        sum = sum.addingProduct(before.value + after.value, weight)
        total = total.addingProduct(before.one + after.one, weight)
      }
      sums.store(sum, at: i)
      totals.store(total, at: i)
    }
    for i in whole..<count {
      @inline(__always) func counting(_ position: Int) -> (value: Float, one: Float) {
        excluded[position] == 0 ? (source[position], 1) : (0, 0)
      }
      let centre = counting(centre + i)
      var (sum, total) = (centre.value * weights[0], centre.one * weights[0])
      for k in 0..<pairs.count {
        let (before, after) = (counting(pairs[k].before + i), counting(pairs[k].after + i))
        sum = sum.addingProduct(before.value + after.value, weights[k + 1])
        total = total.addingProduct(before.one + after.one, weights[k + 1])
      }
      sums[i] = sum
      totals[i] = total
    }
  }
}
