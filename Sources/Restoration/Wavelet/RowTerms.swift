import RestorationKernels

/// The terms of a sum over displaced low and high pass rows, ready for the kernel.
struct RowTerms: Sendable {
  private let offsets: [Int]
  private let weights: [Float]

  /// Creates the sum over both channels of a filter bank's reconstruction.
  ///
  /// - Parameters:
  ///   - terms: Taps and the row each of them falls on.
  ///   - bank: The filters.
  ///   - stride: Elements from row to row.
  ///   - lowAt: Where row 0 of the low channel begins.
  ///   - highAt: Where row 0 of the high channel begins; nil leaves the high channel out.
  ///   - gain: Factor of every weight.
  init(
    _ terms: [(Int, Int)], bank: WaveletFilterBank, stride: Int = 1, lowAt: Int, highAt: Int?,
    gain: Float = 1
  ) {
    var offsets = terms.map { lowAt + $0.1 * stride }
    var weights = terms.map { gain * bank.lowReconstruction[$0.0] }
    if let highAt {
      offsets += terms.map { highAt + $0.1 * stride }
      weights += terms.map { gain * bank.highReconstruction[$0.0] }
    }
    self.offsets = offsets
    self.weights = weights
  }

  /// Adds up one row.
  func sum(
    over source: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    weightedRowSum(
      source, offsets: offsets, weights: weights, terms: offsets.count, into: output, count: count)
  }
}
