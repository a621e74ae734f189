import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing

struct RampFilterTests {
  private func filtered(_ rows: [Float], count: Int) -> [Float] {
    var result = [Float](repeating: .nan, count: rows.count)
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe result.withUnsafeMutableBufferPointer { result in
        unsafe RampFilter(count: count).apply(rows, into: result)
      }
    }
    return result
  }

  @Test(
    "The filter is the convolution with the Kak-Slaney kernel, seed 3",
    arguments: [1, 2, 31, 65, 207])
  func convolution(count: Int) {
    var generator = SplitMix64(seed: 3)
    // Three rows: a pair and one left over.
    var rows = (0..<3 * count).map { _ in Float(generator.normal()) }
    // Zeros are passed over, in all rows or in some.
    for i in rows.indices where i % count > 40 && (i < 2 * count || i % count < 100) {
      rows[i] = 0
    }
    let result = filtered(rows, count: count)
    for row in 0..<3 {
      for i in 0..<count {
        var sum = 0.0
        for j in 0..<count {
          let distance = i - j
          let weight =
            distance == 0
            ? 0.25
            : distance.isMultiple(of: 2)
              ? 0 : -1 / (Double.pi * Double.pi * Double(distance * distance))
          sum += weight * Double(rows[row * count + j])
        }
        #expect(abs(Double(result[row * count + i]) - sum) < 1e-6)
      }
    }
  }

  @Test(
    "Sharpening gives back what interpolation takes, and keeps constants",
    arguments: [(0.0, 1.0), (0.1, 1.0338), (0.25, 1.2337), (0.4, 1.7455)])
  func sharpening(frequency: Double, gain: Double) {
    // Far from the ends a wave comes out as a wave; the gain is 1 / sinc².
    let count = 801
    let wave = (0..<count).map { Float(cos(2 * Double.pi * frequency * Double($0 - 400))) }
    func middle(_ sharpens: Bool) -> Double {
      var result = wave
      unsafe wave.withUnsafeBufferPointer { wave in
        unsafe result.withUnsafeMutableBufferPointer { result in
          unsafe RampFilter(count: count, sharpens: sharpens).apply(wave, into: result)
        }
      }
      return Double(result[400])
    }
    // Five weights come within 2 %; of a constant only what ends with the row is left.
    #expect(abs(middle(true) - gain * middle(false)) < 0.02 * gain * max(frequency, 0.01))
  }
}
