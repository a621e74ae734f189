import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

/// The filter in registers against a plain loop in doubles.
@Suite struct BilateralWindowTests {
  static let size: SIMD3<Int> = [37, 5, 4]

  @Test(
    "Rows of any length are filtered as a plain loop does (seed 53)",
    arguments: [1, 7, 8, 9, 16, 23, 37], [false, true])
  func rows(count: Int, withholds: Bool) {
    var generator = SplitMix64(seed: 53)
    let total = Self.size.x * Self.size.y * Self.size.z
    let voxels = (0..<total).map { _ in Float(100 + 40 * generator.normal()) }
    let counting = voxels.map { _ in
      withholds && Int.random(in: 0..<3, using: &generator) == 0 ? Float(0) : 1
    }
    let (rim, sigma): (SIMD3<Int>, Double) = ([2, 1, 1], 30)
    let image = PaddedVolume(voxels, dimensions: Self.size, rim: rim)
    let validity = PaddedVolume(counting, dimensions: Self.size, rim: rim)
    let neighbours = Self.neighbours(rim)
    let window = BilateralWindow(neighbours, rangeSigma: sigma, strides: image)
    for (y, z) in [(0, 0), (4, 3), (2, 1)] {
      var found = [Float](repeating: .nan, count: count + 2)
      var span = found.mutableSpan
      let first = image.index(0, y, z)
      window.filter(
        image, validity: withholds ? validity : nil, at: first, count: count, into: &span, at: 1)
      // What lies beside the row stays as it was.
      #expect(found[0].isNaN && found[count + 1].isNaN)
      for x in 0..<count {
        let own = Double(image.voxels[first + x])
        var (sum, all) = (own, 1.0)
        for (offset, exponent) in neighbours {
          let place = image.index(x + offset.x, y + offset.y, z + offset.z)
          let difference = Double(image.voxels[place]) - own
          let weight =
            Double(withholds ? validity.voxels[place] : 1)
            * exp(exponent - difference * difference / (2 * sigma * sigma))
          sum += weight * Double(image.voxels[place])
          all += weight
        }
        #expect(abs(Double(found[x + 1]) - sum / all) < 1e-4)
      }
    }
  }

  @Test("Powers of two come out to 3e-7, from one end to the other")
  func powers() {
    for step in -1000...1000 {
      let x = Float(step) / 8
      let found = exponential2(WideLanes(repeating: x))[0]
      #expect(abs(Double(found) / exp2(Double(x)) - 1) < 3e-7)
    }
  }

  private static func neighbours(
    _ rim: SIMD3<Int>
  ) -> [(offset: SIMD3<Int>, exponent: Double)] {
    (-rim.z...rim.z).flatMap { z in
      (-rim.y...rim.y).flatMap { y in
        (-rim.x...rim.x).compactMap { x in
          guard x != 0 || y != 0 || z != 0 else { return nil }
          return ([x, y, z], -Double(x * x + y * y + z * z) / 4.5)
        }
      }
    }
  }
}
