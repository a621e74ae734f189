import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

@Suite struct NoiseFilterKernelTests {
  static let counts = [1, 7, 8, 9, 15, 16, 17, 64, 1_023]

  @Test("The exponential of lanes is right to 3e-7 from 0 to 87")
  func exponential() {
    for x in stride(from: Float(0), through: 87, by: 0.037) {
      let value = Double(negativeExponential(FloatLanes(repeating: x))[3])
      #expect(abs(value / exp(-Double(x)) - 1) < 3e-7 + 1.2e-7 * Double(x))
    }
    #expect(negativeExponential(FloatLanes(repeating: 0)) == FloatLanes(repeating: 1))
  }

  @Test(
    "A rim is mirrored between voxels, over and over",
    arguments: [
      (-1, 0), (-3, 2), (-4, 2), (-7, 0), (3, 2), (5, 0), (6, 0), (8, 2), (1, 1),
    ])
  func mirror(index: Int, expected: Int) { #expect(mirrored(index, count: 3) == expected) }

  @Test("Padding keeps the voxels and mirrors around them")
  func padding() {
    let padded = PaddedVolume([1, 2, 3, 4], dimensions: [2, 2, 1], rim: [1, 2, 0])
    #expect(padded.index(0, 0, 0) == 9)
    #expect(
      padded.voxels == [
        3, 3, 4, 4, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4, 1, 1, 2, 2,
      ] + [Float](repeating: 0, count: 32))
  }

  @Test("Symmetric sums follow their definition (seed 31)", arguments: counts)
  func symmetricSums(count: Int) {
    var generator = SplitMix64(seed: 31)
    let source = (0..<(count + 6)).map { _ in Float(generator.normal()) }
    let weights: [Float] = [0.4, 0.2, 0.1, 0.05]
    var output = [Float](repeating: 0, count: count)
    unsafe source.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let base = source.baseAddress else { return }
        unsafe SymmetricCorrelation.apply(
          base, centre: 3, pairs: [(2, 4), (1, 5), (0, 6)], weights: weights, into: output)
      }
    }
    for i in 0..<count {
      var sum = source[3 + i] * weights[0]
      for k in 1...3 {
        sum = sum.addingProduct(source[3 + i - k] + source[3 + i + k], weights[k])
      }
      #expect(output[i] == sum)
    }
  }

  @Test("Symmetric sums of what counts follow their definition (seed 34)", arguments: counts)
  func sumsOfSome(count: Int) {
    var generator = SplitMix64(seed: 34)
    let excluded = (0..<(count + 6)).map { _ in UInt8.random(in: 0...1, using: &generator) }
    let source = excluded.map { $0 == 0 ? Float(generator.normal()) : .nan }
    let weights: [Float] = [0.4, 0.2, 0.1, 0.05]
    var (sums, totals) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    unsafe source.withUnsafeBufferPointer { source in
      unsafe excluded.withUnsafeBufferPointer { excluded in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          unsafe totals.withUnsafeMutableBufferPointer { totals in
            guard let base = source.baseAddress, let bits = excluded.baseAddress,
              let first = sums.baseAddress, let second = totals.baseAddress
            else { return }
            unsafe SymmetricCorrelation.apply(
              base, excluding: bits, centre: 3, pairs: [(2, 4), (1, 5), (0, 6)], weights: weights,
              intoSums: first, totals: second, count: count)
          }
        }
      }
    }
    func value(_ i: Int) -> Float { excluded[i] == 0 ? source[i] : 0 }
    func one(_ i: Int) -> Float { excluded[i] == 0 ? 1 : 0 }
    for i in 0..<count {
      var (sum, total) = (value(3 + i) * weights[0], one(3 + i) * weights[0])
      for k in 1...3 {
        sum = sum.addingProduct(value(3 + i - k) + value(3 + i + k), weights[k])
        total = total.addingProduct(one(3 + i - k) + one(3 + i + k), weights[k])
      }
      #expect(sums[i] == sum && totals[i] == total)
    }
  }

  @Test("Finite values are told from others, wherever they stand (seed 35)", arguments: counts)
  func finiteValues(count: Int) {
    var generator = SplitMix64(seed: 35)
    let values = (0..<count).map { _ in Float(generator.normal()) }
    let all = FiniteValues(of: values, excluding: nil, in: 0..<count)
    #expect(all.areAll && all.least == values.min() && all.greatest == values.max())
    for (place, odd) in zip([0, count / 2, count - 1], [Float.nan, .infinity, -.infinity]) {
      var (spoilt, excluded) = (values, [UInt8](repeating: 0, count: count))
      spoilt[place] = odd
      let others = values.indices.filter { $0 != place }.map { values[$0] }
      let found = FiniteValues(of: spoilt, excluding: nil, in: 0..<count)
      #expect(!found.areAll && found.least == others.min() ?? .infinity)
      excluded[place] = 1
      let counting = FiniteValues(of: spoilt, excluding: excluded, in: 0..<count)
      #expect(counting.areAll && counting.greatest == others.max() ?? -.infinity)
      let before = FiniteValues(of: spoilt, excluding: nil, in: 0..<place)
      #expect(before.areAll && before.least == values[..<place].min() ?? .infinity)
    }
  }

  @Test(
    "Medians of small windows are those of sorting (seed 32)", arguments: [3, 9, 25, 27], counts)
  func smallWindows(size: Int, count: Int) {
    var generator = SplitMix64(seed: 32)
    let voxels = (0..<(count + size)).map { _ in Float(Int.random(in: -9...9, using: &generator)) }
    let image = PaddedVolume(voxels, dimensions: [count + size, 1, 1], rim: [0, 0, 0])
    var output = [Float](repeating: 0, count: count + 1)
    var span = output.mutableSpan
    MedianRow(size: size)
      .filter(image, starts: Array(0..<size), into: &span, at: 1, count: count)
    for i in 0..<count {
      #expect(output[i + 1] == voxels[i..<(i + size)].sorted()[size / 2])
    }
  }

  @Test("Values are put in order, the odd ones too")
  func order() {
    let values: [Float] = [
      3, -0.0, .infinity, -.leastNonzeroMagnitude, .leastNonzeroMagnitude, -.infinity, 0, -7, 3,
      .greatestFiniteMagnitude,
    ]
    let order = ascendingOrder(of: values)
    let sorted = order.map { values[Int($0)] }
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(Set(order).count == values.count)
    #expect(order.firstIndex(of: 0) ?? 0 < order.firstIndex(of: 8) ?? 0)
  }

  @Test("White noise keeps its deviation in the finest band (seed 33)")
  func finestBand() {
    var generator = SplitMix64(seed: 33)
    let source = (0..<4_003).map { _ in Float(generator.normal()) }
    for coefficients in [FinestDetail.highPass, FinestDetail.lowPass] {
      #expect(abs(coefficients.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
      var output = [Float](repeating: 0, count: 4_000)
      var span = output.mutableSpan
      FinestDetail.filter(
        source.span, from: 0, step: 1, coefficients: coefficients, into: &span, at: 0,
        count: 4_000)
      let variance = output.reduce(0) { $0 + Double($1 * $1) } / 4_000
      #expect(abs(variance - 1) < 0.1)
    }
    #expect(abs(FinestDetail.highPass.reduce(0, +)) < 1e-6)
  }
}
