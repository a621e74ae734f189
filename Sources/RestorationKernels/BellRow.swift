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
    @inline(__always) func put(_ sum: WideLanes, _ i: Int) {
      output.store(
        sum.larger(WideLanes(repeating: low)).smaller(WideLanes(repeating: high)), at: i)
    }
    let width = WideLanes.scalarCount
    var i = 0
    while i + 4 * width <= count {
      let weight = WideLanes(repeating: weights[0])
      let (first, second) = (row + i, row + i + width)
      let (third, fourth) = (second + width, second + 2 * width)
      var (a, b) = (first.wideLanes(at: 0) * weight, second.wideLanes(at: 0) * weight)
      var (c, d) = (third.wideLanes(at: 0) * weight, fourth.wideLanes(at: 0) * weight)
      var k = 1
      while k <= radius {
        let weight = WideLanes(repeating: weights[k])
        a = a.addingProduct(first.wideLanes(at: -k) + first.wideLanes(at: k), weight)
        b = b.addingProduct(second.wideLanes(at: -k) + second.wideLanes(at: k), weight)
        c = c.addingProduct(third.wideLanes(at: -k) + third.wideLanes(at: k), weight)
        d = d.addingProduct(fourth.wideLanes(at: -k) + fourth.wideLanes(at: k), weight)
        k += 1
      }
      put(a, i)
      put(b, i + width)
      put(c, i + 2 * width)
      put(d, i + 3 * width)
      i += 4 * width
    }
    while i + width <= count {
      var sum = row.wideLanes(at: i) * WideLanes(repeating: weights[0])
      for k in 0..<(radius + 1) where k > 0 {
        sum = sum.addingProduct(
          row.wideLanes(at: i - k) + row.wideLanes(at: i + k), WideLanes(repeating: weights[k]))
      }
      put(sum, i)
      i += width
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
