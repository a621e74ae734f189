#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Takes Gibbs ringing off pairs of periodic lines by local shifts of parts of a voxel.
///
/// Sampled where it crosses zero, the ringing of an edge is not seen. So every voxel looks for the
/// shift at which its surroundings, on one side of it, vary least, and is interpolated linearly from
/// the line sampled at that shift.
///
/// About 0.1 µs for a voxel and shift; the transforms are most of it. One object serves one thread.
///
/// - SeeAlso: E. Kellner et al., Magn. Reson. Med. 76(5):1574–1581, 2016.
public final class LineUnringing {
  /// Voxels in a line.
  public let count: Int
  private let shifts: [Double]
  private let window: ClosedRange<Int>
  private let forward: FourierTransform
  private let inverse: FourierTransform
  /// For each shift the factors of the spectrum, (real, imaginary).
  private var phases: [[Double]] = []
  private var spectrum: [Double]
  private var shifted: [Double]
  private var moved: [Double]
  private var line: [Double]
  private var steps: [Double]
  private var sums: [Double]
  private var least: [Double]

  /// Prepares for lines of a length.
  ///
  /// - Parameters:
  ///   - count: Voxels in a line, more than twice the window's end.
  ///   - shifts: How many shifts to each side, up to half a voxel.
  ///   - window: How far away, in voxels, the variation is looked at.
  public init(count: Int, shifts: Int, window: ClosedRange<Int>) {
    precondition(count > 2 * (window.upperBound + 1) && shifts > 0 && window.lowerBound >= 0)
    self.count = count
    self.window = window
    self.shifts = (1...shifts).flatMap { step in
      let shift = 0.5 * Double(step) / Double(shifts)
      return [shift, -shift]
    }
    forward = FourierTransform(count: count, inverse: false)
    inverse = FourierTransform(count: count, inverse: true)
    spectrum = [Double](repeating: 0, count: 2 * count)
    shifted = spectrum
    moved = spectrum
    line = [Double](repeating: 0, count: count)
    (steps, sums) = (line, line)
    least = spectrum
    phases = self.shifts.map { Self.phases(count: count, shift: $0) }
  }

  /// The factors that sample a line `shift` voxels further on, with the inverse transform's scale.
  private static func phases(count: Int, shift: Double) -> [Double] {
    var factors = [Double](repeating: 0, count: 2 * count)
    for k in 0..<count {
      let frequency = 2 * k < count ? k : k - count
      let angle = 2 * Double.pi * Double(frequency) * shift / Double(count)
      factors[2 * k] = cos(angle) / Double(count)
      // The highest frequency of an even count has no sign; a real line stays real.
      factors[2 * k + 1] = 2 * k == count ? 0 : sin(angle) / Double(count)
    }
    return factors
  }

  /// Replaces two lines, interleaved, by what is to be added to them.
  ///
  /// - Parameter pair: `2 * count` values: the first of both, the second of both, and so on.
  public func correct(_ pair: inout [Double]) {
    precondition(pair.count == 2 * count)
    forward.run(pair, &spectrum)
    let original = pair
    let result = original
    vary(original)
    for i in 0..<2 * count { least[i] = moved[i] }
    var corrected = result
    for (shift, factors) in zip(shifts, phases) {
      sample(factors)
      let sampled = shifted
      vary(sampled)
      take(sampled, shift: shift, into: &corrected)
    }
    for i in 0..<2 * count { pair[i] = corrected[i] - original[i] }
  }

  /// Samples both lines at a shift.
  private func sample(_ factors: [Double]) {
    for k in 0..<count {
      let (real, imaginary) = (spectrum[2 * k], spectrum[2 * k + 1])
      moved[2 * k] = real * factors[2 * k] - imaginary * factors[2 * k + 1]
      moved[2 * k + 1] = real * factors[2 * k + 1] + imaginary * factors[2 * k]
    }
    inverse.run(moved, &shifted)
  }

  /// Leaves in `moved` how much both lines vary beside each voxel, on the side where it is less.
  private func vary(_ values: [Double]) {
    let back = window.lowerBound + window.upperBound + 1
    for part in 0..<2 {
      for i in 0..<count - 1 { steps[i] = abs(values[2 * i + part] - values[2 * i + 2 + part]) }
      steps[count - 1] = abs(values[2 * count - 2 + part] - values[part])
      for i in 0..<count { sums[i] = 0 }
      for distance in window {
        for i in 0..<count - distance { sums[i] += steps[i + distance] }
        for i in count - distance..<count { sums[i] += steps[i + distance - count] }
      }
      for i in 0..<back { moved[2 * i + part] = min(sums[i], sums[i - back + count]) }
      for i in back..<count { moved[2 * i + part] = min(sums[i], sums[i - back]) }
    }
  }

  /// Takes the voxels that vary less at this shift, interpolated back to where they belong.
  private func take(_ values: [Double], shift: Double, into corrected: inout [Double]) {
    let size = 2 * count
    // The neighbour on the other side of where the voxel belongs.
    let step = shift > 0 ? -2 : 2
    let near = 1 - abs(shift)
    let far = abs(shift)
    for i in 0..<size where moved[i] < least[i] {
      var other = i + step
      if other < 0 { other += size } else if other >= size { other -= size }
      least[i] = moved[i]
      corrected[i] = near * values[i] + far * values[other]
    }
  }
}
