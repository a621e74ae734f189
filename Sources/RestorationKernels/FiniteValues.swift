internal import CLanes

/// The range of the finite values of a run, and whether all are finite.
package struct FiniteValues: Sendable, Equatable {
  /// The least finite value that counts; infinite when there are none.
  package private(set) var least = Float.infinity
  /// The greatest; minus infinity when there are none.
  package private(set) var greatest = -Float.infinity
  /// Whether all values that count are finite.
  package private(set) var areAll = true

  /// Looks at some values.
  ///
  /// Memory-bound: some 0.1 ns a value.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - excluded: 1 for each value that does not count, as many as values; nil when all do.
  ///   - range: Which of them to look at.
  package init(of values: [Float], excluding excluded: [UInt8]?, in range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= values.count
        && excluded?.count ?? values.count == values.count, "a run of other values")
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress.map({ $0 + range.lowerBound }) else { return }
      if let excluded {
        excluded.withUnsafeBufferPointer { excluded in
          guard let bits = excluded.baseAddress.map({ $0 + range.lowerBound }) else { return }
          count(first, range.count, except: bits)
        }
      } else {
        count(first, range.count)
      }
    }
  }

  /// Adds what was found in another run.
  package mutating func add(_ other: FiniteValues) {
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
    areAll = areAll && other.areAll
  }

  private mutating func count(_ value: Float) {
    guard value.isFinite else {
      areAll = false
      return
    }
    least = min(least, value)
    greatest = max(greatest, value)
  }

  /// Takes all values for finite first, which nearly all are: then nothing is masked, and no step
  /// waits for the one before.
  private mutating func count(_ values: UnsafePointer<Float>, _ count: Int) {
    let block = 32
    let blocks = count / block * block
    if blocks > 0 {
      var four = (Finite(values), Finite(values + 8), Finite(values + 16), Finite(values + 24))
      var i = block
      while i < blocks {
        four.0.count(values.lanes(at: i))
        four.1.count(values.lanes(at: i + 8))
        four.2.count(values.lanes(at: i + 16))
        four.3.count(values.lanes(at: i + 24))
        i += block
      }
      four.0.add(four.1)
      four.2.add(four.3)
      four.0.add(four.2)
      guard four.0.areAll else { return countMixed(values, count) }
      least = min(least, four.0.least.min())
      greatest = max(greatest, four.0.greatest.max())
    }
    countMixed(values + blocks, count - blocks)
  }

  /// The same of values among which some may be infinite or no number.
  private mutating func countMixed(_ values: UnsafePointer<Float>, _ count: Int) {
    var lanes = Lanes()
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      lanes.count(values.lanes(at: i), SIMDMask(repeating: true))
    }
    take(lanes)
    for i in whole..<count { self.count(values[i]) }
  }

  private mutating func count(
    _ values: UnsafePointer<Float>, _ count: Int, except excluded: UnsafePointer<UInt8>
  ) {
    var lanes = Lanes()
    let whole = count & ~7
    for i in stride(from: 0, to: whole, by: 8) {
      let bytes = UnsafeRawPointer(excluded + i).loadUnaligned(as: SIMD8<UInt8>.self)
      lanes.count(values.lanes(at: i), clanes_widen(bytes) .< 1)
    }
    take(lanes)
    for i in whole..<count where excluded[i] == 0 { self.count(values[i]) }
  }

  private mutating func take(_ lanes: Lanes) {
    least = min(least, lanes.least.min())
    greatest = max(greatest, lanes.greatest.max())
    areAll = areAll && lanes.others == SIMDMask(repeating: false)
  }

  /// Eight ranges of values, right where all are finite.
  private struct Finite {
    var least: FloatLanes
    var greatest: FloatLanes
    /// 0, and NaN from the first value on that is infinite or NaN, which times 0 is NaN.
    var zeros: FloatLanes

    @inline(__always)
    init(_ values: UnsafePointer<Float>) {
      (least, greatest) = (values.lanes(at: 0), values.lanes(at: 0))
      zeros = least * FloatLanes.zero
    }

    var areAll: Bool { zeros == FloatLanes.zero }

    @inline(__always)
    mutating func count(_ values: FloatLanes) {
      least = values.smaller(least)
      greatest = values.larger(greatest)
      zeros = zeros.addingProduct(values, FloatLanes.zero)
    }

    @inline(__always)
    mutating func add(_ other: Self) {
      least = least.smaller(other.least)
      greatest = greatest.larger(other.greatest)
      zeros += other.zeros
    }
  }

  /// The same of eight values at once, whatever they are.
  private struct Lanes {
    var least = FloatLanes(repeating: .infinity)
    var greatest = FloatLanes(repeating: -.infinity)
    /// Where a value was not finite.
    var others = SIMDMask<SIMD8<Int32>>(repeating: false)

    @inline(__always)
    mutating func count(_ values: FloatLanes, _ counts: SIMDMask<SIMD8<Int32>>) {
      // False for NaN as well.
      let isFinite = values.magnitudes .<= FloatLanes(repeating: .greatestFiniteMagnitude)
      others .|= counts .& .!isFinite
      let isCounted = counts .& isFinite
      least = least.replacing(with: least.smaller(values), where: isCounted)
      greatest = greatest.replacing(with: greatest.larger(values), where: isCounted)
    }
  }
}
