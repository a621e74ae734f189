import VolumeModel

/// A separable multi-level wavelet transform of a line, plane or volume, as PyWavelets' `wavedecn`.
///
/// Single precision throughout; the taps of a filter are added in ascending order.
///
/// - SeeAlso: Mallat, IEEE Transactions on Pattern Analysis and Machine Intelligence
///   11(7):674–693, 1989.
package struct WaveletDecomposition: Sendable {
  /// The levels, finest first; band 0 of the last one is the approximation.
  package var levels: [WaveletLevel]
  private let bank: WaveletFilterBank
  private let mode: WaveletExtension
  private let axes: [Int]

  /// Decomposes samples.
  ///
  /// - Parameters:
  ///   - samples: Finite values, x fastest.
  ///   - dimensions: Sample counts along x, y and z.
  ///   - bank: The wavelet.
  ///   - levels: How many levels, at least 1.
  ///   - mode: How the samples go on beyond their ends.
  ///   - axes: Which axes are transformed, of 0 (x), 1 and 2 in ascending order.
  package init(
    of samples: consuming [Float], dimensions: SIMD3<Int>, bank: WaveletFilterBank, levels: Int,
    mode: WaveletExtension, axes: [Int]
  ) {
    self.bank = bank
    self.mode = mode
    self.axes = axes
    self.levels = []
    var dimensions = dimensions
    // Given up as soon as they are split along one axis.
    self.levels.append(split(consume samples, dimensions))
    for level in 1..<max(levels, 1) {
      dimensions = self.levels[level - 1].dimensions
      self.levels.append(split(self.levels[level - 1].coefficients, dimensions))
    }
  }

  /// The samples that have these coefficients.
  package func reconstructed() -> [Float] {
    var copy = self
    return copy.takeReconstructed()
  }

  /// The same, giving up each level as soon as it is merged: afterwards there are none.
  mutating func takeReconstructed() -> [Float] {
    var approximation: [Float]?
    while var level = levels.popLast() {
      if let approximation {
        level.coefficients.replaceSubrange(0..<approximation.count, with: approximation)
      }
      approximation = nil
      approximation = merge(&level)
    }
    return approximation ?? []
  }

  /// The greatest number of levels at which a coefficient is not wholly made of extension.
  ///
  /// - Returns: floor(log2(count / (filterLength − 1))) for the shortest axis, at least 0.
  package static func maximumLevels(
    dimensions: SIMD3<Int>, axes: [Int], filterLength: Int
  ) -> Int {
    var ratio = (axes.map { dimensions[$0] }.min() ?? 0) / (filterLength - 1)
    var levels = 0
    while ratio > 1 {
      ratio /= 2
      levels += 1
    }
    return levels
  }

  /// For each level and axis the sample of the source in the middle of each coefficient.
  func centers(level: Int, axis: Int) -> [Int] {
    guard axes.contains(axis) else { return Array(0..<levels[level].dimensions[axis]) }
    let plan = plan(levels[level].sourceDimensions[axis])
    let local = (0..<plan.coefficients).map { plan.center(of: $0) }
    guard level > 0 else { return local }
    let below = centers(level: level - 1, axis: axis)
    return local.map { below[$0] }
  }

  private func plan(_ count: Int) -> WaveletAxis {
    WaveletAxis(count: count, filterLength: bank.length, mode: mode)
  }

  /// Splits the first `dimensions` elements of a buffer along z, then y, then x.
  private func split(_ source: consuming [Float], _ dimensions: SIMD3<Int>) -> WaveletLevel {
    var current = consume source
    var (shape, channels) = (dimensions, 1)
    for axis in axes.reversed() {
      let plan = plan(shape[axis])
      let (outer, inner) = surroundings(of: axis, in: shape, channels: channels)
      current = filledArray(2 * outer * plan.coefficients * inner) { output in
        if axis == 0 {
          plan.splitRows(current, rows: outer, bank: bank, into: output)
        } else {
          plan.splitPlanes(current, outer: outer, inner: inner, bank: bank, into: output)
        }
      }
      shape[axis] = plan.coefficients
      channels *= 2
    }
    return WaveletLevel(
      sourceDimensions: dimensions, dimensions: shape, bands: channels, coefficients: current)
  }

  /// Merges a level, whose coefficients are gone afterwards.
  private func merge(_ level: inout WaveletLevel) -> [Float] {
    var (current, shape, channels) = (level.coefficients, level.dimensions, level.bands)
    level.coefficients = []
    for axis in axes {
      channels /= 2
      let plan = plan(level.sourceDimensions[axis])
      let (outer, inner) = surroundings(of: axis, in: shape, channels: channels)
      current = filledArray(outer * plan.count * inner) { output in
        if axis == 0 {
          plan.mergeRows(current, rows: outer, bank: bank, into: output)
        } else {
          plan.mergePlanes(current, outer: outer, inner: inner, bank: bank, into: output)
        }
      }
      shape[axis] = plan.count
    }
    return current
  }

  /// How often an axis occurs in memory, and how far its neighbours are apart.
  private func surroundings(
    of axis: Int, in shape: SIMD3<Int>, channels: Int
  ) -> (outer: Int, inner: Int) {
    switch axis {
    case 0: (channels * shape.z * shape.y, 1)
    case 1: (channels * shape.z, shape.x)
    default: (channels, shape.x * shape.y)
    }
  }
}
