import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Rows of a Gaussian filter")
struct BellKernelTests {
  static let counts = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 70]

  @Test(
    "Four places along an axis get what each gets by itself (seed 36)", arguments: counts,
    [3, 5, 9])
  func fourPlaces(count: Int, taps: Int) {
    var generator = SplitMix64(seed: 36)
    let stride = count + 5
    let source = (0..<(taps + 3) * stride).map { _ in Float(generator.normal()) }
    let weights = (0..<taps).map { _ in Float(generator.normal()) }
    var (together, alone) = (
      [Float](repeating: -1, count: 4 * stride), [Float](repeating: -1, count: 4 * stride)
    )
    unsafe source.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      let rows = unsafe (0..<(taps + 3)).map { unsafe UnsafePointer(first + $0 * stride) }
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe together.withUnsafeMutableBufferPointer { together in
          unsafe alone.withUnsafeMutableBufferPointer { alone in
            guard let rows = rows.baseAddress, let together = together.baseAddress,
              let alone = alone.baseAddress
            else { return }
            unsafe FourfoldCorrelation.apply(
              rows, weights: weights, taps: taps, into: together, distance: stride, count: count)
            for m in 0..<4 {
              unsafe FourfoldCorrelation.plain(
                rows + m, weights: weights, taps: taps, into: alone + m * stride, count: count)
            }
          }
        }
      }
    }
    // Nothing but the rows is written.
    #expect(together == alone)
    for m in 0..<4 {
      for i in 0..<count {
        var sum: Float = 0
        for t in 0..<taps { sum.addProduct(weights[t], source[(m + t) * stride + i]) }
        #expect(alone[m * stride + i] == sum)
      }
    }
  }

  @Test("A row is smoothed as the definition says, within a range (seed 37)", arguments: counts)
  func row(count: Int) {
    var generator = SplitMix64(seed: 37)
    let source = (0..<(count + 6)).map { _ in Float(generator.normal()) }
    let weights: [Float] = [0.4, 0.2, 0.1, 0.05]
    for range in [nil, -0.2...0.3] as [ClosedRange<Float>?] {
      var output = [Float](repeating: 0, count: count)
      unsafe source.withUnsafeBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { output in
          guard let row = source.baseAddress, let output = output.baseAddress else { return }
          unsafe BellRow.apply(
            row + 3, weights: weights, radius: 3, within: range, into: output, count: count)
        }
      }
      for i in 0..<count {
        var sum = source[3 + i] * weights[0]
        for k in 1...3 {
          sum = sum.addingProduct(source[3 + i - k] + source[3 + i + k], weights[k])
        }
        if let range { sum = min(max(sum, range.lowerBound), range.upperBound) }
        #expect(output[i] == sum)
      }
    }
  }

  @Test("The finest band follows its definition (seed 38)", arguments: counts, [1, 5])
  func finestBand(count: Int, step: Int) {
    var generator = SplitMix64(seed: 38)
    let source = (0..<(count + 3 * step + 2)).map { _ in Float(generator.normal()) }
    let (a, b, c, d) = (
      FinestDetail.highPass[0], FinestDetail.highPass[1], FinestDetail.highPass[2],
      FinestDetail.highPass[3]
    )
    var output = [Float](repeating: 0, count: count + 2)
    var span = output.mutableSpan
    FinestDetail.filter(
      source.span, from: 2, step: step, coefficients: FinestDetail.highPass, into: &span, at: 1,
      count: count)
    for i in 0..<count {
      let near = a * source[2 + i] + b * source[2 + i + step]
      #expect(
        output[1 + i] == near + (c * source[2 + i + 2 * step] + d * source[2 + i + 3 * step]))
    }
    #expect(output[0] == 0 && output[count + 1] == 0)
  }
}
