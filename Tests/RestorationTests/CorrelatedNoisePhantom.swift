import Foundation
import RestoradTestSupport
import VolumeModel

/// Noise whose neighbours are alike, and scenes to bury in it.
enum CorrelatedNoisePhantom {
  /// How the neighbours of noise are alike.
  enum Kind: String, CaseIterable, Sendable {
    /// White noise behind a bell.
    case bell
    /// The same with a fifth of its low frequencies: the noise of a ramp filter.
    case ramp
  }

  /// Noise of deviation 1; `width` is the bell's standard deviation in voxels along x, y and, across
  /// slices, z.
  static func noise(
    _ dimensions: SIMD3<Int>, kind: Kind, width: Double, acrossSlices: Bool = false, seed: UInt64
  ) -> [Float] {
    var generator = SplitMix64(seed: seed)
    let count = dimensions.x * dimensions.y * dimensions.z
    let white = (0..<count).map { _ in Float(generator.normal()) }
    var noise = smoothed(white, dimensions, width, acrossSlices)
    if kind == .ramp {
      let wide = smoothed(noise, dimensions, 2 * width, acrossSlices)
      for i in noise.indices { noise[i] -= 0.8 * wide[i] }
    }
    let square = noise.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
    return noise.map { $0 / Float(square.squareRoot()) }
  }

  /// Tissue at 35 with discs of 5 to 40 above and below it, and an edge to 100; air at -1000 around.
  static func tissue(_ dimensions: SIMD3<Int>) -> Volume {
    let scene = NoiseFilterOracle.volume(dimensions) { x, y, _ in
      if x < 40 { return -1000 }
      if x > 215 { return 100 }
      for (row, contrast) in [Float(5), 10, 20, 40, -10, -20].enumerated() {
        for (column, radius) in [1.0, 1.5, 2.5, 4, 7].enumerated() {
          let (dx, dy) = (Double(x - 60 - column * 33), Double(y - 25 - row * 40))
          if dx * dx + dy * dy <= radius * radius { return 35 + contrast }
        }
      }
      return 35
    }
    return scene
  }

  /// A scene with noise added.
  static func noisy(
    _ scene: Volume, sigma: Double, kind: Kind, width: Double, acrossSlices: Bool = false,
    seed: UInt64
  ) -> Volume {
    let noise = noise(
      scene.dimensions, kind: kind, width: width, acrossSlices: acrossSlices, seed: seed)
    return scene.replacingVoxels(zip(scene.voxels, noise).map { $0 + Float(sigma) * $1 })
  }

  /// Smooths with a bell, as if the volume went on from its start behind its end.
  static func smoothed(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, _ width: Double, _ acrossSlices: Bool
  ) -> [Float] {
    let reach = Int((4 * width).rounded(.up))
    var taps = (-reach...reach).map { Float(exp(-Double($0 * $0) / (2 * width * width))) }
    let sum = taps.reduce(0, +)
    for i in taps.indices { taps[i] /= sum }
    var voxels = voxels
    let strides = [1, dimensions.x, dimensions.x * dimensions.y]
    for axis in 0..<(acrossSlices ? 3 : 2) {
      let (count, step, source) = (dimensions[axis], strides[axis], voxels)
      for i in voxels.indices {
        let place = i / step % count
        var value: Float = 0
        for (tap, weight) in taps.enumerated() {
          let neighbour = (place + tap - reach + 4 * count) % count
          value += weight * source[i + (neighbour - place) * step]
        }
        voxels[i] = value
      }
    }
    return voxels
  }
}
