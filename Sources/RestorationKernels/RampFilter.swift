internal import CLanes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The band-limited ramp filter of filtered back-projection.
///
/// The spatial kernel (1/4 at 0, 0 at even, -1 / (pi n)^2 at odd distances n, in units of the
/// detector pitch) is summed as it stands, so that the filter adds neither a constant nor
/// wrapped-around ends, as sampling |f| would:
///
///     even outputs = 1/4 even inputs + T * odd inputs, and the other way round
///
/// Half of the kernel is zero, so samples are parted by parity, and each part is a product with a
/// Toeplitz matrix: four rows by sixteen outputs (thirty-two with wide lanes) stay in registers. At
/// the lengths of CT (400 to 1500 detectors) that takes fewer cycles than transforming there and
/// back.
///
/// - SeeAlso: Kak and Slaney, Principles of Computerized Tomographic Imaging, 1988, equation 61 of
///   chapter 3.
public struct RampFilter: Sendable {
  private static let rowsAtOnce = 4
  private static let outputsAtOnce = 2 * WideLanes.scalarCount
  /// In what steps samples are left out that are zero.
  private static let spanStep = 16
  /// Samples on both sides that make up for interpolation.
  private static let reach = 4

  /// Samples in a row.
  public let count: Int
  /// Samples of one parity, with zeros up to whole steps.
  private let half: Int
  /// The kernel at distances 2 t - 1, for t from -`half`.
  private let kernel: [Float]
  /// What is done before: from the centre outwards, one when nothing is.
  private let sharpening: [Float]

  /// Creates a filter.
  ///
  /// - Parameters:
  ///   - count: Samples in a row, at least 1.
  ///   - sharpens: Whether to give back what linear interpolation of the result will take, a factor
  ///     of sinc² (0.41 at the highest frequency). On Shepp and Logan's phantom of 512² pixels it
  ///     lowers the error of filtered back-projection from 0.0138 to 0.0095.
  public init(count: Int, sharpens: Bool = false) {
    precondition(count > 0, "a row has at least one sample")
    self.count = count
    let step = Self.outputsAtOnce
    let half = ((count + 1) / 2 + step - 1) / step * step
    self.half = half
    kernel = (-half..<half + step).map { t in
      let distance = Double.pi * Double(2 * t - 1)
      return Float(-1 / (distance * distance))
    }
    sharpening = sharpens ? Self.inverseOfInterpolation() : [1]
  }

  /// Filters rows.
  ///
  /// - Parameters:
  ///   - rows: `count` samples each.
  ///   - output: As many samples as `rows`, overwritten.
  public func apply(
    _ rows: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(rows.count % count == 0 && output.count == rows.count, "whole rows")
    guard let source = rows.baseAddress, let target = output.baseAddress else { return }
    let size = Self.rowsAtOnce * half
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: 4 * size + 2 * lineCount)
    defer { scratch.deallocate() }
    let line = scratch + 4 * size
    line.initialize(repeating: 0, count: 2 * lineCount)
    let (even, odd) = (scratch, scratch + size)
    let (evenSums, oddSums) = (scratch + 2 * size, scratch + 3 * size)
    let rowCount = rows.count / count
    kernel.withUnsafeBufferPointer { kernel in
      guard let middle = kernel.baseAddress.map({ $0 + half }) else { return }
      for first in stride(from: 0, to: rowCount, by: Self.rowsAtOnce) {
        let block = min(Self.rowsAtOnce, rowCount - first)
        scratch.initialize(repeating: 0, count: 2 * size)
        for row in 0..<block {
          part(source + (first + row) * count, even + row * half, odd + row * half, line)
        }
        convolve(odd, spans(of: odd), middle, plus: even, into: evenSums)
        convolve(even, spans(of: even), middle + 1, plus: odd, into: oddSums)
        for row in 0..<block {
          let (to, at) = (target + (first + row) * count, row * half)
          interleave(evenSums + at, oddSums + at, into: to, count: count)
        }
      }
    }
  }

  /// Sharpens a row, and parts its even samples from the odd ones.
  ///
  /// `line` holds a row with zeros beside it, and as much again.
  private func part(
    _ row: UnsafePointer<Float>, _ even: UnsafeMutablePointer<Float>,
    _ odd: UnsafeMutablePointer<Float>, _ line: UnsafeMutablePointer<Float>
  ) {
    let (middle, sharp) = (line + Self.outputsAtOnce, line + lineCount)
    middle.update(from: row, count: count)
    for i in stride(from: 0, to: count, by: 8) {
      var sum = middle.lanes(at: i) * sharpening[0]
      for k in 1..<max(1, sharpening.count) {
        sum += (middle.lanes(at: i - k) + middle.lanes(at: i + k)) * sharpening[k]
      }
      sharp.store(sum, at: i)
    }
    // Beyond an odd row's end there is nothing.
    sharp[count] = 0
    deinterleave(sharp, intoEven: even, intoOdd: odd, count: (count + 1) / 2)
  }

  /// Floats of a row with zeros on both sides.
  private var lineCount: Int { count + 3 * Self.outputsAtOnce }

  /// Where one of four rows is not zero, in whole steps: what changes behind metal is few of them.
  private func spans(of rows: UnsafePointer<Float>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    let step = Self.spanStep
    for first in stride(from: 0, to: half, by: step) {
      let isZero = (0..<Self.rowsAtOnce).allSatisfy { row in
        let at = row * half + first
        return clanes_all_zero(rows.lanes(at: at)) != 0
          && clanes_all_zero(rows.lanes(at: at + 8)) != 0
      }
      guard !isZero else { continue }
      if let last = spans.last, last.upperBound == first {
        spans[spans.count - 1] = last.lowerBound..<first + step
      } else {
        spans.append(first..<first + step)
      }
    }
    return spans
  }

  /// `sums[p] = same[p] / 4 + sum over q of kernel[p - q] * other[q]`, for four rows.
  ///
  /// `spans` are the places of `other` that are not zero.
  private func convolve(
    _ other: UnsafePointer<Float>, _ spans: [Range<Int>], _ kernel: UnsafePointer<Float>,
    plus same: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    let next = WideLanes.scalarCount
    let quarter = WideLanes(repeating: 0.25)
    for p in stride(from: 0, to: half, by: Self.outputsAtOnce) {
      let (second, third, fourth) = (half + p, 2 * half + p, 3 * half + p)
      var (a0, b0) = (same.wideLanes(at: p) * quarter, same.wideLanes(at: p + next) * quarter)
      var a1 = same.wideLanes(at: second) * quarter
      var b1 = same.wideLanes(at: second + next) * quarter
      var a2 = same.wideLanes(at: third) * quarter
      var b2 = same.wideLanes(at: third + next) * quarter
      var a3 = same.wideLanes(at: fourth) * quarter
      var b3 = same.wideLanes(at: fourth + next) * quarter
      for span in spans {
        for q in span {
          let (near, far) = (kernel.wideLanes(at: p - q), kernel.wideLanes(at: p - q + next))
          let x0 = WideLanes(repeating: other[q])
          a0 = a0.addingProduct(x0, near)
          b0 = b0.addingProduct(x0, far)
          let x1 = WideLanes(repeating: other[half + q])
          a1 = a1.addingProduct(x1, near)
          b1 = b1.addingProduct(x1, far)
          let x2 = WideLanes(repeating: other[2 * half + q])
          a2 = a2.addingProduct(x2, near)
          b2 = b2.addingProduct(x2, far)
          let x3 = WideLanes(repeating: other[3 * half + q])
          a3 = a3.addingProduct(x3, near)
          b3 = b3.addingProduct(x3, far)
        }
      }
      for (row, lanes) in [(a0, b0), (a1, b1), (a2, b2), (a3, b3)].enumerated() {
        sums.store(lanes.0, at: row * half + p)
        sums.store(lanes.1, at: row * half + p + next)
      }
    }
  }

  /// The first samples of the filter with the response 1 / sinc², faded out by Lanczos' factors (cut
  /// off, they would be 4 % wrong for broad structures) and made to keep constants.
  ///
  /// Within 2 % up to 0.8 of the highest frequency.
  private static func inverseOfInterpolation() -> [Float] {
    let steps = 4096
    var weights = [Double](repeating: 0, count: reach + 1)
    for step in 0..<steps {
      let frequency = Double.pi * (Double(step) + 0.5) / Double(2 * steps)
      let sinc = sin(frequency) / frequency
      for k in weights.indices {
        weights[k] += cos(2 * frequency * Double(k)) / (sinc * sinc * Double(steps))
      }
    }
    for k in 1...reach {
      let place = Double.pi * Double(k) / Double(reach + 1)
      weights[k] *= sin(place) / place
    }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    return weights.map { Float($0 / sum) }
  }
}
