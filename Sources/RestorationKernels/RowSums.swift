/// A weighted sum of displaced rows: `output[i] = Σ_t weights[t] · source[offsets[t] + i]`.
///
/// One tap of a separable filter, along any axis, is such a term: along y and z the offsets are
/// multiples of the stride, along x they are displacements inside one row. The sum of one element
/// stays in a register over all taps and adds them in order, each with one rounding.
///
/// - Parameters:
///   - source: Must be readable at every `offsets[t] + i`.
///   - offsets: Displacements of the terms, `terms` of them.
///   - weights: Weights of the terms, `terms` of them.
///   - terms: How many terms the sum has.
///   - output: `count` elements, none of them read through `source`.
///   - count: Length of the row.
/// - Complexity: O(count × terms).
public func weightedRowSum(
  _ source: UnsafePointer<Float>, offsets: UnsafePointer<Int>, weights: UnsafePointer<Float>,
  terms: Int, into output: UnsafeMutablePointer<Float>, count: Int
) {
  guard count >= Lanes.scalarCount else {
    for i in 0..<count { output[i] = rowSum(source, offsets, weights, terms, at: i) }
    return
  }
  if terms == 4 || terms == 8 {
    return sumFewRows(source, offsets, weights, terms, into: output, count: count)
  }
  var i = 0
  while i + 4 * Lanes.scalarCount <= count {
    var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for t in 0..<terms {
      let row = source + offsets[t] + i
      let weight = Lanes(repeating: weights[t])
      a = fused(a, weight, loadLanes(row))
      b = fused(b, weight, loadLanes(row + 8))
      c = fused(c, weight, loadLanes(row + 16))
      d = fused(d, weight, loadLanes(row + 24))
    }
    storeFour(a, b, c, d, output + i)
    i += 32
  }
  while i < count {
    // The last block overlaps the one before: the same sums are stored twice.
    i = min(i, count - Lanes.scalarCount)
    var a = Lanes.zero
    for t in 0..<terms {
      a = fused(a, Lanes(repeating: weights[t]), loadLanes(source + offsets[t] + i))
    }
    storeLanes(a, output + i)
    i += Lanes.scalarCount
  }
}

/// Sums over four or eight rows, whose places and weights stay in registers: a load an addition.
private func sumFewRows(
  _ source: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ weights: UnsafePointer<Float>,
  _ terms: Int, into output: UnsafeMutablePointer<Float>, count: Int
) {
  let first = FourRows(source, offsets, weights)
  let second = terms == 8 ? FourRows(source, offsets + 4, weights + 4) : nil
  @inline(__always) func sweep(_ second: FourRows?) {
    var i = 0
    while i < count {
      // The last block overlaps the one before: the same sums are stored twice.
      i = min(i, count - Lanes.scalarCount)
      var sum = first.sum(on: Lanes.zero, at: i)
      if let second { sum = second.sum(on: sum, at: i) }
      storeLanes(sum, output + i)
      i += Lanes.scalarCount
    }
  }
  if let second { sweep(second) } else { sweep(nil) }
}

/// Four rows and their weights.
private struct FourRows {
  let rows: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)
  let weights: (Lanes, Lanes, Lanes, Lanes)

  @inline(__always)
  init(
    _ source: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ weights: UnsafePointer<Float>
  ) {
    rows = (source + offsets[0], source + offsets[1], source + offsets[2], source + offsets[3])
    self.weights = (
      Lanes(repeating: weights[0]), Lanes(repeating: weights[1]), Lanes(repeating: weights[2]),
      Lanes(repeating: weights[3])
    )
  }

  /// Adds eight elements of the rows to a sum, in ascending order.
  @inline(__always) func sum(on sum: Lanes, at i: Int) -> Lanes {
    let two = fused(fused(sum, weights.0, loadLanes(rows.0 + i)), weights.1, loadLanes(rows.1 + i))
    return fused(fused(two, weights.2, loadLanes(rows.2 + i)), weights.3, loadLanes(rows.3 + i))
  }
}

/// Two weighted sums over the same displaced rows, as the low and high pass of a filter bank.
///
/// As `weightedRowSum`, reading the source once for both.
///
/// - Parameters:
///   - source: Must be readable at every `offsets[t] + i`.
///   - offsets: Displacements of the terms, `terms` of them.
///   - low: Weights of the first sum.
///   - high: Weights of the second sum.
///   - terms: How many terms each sum has.
///   - lowOutput: First sums, `count` of them.
///   - highOutput: Second sums, `count` of them.
///   - count: Length of the row.
public func weightedRowSumPair(
  _ source: UnsafePointer<Float>, offsets: UnsafePointer<Int>, low: UnsafePointer<Float>,
  high: UnsafePointer<Float>, terms: Int, intoLow lowOutput: UnsafeMutablePointer<Float>,
  intoHigh highOutput: UnsafeMutablePointer<Float>, count: Int
) {
  guard count >= Lanes.scalarCount else {
    for i in 0..<count {
      lowOutput[i] = rowSum(source, offsets, low, terms, at: i)
      highOutput[i] = rowSum(source, offsets, high, terms, at: i)
    }
    return
  }
  if terms == 4 {
    let (lows, highs) = (FourRows(source, offsets, low), FourRows(source, offsets, high))
    var i = 0
    while i < count {
      i = min(i, count - Lanes.scalarCount)
      storeLanes(lows.sum(on: Lanes.zero, at: i), lowOutput + i)
      storeLanes(highs.sum(on: Lanes.zero, at: i), highOutput + i)
      i += Lanes.scalarCount
    }
    return
  }
  var i = 0
  while i + 4 * Lanes.scalarCount <= count {
    var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (e, f, g, h) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for t in 0..<terms {
      let row = source + offsets[t] + i
      let (v, w) = (Lanes(repeating: low[t]), Lanes(repeating: high[t]))
      let (p, q, r, s) = (
        loadLanes(row), loadLanes(row + 8), loadLanes(row + 16), loadLanes(row + 24)
      )
      (a, b, c, d) = (fused(a, v, p), fused(b, v, q), fused(c, v, r), fused(d, v, s))
      (e, f, g, h) = (fused(e, w, p), fused(f, w, q), fused(g, w, r), fused(h, w, s))
    }
    storeFour(a, b, c, d, lowOutput + i)
    storeFour(e, f, g, h, highOutput + i)
    i += 32
  }
  while i < count {
    i = min(i, count - Lanes.scalarCount)
    var (a, e) = (Lanes.zero, Lanes.zero)
    for t in 0..<terms {
      let p = loadLanes(source + offsets[t] + i)
      a = fused(a, Lanes(repeating: low[t]), p)
      e = fused(e, Lanes(repeating: high[t]), p)
    }
    storeLanes(a, lowOutput + i)
    storeLanes(e, highOutput + i)
    i += Lanes.scalarCount
  }
}

/// The definition: one element of a weighted row sum.
@inline(__always)
private func rowSum(
  _ source: UnsafePointer<Float>, _ offsets: UnsafePointer<Int>, _ weights: UnsafePointer<Float>,
  _ terms: Int, at i: Int
) -> Float {
  var sum: Float = 0
  for t in 0..<terms { sum.addProduct(weights[t], source[offsets[t] + i]) }
  return sum
}

private typealias Lanes = SIMD8<Float>

/// `sum + a * b` with a single rounding: one instruction from x86-64-v3 and on every arm64.
@inline(__always)
private func fused(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes { sum.addingProduct(a, b) }

@inline(__always)
private func loadLanes(_ p: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func storeLanes(_ lanes: Lanes, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: lanes, as: Lanes.self)
}

@inline(__always)
private func storeFour(
  _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ p: UnsafeMutablePointer<Float>
) {
  storeLanes(a, p)
  storeLanes(b, p + 8)
  storeLanes(c, p + 16)
  storeLanes(d, p + 24)
}
