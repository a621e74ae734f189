import Foundation
import VolumeModel

/// The volumes and masks of `Tests/Oracles/quality.py`, and its values.
enum QualityScene {
  /// Blocks of four values, without and with noise.
  static func volumes() -> (reference: Volume, noisy: Volume) {
    var reference = Volume(dimensions: [40, 33, 16], repeating: 0)
    var noisy = reference
    for i in reference.voxels.indices {
      let (x, y, z) = (i % 40, i / 40 % 33, i / 1320)
      reference.voxels[i] = Float((x / 7 + y / 5 + z / 3) % 4) * 100 - 50
      noisy.voxels[i] = reference.voxels[i] + Float(40 * hashNoise(i + 1000))
    }
    return (reference, noisy)
  }

  /// Two ellipsoids that overlap, the second with a stray voxel.
  static func masks() -> (a: Mask, b: Mask) {
    var a = Mask(dimensions: [24, 20, 12], repeating: false)
    var b = a
    for i in a.bits.indices {
      let (x, y, z) = (i % 24, i / 24 % 20, i / 480)
      a[i] = (x - 9) * (x - 9) + (y - 9) * (y - 9) + 4 * (z - 5) * (z - 5) < 50
      b[i] = (x - 12) * (x - 12) + (y - 10) * (y - 10) + 3 * (z - 6) * (z - 6) < 70
    }
    b[(1 * 20 + 2) * 24 + 20] = true
    return (a, b)
  }

  /// The stored values by name.
  static func expected() throws -> [String: Double] {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appendingPathComponent("Oracles/quality.json"))
    return try JSONDecoder().decode([String: Double].self, from: data)
  }

  private static func hashNoise(_ index: Int) -> Double {
    var i = UInt32(index)
    i = (i ^ 61) ^ (i >> 16)
    i = i &* 9
    i ^= i >> 4
    i = i &* 0x27D4_EB2D
    i ^= i >> 15
    return Double(i >> 8) / Double(1 << 23) - 1
  }
}
