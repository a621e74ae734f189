import RestorationKernels

/// The filter bank along an axis whose neighbours lie `inner` elements apart (y, z).
///
/// Whole rows are added up, in panels narrow enough that the rows under a filter stay in cache.
extension WaveletAxis {
  /// Elements of a row that are worked on together.
  private static let panel = 2048

  /// Filters into low and high coefficients.
  ///
  /// - Parameters:
  ///   - input: Blocks of `count` rows.
  ///   - outer: How many blocks.
  ///   - inner: Elements of a row.
  ///   - bank: The filters.
  ///   - output: Blocks of `coefficients` low rows, then as many of high ones.
  func splitPlanes(
    _ input: UnsafePointer<Float>, outer: Int, inner: Int, bank: WaveletFilterBank,
    into output: UnsafeMutablePointer<Float>
  ) {
    let offsets = samplesUnderTaps().map { $0 * inner }
    let highDistance = outer * coefficients * inner
    nonisolated(unsafe) let (input, output) = (input, output)
    inPanels(outer: outer, inner: inner) { block, columns in
      let source = input + block * count * inner + columns.lowerBound
      let target = output + block * coefficients * inner + columns.lowerBound
      offsets.withUnsafeBufferPointer { offsets in
        guard let first = offsets.baseAddress else { return }
        for o in 0..<coefficients {
          weightedRowSumPair(
            source, offsets: first + o * bank.length, low: bank.lowDecomposition,
            high: bank.highDecomposition, terms: bank.length, intoLow: target + o * inner,
            intoHigh: target + o * inner + highDistance, count: columns.count)
        }
      }
    }
  }

  /// Makes samples from low and high coefficients.
  ///
  /// - Parameters:
  ///   - input: Blocks of `coefficients` low rows, then as many of high ones.
  ///   - outer: How many blocks each channel has.
  ///   - inner: Elements of a row.
  ///   - bank: The filters.
  ///   - output: Blocks of `count` rows.
  func mergePlanes(
    _ input: UnsafePointer<Float>, outer: Int, inner: Int, bank: WaveletFilterBank,
    into output: UnsafeMutablePointer<Float>
  ) {
    let highDistance = outer * coefficients * inner
    let sums = (0..<count).map { n in
      let terms = synthesisTerms(odd: n % 2).map { ($0.tap, wrapped(n / 2 + $0.displacement)) }
      return RowTerms(terms, bank: bank, stride: inner, lowAt: 0, highAt: highDistance)
    }
    nonisolated(unsafe) let (input, output) = (input, output)
    inPanels(outer: outer, inner: inner) { block, columns in
      let source = input + block * coefficients * inner + columns.lowerBound
      let target = output + block * count * inner + columns.lowerBound
      for n in 0..<count {
        sums[n].sum(over: source, into: target + n * inner, count: columns.count)
      }
    }
  }

  private func inPanels(
    outer: Int, inner: Int, _ body: @Sendable (_ block: Int, _ columns: Range<Int>) -> Void
  ) {
    let panels = slabs(of: inner, parts: (inner + Self.panel - 1) / Self.panel)
    inParts(of: outer * panels.count, cost: count * (panels.first?.count ?? 0)) { part in
      for i in part { body(i / panels.count, panels[i % panels.count]) }
    }
  }
}
