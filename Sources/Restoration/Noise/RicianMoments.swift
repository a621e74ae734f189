#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Mean and variance of Rician magnitudes, with the noise's sigma as the unit.
///
/// - SeeAlso: Koay and Basser, J. Magn. Reson. 179:317–322, 2006, eq. 11 to 18.
package enum RicianMoments {
  /// The mean magnitude of a signal of `snr` sigma.
  package static func mean(snr: Double) -> Double {
    let quarter = snr * snr / 4
    let bessel = scaledBessel(quarter)
    let ratio = (1 + 2 * quarter) * bessel.zeroth + 2 * quarter * bessel.first
    return (Double.pi / 2).squareRoot() * ratio
  }

  /// The variance of the magnitude of a signal of `snr` sigma: 0.429 without signal, 1 far from it.
  package static func variance(snr: Double) -> Double {
    let mean = mean(snr: snr)
    return 2 + snr * snr - mean * mean
  }

  /// The variance of magnitudes whose mean is `ratio` sigma, by interpolation.
  package static func variance(meanRatio ratio: Double) -> Double { byMean.variance(at: ratio) }

  /// The signal, in sigma, of magnitudes whose mean is `ratio` sigma; 0 below the mean of no signal.
  package static func signal(meanRatio ratio: Double) -> Double { byMean.signal(at: ratio) }

  /// `exp(-x) I₀(x)` and `exp(-x) I₁(x)` from Bessel's integral.
  ///
  /// The integrand is periodic, so the trapezoidal rule errs by the 256th Bessel function only:
  /// nothing in double precision for x up to 800.
  static func scaledBessel(_ x: Double) -> (zeroth: Double, first: Double) {
    let intervals = 128
    var (zeroth, first) = ((1 + exp(-2 * x)) / 2, (1 - exp(-2 * x)) / 2)
    for i in 1..<intervals {
      let cosine = cos(Double.pi * Double(i) / Double(intervals))
      let weight = exp(x * (cosine - 1))
      zeroth += weight
      first += weight * cosine
    }
    return (zeroth / Double(intervals), first / Double(intervals))
  }

  private static let byMean = RicianTable()
}

/// Signals and variances by mean magnitude, all in sigma.
private struct RicianTable {
  private static let step = 1.0 / 64
  private static let largest = 32.0
  private let means: [Double]
  private let variances: [Double]

  init() {
    let signals = stride(from: 0, through: Self.largest, by: Self.step)
    means = signals.map { RicianMoments.mean(snr: $0) }
    variances = signals.map { RicianMoments.variance(snr: $0) }
  }

  func variance(at mean: Double) -> Double {
    guard mean > means[0] else { return variances[0] }
    guard mean < means[means.count - 1] else { return 1 }
    let (index, fraction) = place(of: mean)
    return variances[index] + fraction * (variances[index + 1] - variances[index])
  }

  func signal(at mean: Double) -> Double {
    guard mean > means[0] else { return 0 }
    // Far from zero the mean is signal + 1 / (2 signal), and the square root undoes that.
    guard mean < means[means.count - 1] else { return (mean * mean - 1).squareRoot() }
    let (index, fraction) = place(of: mean)
    return (Double(index) + fraction) * Self.step
  }

  /// The interval that holds a mean, by bisection, and how far into it the mean lies.
  private func place(of mean: Double) -> (index: Int, fraction: Double) {
    var (lower, upper) = (0, means.count - 1)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if means[middle] <= mean { lower = middle } else { upper = middle }
    }
    return (lower, (mean - means[lower]) / (means[upper] - means[lower]))
  }
}
