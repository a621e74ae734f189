import RestorationKernels

/// Where the taps of an undecimated filter bank fall along one axis.
///
/// Coefficient o is the convolution at sample o; an axis that is not transformed has one channel,
/// which is the samples themselves.
struct UndecimatedAxis: Sendable {
  /// How far apart neighbours along the axis lie in memory.
  struct Strides {
    /// In samples, and in the coefficients that samples are merged from.
    let samples: Int
    /// From the low to the high channel.
    let channels: Int
    /// In an approximation.
    let approximation: Int
  }

  /// Samples along the axis.
  private let count: Int
  /// Coefficients of each channel.
  let coefficients: Int
  /// 2, or 1 where the axis is not transformed.
  let channels: Int
  private let bank: WaveletFilterBank
  private let strides: Strides
  /// Sample at each position of a row that begins as far before the samples as the filter reaches.
  private let sources: [Int]
  /// For each coefficient where the rows under its taps begin, ascending taps.
  private let splitOffsets: [Int]
  /// Displacements of the taps in such a row.
  private let rowOffsets: [Int]
  private let mergeTerms: RowTerms
  private let lowTerms: RowTerms

  init(
    count: Int, dilation: Int, bank: WaveletFilterBank, mode: WaveletExtension, isActive: Bool,
    strides: Strides
  ) {
    self.count = count
    self.bank = bank
    self.strides = strides
    let reach = isActive ? (bank.length - 1) * dilation : 0
    coefficients = count + reach
    channels = isActive ? 2 : 1
    let sources = (0..<(count + 2 * reach)).map { mode.source(of: $0 - reach, count: count) }
    self.sources = sources
    let taps = (0..<bank.length).map { ($0, reach - $0 * dilation) }
    splitOffsets =
      isActive
      ? (0..<coefficients).flatMap { o in taps.map { sources[o + $0.1] * strides.samples } } : []
    // Odd and even shifts each give the samples: the mean of the two is taken.
    mergeTerms = RowTerms(
      taps, bank: bank, stride: strides.samples, lowAt: 0, highAt: strides.channels, gain: 0.5)
    lowTerms = RowTerms(
      taps, bank: bank, stride: strides.approximation, lowAt: 0, highAt: nil, gain: 0.5)
    rowOffsets = taps.map(\.1)
  }

  /// Elements of a row with what lies beyond its ends.
  var extendedCount: Int { sources.count }

  /// Makes one row of both channels from rows of samples.
  ///
  /// - Parameters:
  ///   - rows: All rows of samples.
  ///   - coefficient: Which row of the channels.
  ///   - output: The low row.
  ///   - highDistance: How far after the low row the high one goes.
  ///   - count: Length of a row.
  func split(
    _ rows: UnsafePointer<Float>, at coefficient: Int, into output: UnsafeMutablePointer<Float>,
    highDistance: Int, count: Int
  ) {
    guard channels == 2 else {
      output.update(from: rows + coefficient * strides.samples, count: count)
      return
    }
    splitOffsets.withUnsafeBufferPointer { offsets in
      guard let first = offsets.baseAddress else { return }
      weightedRowSumPair(
        rows, offsets: first + coefficient * bank.length, low: bank.lowDecomposition,
        high: bank.highDecomposition, terms: bank.length, intoLow: output,
        intoHigh: output + highDistance, count: count)
    }
  }

  /// Makes both channels of one row along the axis itself.
  ///
  /// - Parameters:
  ///   - row: The samples.
  ///   - extended: Room for `extendedCount` elements.
  ///   - low: The low channel; the high one follows it.
  func splitRow(
    _ row: UnsafePointer<Float>, room extended: UnsafeMutablePointer<Float>,
    into low: UnsafeMutablePointer<Float>
  ) {
    guard channels == 2 else {
      low.update(from: row, count: coefficients)
      return
    }
    extend(row, into: extended)
    weightedRowSumPair(
      extended, offsets: rowOffsets, low: bank.lowDecomposition, high: bank.highDecomposition,
      terms: bank.length, intoLow: low, intoHigh: low + coefficients, count: coefficients)
  }

  /// Makes one row of the low channel alone.
  func splitLow(
    _ rows: UnsafePointer<Float>, at coefficient: Int, into low: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    guard channels == 2 else {
      low.update(from: rows + coefficient * strides.samples, count: count)
      return
    }
    splitOffsets.withUnsafeBufferPointer { offsets in
      guard let first = offsets.baseAddress else { return }
      weightedRowSum(
        rows, offsets: first + coefficient * bank.length, weights: bank.lowDecomposition,
        terms: bank.length, into: low, count: count)
    }
  }

  /// Copies a row and what lies beyond its ends.
  private func extend(
    _ row: UnsafePointer<Float>, into extended: UnsafeMutablePointer<Float>
  ) {
    let reach = coefficients - count
    for i in 0..<reach {
      extended[i] = row[sources[i]]
      extended[reach + count + i] = row[sources[reach + count + i]]
    }
    (extended + reach).update(from: row, count: count)
  }

  /// Makes the low channel of one row along the axis itself.
  func splitRowLow(
    _ row: UnsafePointer<Float>, room extended: UnsafeMutablePointer<Float>,
    into low: UnsafeMutablePointer<Float>
  ) {
    guard channels == 2 else {
      low.update(from: row, count: coefficients)
      return
    }
    extend(row, into: extended)
    weightedRowSum(
      extended, offsets: rowOffsets, weights: bank.lowDecomposition, terms: bank.length, into: low,
      count: coefficients)
  }

  /// Makes one row of samples from the rows of both channels.
  func merge(
    _ rows: UnsafePointer<Float>, at sample: Int, into output: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let first = rows + sample * strides.samples
    if channels == 2 {
      mergeTerms.sum(over: first, into: output, count: count)
    } else {
      output.update(from: first, count: count)
    }
  }

  /// Makes one row of samples from the rows of an approximation.
  func mergeLow(
    _ rows: UnsafePointer<Float>, at sample: Int, into output: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let first = rows + sample * strides.approximation
    if channels == 2 {
      lowTerms.sum(over: first, into: output, count: count)
    } else {
      output.update(from: first, count: count)
    }
  }
}
