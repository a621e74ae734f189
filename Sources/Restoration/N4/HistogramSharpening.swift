import RestorationKernels

#if canImport(Glibc)
import Glibc
#endif

/// Deconvolves a histogram of log intensities and tells what each intensity should have been.
///
/// The histogram V is taken as U blurred by a Gaussian F: Wiener's filter gives U, and the expected
/// true value of a voxel with value v is E(v) = (F * xU)(v) / (F * U)(v).
///
/// - SeeAlso: Sled et al., IEEE TMI 17(1):87–97, 1998, section II; ITK's `SharpenImage`.
struct HistogramSharpening {
  private let bins: Int
  private let noise: Double
  private let width: Double
  /// A power of 2, at least twice `bins`, so that the ends do not blur into each other.
  private let padded: Int
  private let forward: FourierTransform
  private let inverse: FourierTransform

  /// Prepares for histograms of `bins` bins.
  init(bins: Int, wienerFilterNoise: Double, fullWidthAtHalfMaximum: Double) {
    self.bins = bins
    noise = wienerFilterNoise
    width = fullWidthAtHalfMaximum
    var power = 1
    while power < bins { power *= 2 }
    padded = 2 * power
    forward = FourierTransform(count: padded, inverse: false)
    inverse = FourierTransform(count: padded, inverse: true)
  }

  /// The sharpened values of the bins.
  ///
  /// - Parameters:
  ///   - histogram: Counts, at least `bins` of them.
  ///   - minimum: The value of bin 0.
  ///   - slope: The step of the value from bin to bin, above 0.
  /// - Returns: `bins + 1` values; the last repeats the one before.
  func table(histogram: [Double], minimum: Double, slope: Double) -> [Float] {
    let offset = (padded - bins) / 2
    var counts = [Double](repeating: 0, count: 2 * padded)
    for bin in 0..<bins { counts[2 * (offset + bin)] = histogram[bin] }
    let blur = transform(gaussian(slope: slope), by: forward)
    let sharp = deconvolve(transform(counts, by: forward), blur)
    var moment = sharp
    for i in 0..<padded { moment[2 * i] *= minimum + Double(i - offset) * slope }
    let numerator = convolve(moment, blur)
    let denominator = convolve(sharp, blur)
    var table = (0..<bins).map { bin -> Float in
      let below = denominator[2 * (offset + bin)]
      return below == 0 ? 0 : Float(numerator[2 * (offset + bin)] / below)
    }
    table.append(table[bins - 1])
    return table
  }

  /// The Gaussian of the blur, centred on sample 0 and periodic.
  private func gaussian(slope: Double) -> [Double] {
    let scaled = width / slope
    let decay = 4 * log(2.0) / (scaled * scaled)
    let height = 2 * (log(2.0) / Double.pi).squareRoot() / scaled
    var samples = [Double](repeating: 0, count: 2 * padded)
    for i in 0..<padded {
      let distance = Double(min(i, padded - i))
      samples[2 * i] = height * exp(-distance * distance * decay)
    }
    return samples
  }

  /// Wiener's estimate of U: the real part of conj(F) / (|F|² + noise) is applied, as in ITK, and
  /// what comes out negative is cut.
  private func deconvolve(_ counts: [Double], _ blur: [Double]) -> [Double] {
    var spectrum = counts
    for i in 0..<padded {
      let (real, imaginary) = (blur[2 * i], blur[2 * i + 1])
      let filter = real / (real * real + imaginary * imaginary + noise)
      spectrum[2 * i] *= filter
      spectrum[2 * i + 1] *= filter
    }
    var sharp = transform(spectrum, by: inverse)
    for i in 0..<padded {
      sharp[2 * i] = max(0, sharp[2 * i] / Double(padded))
      sharp[2 * i + 1] = 0
    }
    return sharp
  }

  private func convolve(_ samples: [Double], _ blur: [Double]) -> [Double] {
    var spectrum = transform(samples, by: forward)
    for i in 0..<padded {
      let (real, imaginary) = (spectrum[2 * i], spectrum[2 * i + 1])
      spectrum[2 * i] = real * blur[2 * i] - imaginary * blur[2 * i + 1]
      spectrum[2 * i + 1] = real * blur[2 * i + 1] + imaginary * blur[2 * i]
    }
    return transform(spectrum, by: inverse)
  }

  private func transform(_ samples: [Double], by transform: FourierTransform) -> [Double] {
    var result = [Double](repeating: 0, count: samples.count)
    samples.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer { destination in
        guard let from = source.baseAddress, let to = destination.baseAddress else { return }
        transform.run(from, to)
      }
    }
    return result
  }
}
