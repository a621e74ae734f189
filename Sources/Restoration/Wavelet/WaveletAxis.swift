/// Where the taps of a decimated filter bank fall along one axis.
///
/// With filter length F, low pass coefficient o is the full convolution at sample 2o + 1
/// (`symmetric`) or 2o + F/2 (`periodization`), as in PyWavelets.
struct WaveletAxis {
  /// Samples along the axis.
  let count: Int
  /// Coefficients of each channel.
  let coefficients: Int
  private let length: Int
  private let mode: WaveletExtension
  /// Sample at which the first coefficient stands.
  private let start: Int
  /// Sample n is made from coefficients o with tap n + `lead` − 2o.
  private let lead: Int

  init(count: Int, filterLength: Int, mode: WaveletExtension) {
    self.count = count
    self.mode = mode
    length = filterLength
    switch mode {
    case .symmetric:
      coefficients = (count + filterLength - 1) / 2
      start = 1
      lead = filterLength - 2
    case .periodization:
      coefficients = (count + 1) / 2
      start = filterLength / 2
      lead = filterLength / 2 - 1
    }
  }

  /// The sample in the middle of the support of a coefficient.
  func center(of coefficient: Int) -> Int {
    mode.source(of: 2 * coefficient + start - (length - 1) / 2, count: count)
  }

  /// For each coefficient the samples under the taps, ascending taps.
  func samplesUnderTaps() -> [Int] {
    (0..<coefficients).flatMap { o in
      (0..<length).map { mode.source(of: 2 * o + start - $0, count: count) }
    }
  }

  /// The positions of samples in a row that is extended so that all taps fall inside, and parted
  /// into even and odd halves; each half has `phaseCount` elements.
  func extendedSamples() -> [Int] {
    (0..<(2 * phaseCount)).map { mode.source(of: $0 - (length - 1), count: count) }
  }

  /// Length of the even and of the odd half of an extended row.
  var phaseCount: Int { coefficients + length }

  /// Displacements of the taps in an extended row whose odd half follows its even half.
  func phaseOffsets() -> [Int] {
    (0..<length).map { tap in
      let position = start - tap + length - 1
      return (position & 1) * phaseCount + position >> 1
    }
  }

  /// Terms of the sum that makes a sample: F/2 taps with the coefficients under them.
  ///
  /// - Returns: For even and odd samples n = 2k + r the taps, and the coefficient minus k.
  func synthesisTerms(odd: Int) -> [(tap: Int, displacement: Int)] {
    let u = odd + lead
    return stride(from: u & 1, to: length, by: 2).map { ($0, (u - $0) / 2) }
  }

  /// The coefficient that stands at an index before, inside or after a channel.
  ///
  /// Mirrored signals never ask for one outside; the nearest is as good as any.
  func wrapped(_ coefficient: Int) -> Int {
    mode == .periodization
      ? modulo(coefficient, coefficients) : min(max(coefficient, 0), coefficients - 1)
  }
}
