/// Weighted sums of the rows around four neighbouring places along an axis, side by side.
///
///     outputs[m][i] = Σ weights[t] · rows[m + t][i],   m from 0 to 3, t ascending, fused
///
/// Neighbouring places share all rows but three: each row is loaded once for all of them.
package enum FourfoldCorrelation {
  /// Fills four rows.
  ///
  /// A weight costs a product-sum for the voxels of a lane and a quarter of a load, so that arithmetic
  /// is the limit, even where rows lie in the second cache.
  ///
  /// - Parameters:
  ///   - rows: Where the rows begin, `taps + 3` of them.
  ///   - weights: `taps` of them, at least 3.
  ///   - taps: How many weights there are.
  ///   - output: Receives four rows.
  ///   - distance: From one of these to the next.
  ///   - count: Voxels of a row.
  package static func apply(
    _ rows: UnsafePointer<UnsafePointer<Float>>, weights: UnsafePointer<Float>,
    taps: Int, into output: UnsafeMutablePointer<Float>, distance: Int, count: Int
  ) {
    let width = WideLanes.scalarCount
    guard count >= width else {
      for m in 0..<4 {
        plain(
          rows + m, weights: weights, taps: taps, into: output + m * distance, count: count)
      }
      return
    }
    var i = 0
    while i + 2 * width <= count {
      pairs(rows, i, weights, taps, output + i, distance)
      i += 2 * width
    }
    while i < count {
      // The last lanes overlap those before: the same sums are stored twice.
      i = min(i, count - width)
      for m in 0..<4 { lane(rows + m, i, weights, taps, output + i + m * distance) }
      i += width
    }
  }

  /// The definition, for one place: the same sums bit by bit.
  ///
  /// - Parameters:
  ///   - rows: Where the rows begin, `taps` of them.
  ///   - weights: `taps` of them.
  ///   - taps: How many weights there are.
  ///   - output: Receives a row.
  ///   - count: Voxels of a row.
  package static func plain(
    _ rows: UnsafePointer<UnsafePointer<Float>>, weights: UnsafePointer<Float>,
    taps: Int, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    let width = WideLanes.scalarCount
    let whole = count / width * width
    for i in stride(from: 0, to: whole, by: width) {
      lane(rows, i, weights, taps, output + i)
    }
    for i in whole..<count {
      var sum: Float = 0
      for t in 0..<taps { sum.addProduct(weights[t], rows[t][i]) }
      output[i] = sum
    }
  }

  @inline(__always)
  private static func lane(
    _ rows: UnsafePointer<UnsafePointer<Float>>, _ start: Int, _ weights: UnsafePointer<Float>,
    _ taps: Int, _ output: UnsafeMutablePointer<Float>
  ) {
    var sum = WideLanes.zero
    for t in 0..<taps {
      sum = sum.addingProduct(rows[t].wideLanes(at: start), WideLanes(repeating: weights[t]))
    }
    output.store(sum, at: 0)
  }

  /// Two lanes of four rows: eight sums at once, so that none waits for its last addition.
  @inline(__always)
  private static func pairs(
    _ rows: UnsafePointer<UnsafePointer<Float>>, _ start: Int, _ weights: UnsafePointer<Float>,
    _ taps: Int, _ output: UnsafeMutablePointer<Float>, _ distance: Int
  ) {
    var (a, b, c, d) = (Pair(), Pair(), Pair(), Pair())
    @inline(__always) func row(_ t: Int) -> Pair {
      Pair(rows[t].wideLanes(at: start), rows[t].wideLanes(at: start + WideLanes.scalarCount))
    }
    // Before all four places have begun.
    a.add(row(0), weights[0])
    var next = row(1)
    a.add(next, weights[1])
    b.add(next, weights[0])
    next = row(2)
    a.add(next, weights[2])
    b.add(next, weights[1])
    c.add(next, weights[0])
    for t in 3..<taps {
      next = row(t)
      a.add(next, weights[t])
      b.add(next, weights[t - 1])
      c.add(next, weights[t - 2])
      d.add(next, weights[t - 3])
    }
    // After the first one has ended.
    next = row(taps)
    b.add(next, weights[taps - 1])
    c.add(next, weights[taps - 2])
    d.add(next, weights[taps - 3])
    next = row(taps + 1)
    c.add(next, weights[taps - 1])
    d.add(next, weights[taps - 2])
    d.add(row(taps + 2), weights[taps - 1])
    a.store(output)
    b.store(output + distance)
    c.store(output + 2 * distance)
    d.store(output + 3 * distance)
  }

  /// Voxels of a row for two lanes.
  private struct Pair {
    var first = WideLanes.zero
    var second = WideLanes.zero

    @inline(__always) init() {}

    @inline(__always) init(_ first: WideLanes, _ second: WideLanes) {
      (self.first, self.second) = (first, second)
    }

    @inline(__always) mutating func add(_ other: Pair, _ weight: Float) {
      first = first.addingProduct(other.first, WideLanes(repeating: weight))
      second = second.addingProduct(other.second, WideLanes(repeating: weight))
    }

    @inline(__always) func store(_ output: UnsafeMutablePointer<Float>) {
      output.store(first, at: 0)
      output.store(second, at: WideLanes.scalarCount)
    }
  }
}
