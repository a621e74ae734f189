import RestorationKernels

#if canImport(Glibc)
import Glibc
#else
import Foundation
#endif

extension ShrinkagePlan {
  /// The third quartile of the standard normal distribution: MAD = 0.6745 sigma.
  private static let normalQuartile = 0.674_489_750_196_081_7

  /// Measures noise and structure in a decomposition.
  ///
  /// - Parameters:
  ///   - method: The parameters.
  ///   - bands: The coefficients to measure.
  ///   - sampleCount: How many voxels take part.
  init(method: WaveletShrinkage, bands: BandSamples, sampleCount: Int) {
    let finest = method.sigma ?? Self.sigma(bands, level: 0, band: bands.bandCount - 1)
    let universal = (2 * log(Double(max(sampleCount, 1)))).squareRoot()
    var sigmas = Array(repeating: finest, count: bands.bandCount)
    sigma = finest
    thresholds = (0..<bands.levelCount).map { level in
      [0]
        + (1..<bands.bandCount).map { band in
          if method.noise == .levelDependent && (level > 0 || method.sigma == nil) {
            let measured = Self.sigma(bands, level: level, band: band)
            // More growth than that from the level before is texture, not noise.
            sigmas[band] =
              level == 0 ? measured : min(measured, Self.growth(to: level) * sigmas[band])
          }
          let threshold = Self.threshold(
            method.threshold, sigma: sigmas[band], universal: universal,
            energy: { bands.meanSquare(level: level, band: band) })
          // Where noise explains the whole band, a few specks that it cannot explain still stay.
          let isLimited = method.noise == .levelDependent && method.threshold == .bayes
          return method.strength * (isLimited ? min(threshold, 3 * sigmas[band]) : threshold)
        }
    }
  }

  /// How much stronger noise may be than at the level before.
  ///
  /// Noise that few neighbours share is weak in the finest details only; anatomy doubles from level
  /// to level (its power falls as 1 / f²).
  private static func growth(to level: Int) -> Double {
    switch level {
    case 1: 4
    case 2: 1.5
    default: 1
    }
  }

  private static func threshold(
    _ rule: WaveletShrinkage.Threshold, sigma: Double, universal: Double, energy: () -> Double
  ) -> Double {
    switch rule {
    case .universal: return sigma * universal
    case .value(let value): return value
    case .bayes, .local:
      let variance = sigma * sigma
      // Where noise explains all, the threshold is out of reach: at a thousand sigma.
      let structure = max(energy() - variance, variance * 1e-6)
      return structure > 0 ? variance / structure.squareRoot() : 0
    }
  }

  /// Median absolute deviation from zero as a standard deviation.
  ///
  /// Zeros are dropped, and what is no more than rounding of a flat region's.
  private static func sigma(_ bands: BandSamples, level: Int, band: Int) -> Double {
    let least = bands.resolution * Float(1 << level)
    var magnitudes = bands.noiseCoefficients(level: level, band: band).compactMap { d -> Float? in
      abs(d) <= least ? nil : abs(d)
    }
    return magnitudes.withUnsafeMutableBufferPointer { median($0) } / normalQuartile
  }
}
