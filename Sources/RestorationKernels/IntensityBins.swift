internal import CLanes

/// The bins of a histogram of intensities, and how values fall into them.
package struct IntensityBins: Sendable {
  private let least: Double
  private let perUnit: Double
  private let count: Int

  /// Histograms that take turns, so that one add need not wait for the last.
  private static let banks = 4

  /// Lays bins out.
  ///
  /// - Parameters:
  ///   - range: The values of the first and the last bin.
  ///   - count: How many bins, at least 2.
  package init(_ range: ClosedRange<Float>, count: Int) {
    self.count = count
    least = Double(range.lowerBound)
    perUnit = Double(count - 1) / max(Double(range.upperBound) - Double(range.lowerBound), 1e-300)
  }

  /// Counts the finite values of a run; those beyond the range fall into the bin at that end.
  ///
  /// Some 1 ns a value, most of it the adding one by one.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - excluded: 1 for each value that does not count, as many as values; nil when all do.
  ///   - range: Which of them to look at.
  /// - Returns: How many fell into each bin.
  package func counts(
    of values: [Float], excluding excluded: [UInt8]?, in range: Range<Int>
  ) -> [Int] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= values.count
        && excluded?.count ?? values.count == values.count, "a run of other values")
    // What does not count falls behind the last bin.
    var banks = [UInt32](repeating: 0, count: Self.banks * (count + 1))
    banks.withUnsafeMutableBufferPointer { banks in
      values.withUnsafeBufferPointer { values in
        guard let banks = banks.baseAddress, let first = values.baseAddress else { return }
        if let excluded {
          excluded.withUnsafeBufferPointer {
            add(first, $0.baseAddress, in: range, to: banks)
          }
        } else {
          add(first, nil, in: range, to: banks)
        }
      }
    }
    return (0..<count).map { bin in
      (0..<Self.banks).reduce(0) { $0 + Int(banks[$1 * (count + 1) + bin]) }
    }
  }

  private func add(
    _ values: UnsafePointer<Float>, _ excluded: UnsafePointer<UInt8>?, in range: Range<Int>,
    to banks: UnsafeMutablePointer<UInt32>
  ) {
    let end = range.lowerBound + range.count & ~7
    for i in stride(from: range.lowerBound, to: end, by: 8) {
      var bins = bins(of: values.lanes(at: i))
      if let excluded {
        let bits = UnsafeRawPointer(excluded + i).loadUnaligned(as: SIMD8<UInt8>.self)
        bins = clanes_chosen_int(bits, SIMD8(repeating: Int32(count)), bins)
      }
      for lane in 0..<8 {
        banks[Int(bins[lane]) + (lane & (Self.banks - 1)) * (count + 1)] &+= 1
      }
    }
    for i in end..<range.upperBound where excluded?[i] ?? 0 == 0 {
      banks[Int(bins(of: FloatLanes(repeating: values[i]))[0])] &+= 1
    }
  }

  @inline(__always)
  private func bins(of values: FloatLanes) -> SIMD8<Int32> {
    // False for NaN as well.
    let isFinite = values.magnitudes .<= FloatLanes(repeating: .greatestFiniteMagnitude)
    let finite = clanes_double(FloatLanes.zero.replacing(with: values, where: isFinite))
    let places = (finite - SIMD8(repeating: least)) * SIMD8(repeating: perUnit)
    let held = clanes_held_double(places, 0, Double(count - 1))
    return clanes_truncate_double(held).replacing(with: Int32(count), where: .!isFinite)
  }
}
