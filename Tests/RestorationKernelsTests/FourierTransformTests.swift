import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing

struct FourierTransformTests {
  private func transformed(_ source: [Double], inverse: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: source.count)
    let transform = FourierTransform(count: source.count / 2, inverse: inverse)
    unsafe source.withUnsafeBufferPointer { source in
      unsafe result.withUnsafeMutableBufferPointer { result in
        guard let from = source.baseAddress, let to = result.baseAddress else { return }
        unsafe transform.run(from, to)
      }
    }
    return result
  }

  @Test(
    "The transform equals its definition, seed 1", arguments: [1, 2, 3, 7, 8, 17, 60, 64, 97])
  func definition(count: Int) {
    var generator = SplitMix64(seed: 1)
    let source = (0..<2 * count).map { _ in generator.normal() }
    let result = transformed(source, inverse: false)
    for k in 0..<count {
      var real = 0.0
      var imaginary = 0.0
      for n in 0..<count {
        let angle = -2 * Double.pi * Double(k * n % count) / Double(count)
        real += source[2 * n] * cos(angle) - source[2 * n + 1] * sin(angle)
        imaginary += source[2 * n] * sin(angle) + source[2 * n + 1] * cos(angle)
      }
      #expect(abs(result[2 * k] - real) < 1e-11)
      #expect(abs(result[2 * k + 1] - imaginary) < 1e-11)
    }
  }

  @Test("Forward then inverse multiplies by the count, seed 2", arguments: [1, 5, 256, 363, 1009])
  func roundTrip(count: Int) {
    var generator = SplitMix64(seed: 2)
    let source = (0..<2 * count).map { _ in generator.normal() }
    let result = transformed(transformed(source, inverse: false), inverse: true)
    for (a, b) in zip(source, result) { #expect(abs(a - b / Double(count)) < 1e-12) }
  }
}
