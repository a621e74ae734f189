/// A row smoothed along itself.
package enum BellRow {
  /// `output[i] = weights[0] · s[i] + Σ weights[k] · (s[i - k] + s[i + k])`, held within a range.
  ///
  /// As `SymmetricCorrelation` along a row, without its lists of places.
  ///
  /// - Parameters:
  ///   - row: The first voxel; `radius` more are before it and behind the last one.
  ///   - weights: From the centre outwards, `radius + 1` of them.
  ///   - radius: How many voxels to each side count.
  ///   - range: What the sums are held to; nil to leave them.
  ///   - output: Receives the sums.
  ///   - count: Voxels of the row.
  package static func apply(
    _ row: UnsafePointer<Float>, weights: UnsafePointer<Float>, radius: Int,
    within range: ClosedRange<Float>?, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    let (low, high) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    @inline(__always) func put(_ sum: FloatLanes, _ i: Int) {
      output.store(
        sum.larger(FloatLanes(repeating: low)).smaller(FloatLanes(repeating: high)), at: i)
    }
    var i = 0
    while i + 32 <= count {
      let first = row + i
      let weight = FloatLanes(repeating: weights[0])
      var (a, b) = (first.lanes(at: 0) * weight, first.lanes(at: 8) * weight)
      var (c, d) = (first.lanes(at: 16) * weight, first.lanes(at: 24) * weight)
      var k = 1
      while k <= radius {
        let (before, after) = (first - k, first + k)
        let weight = FloatLanes(repeating: weights[k])
        a = a.addingProduct(before.lanes(at: 0) + after.lanes(at: 0), weight)
        b = b.addingProduct(before.lanes(at: 8) + after.lanes(at: 8), weight)
        c = c.addingProduct(before.lanes(at: 16) + after.lanes(at: 16), weight)
        d = d.addingProduct(before.lanes(at: 24) + after.lanes(at: 24), weight)
        k += 1
      }
      put(a, i)
      put(b, i + 8)
      put(c, i + 16)
      put(d, i + 24)
      i += 32
    }
    while i + 8 <= count {
      var sum = row.lanes(at: i) * FloatLanes(repeating: weights[0])
      for k in 0..<(radius + 1) where k > 0 {
        sum = sum.addingProduct(
          row.lanes(at: i - k) + row.lanes(at: i + k), FloatLanes(repeating: weights[k]))
      }
      put(sum, i)
      i += 8
    }
    while i < count {
      var sum = row[i] * weights[0]
      for k in 0..<(radius + 1) where k > 0 {
        sum = sum.addingProduct(row[i - k] + row[i + k], weights[k])
      }
      output[i] = min(max(sum, low), high)
      i += 1
    }
  }
}
