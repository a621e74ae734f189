import Foundation
import VolumeModel

/// Shells under a known shading, by the same formula as in `Tests/Oracles/n4.py`.
enum N4Phantom {
  /// The volume, where its object is, and the log of the shading.
  struct Scene {
    var volume: Volume
    var mask: Mask
    var logShading: [Float]
    var truth: [Float]
  }

  /// Three shells (60, 150, 100) with noise of at most 4; zero outside.
  static func scene(_ dimensions: SIMD3<Int>, noise: Float = 4) -> Scene {
    var volume = Volume(dimensions: dimensions, repeating: 0)
    var mask = Mask(dimensions: dimensions, repeating: false)
    var logShading = volume.voxels
    var truth = volume.voxels
    for i in volume.voxels.indices {
      let index = SIMD3(
        i % dimensions.x, i / dimensions.x % dimensions.y, i / (dimensions.x * dimensions.y))
      let p = place(index, in: dimensions)
      let radius = (p * p).sum()
      truth[i] = radius < 0.16 ? 60 : radius < 0.49 ? 150 : radius < 0.81 ? 100 : 0
      let shading = 1 + 0.3 * p.x + 0.2 * p.y * p.y - 0.15 * p.z * p.x
      logShading[i] = Float(log(shading))
      guard truth[i] > 0 else { continue }
      mask[i] = true
      volume.voxels[i] = Float(Double(truth[i]) * shading + Double(noise * hashNoise(i)))
    }
    return Scene(volume: volume, mask: mask, logShading: logShading, truth: truth)
  }

  /// The expected field of a case: every 29th voxel.
  static func expected(_ name: String) throws -> [Float] {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Oracles/N4Expected/\(name).bin")
    let data = try Data(contentsOf: file)
    return stride(from: 0, to: data.count, by: 4).map { start in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[start + $1]) << UInt32(8 * $1) }
      return Float(bitPattern: bits)
    }
  }

  private static func place(_ index: SIMD3<Int>, in dimensions: SIMD3<Int>) -> SIMD3<Double> {
    var place = SIMD3<Double>()
    for axis in 0..<3 where dimensions[axis] > 1 {
      place[axis] = Double(index[axis]) * 2 / Double(dimensions[axis] - 1) - 1
    }
    return place
  }

  private static func hashNoise(_ index: Int) -> Float {
    var i = UInt32(index)
    i = (i ^ 61) ^ (i >> 16)
    i = i &* 9
    i ^= i >> 4
    i = i &* 0x27D4_EB2D
    i ^= i >> 15
    return Float(Double(i >> 8) / Double(1 << 23) - 1)
  }
}
