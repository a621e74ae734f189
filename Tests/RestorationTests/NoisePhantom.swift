import Foundation
import RestoradTestSupport
import VolumeModel

/// A head of folded tissue with known noise.
///
/// Air 0, fluid 48, grey 105, white 150; the folds are level sets of a sum of sines.
enum NoisePhantom {
  /// The brightest tissue.
  static let largest = 150.0

  /// The head without noise.
  static func head(_ dimensions: SIMD3<Int>) -> Volume {
    NoiseFilterOracle.volume(dimensions) { x, y, z in
      func place(_ index: Int, _ count: Int) -> Double {
        count == 1 ? 0.1 : 2 * Double(index) / Double(count - 1) - 1
      }
      let p = SIMD3(place(x, dimensions.x), place(y, dimensions.y), place(z, dimensions.z))
      let radius = (p * p).sum().squareRoot()
      let folds = sin(6 * p.x + 2 * p.y) + sin(6 * p.y + 2 * p.z) + sin(6 * p.z + 2 * p.x)
      if radius >= 0.95 { return 0 }
      if radius >= 0.85 { return 48 }
      if folds > 0.4 { return 150 }
      return radius < 0.8 && folds < -1.2 ? 48 : 105
    }
  }

  /// Magnitudes of the signal with Gaussian noise in both parts.
  static func rician(_ volume: Volume, sigma: Double, seed: UInt64) -> Volume {
    var generator = SplitMix64(seed: seed)
    return volume.replacingVoxels(
      volume.voxels.map { signal in
        let real = Double(signal) + sigma * generator.normal()
        let imaginary = sigma * generator.normal()
        return Float((real * real + imaginary * imaginary).squareRoot())
      })
  }

  /// The signal with Gaussian noise added.
  static func gaussian(_ volume: Volume, sigma: Double, seed: UInt64) -> Volume {
    var generator = SplitMix64(seed: seed)
    return volume.replacingVoxels(
      volume.voxels.map { Float(Double($0) + sigma * generator.normal()) })
  }

  /// The peak signal-to-noise ratio in dB over the voxels of the head.
  static func psnr(_ volume: Volume, truth: Volume) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (value, signal) in zip(volume.voxels, truth.voxels) where signal > 10 {
      sum += Double(value - signal) * Double(value - signal)
      count += 1
    }
    return 10 * log10(largest * largest * count / sum)
  }
}
