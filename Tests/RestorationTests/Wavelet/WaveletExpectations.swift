import Foundation
import VolumeModel

/// What PyWavelets and scikit-image make of the same input; written by Tests/Oracles/wavelet.py.
struct WaveletExpectations: Decodable {
  struct Decomposition: Decodable {
    let wavelet: String
    let mode: String
    let dimensions: [Int]
    let levels: Int
    /// For each level, finest first, and each band its product with the pattern.
    let projections: [[Double?]]
  }

  struct Shrinkage: Decodable {
    let dimensions: [Int]
    let wavelet: String
    let levels: Int
    let threshold: String
    let shrinkage: String
    let mode: String
    let sigma: Double?
    let every31st: [Float]
    let projection: Double
  }

  let decompositions: [Decomposition]
  let shrinkages: [Shrinkage]

  static func read() throws -> WaveletExpectations {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Oracles/wavelet.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }

  /// Pseudo-random multiples of 1/1024 in [-0.5, 0.5), the same as in the script.
  static func pattern(_ count: Int) -> [Float] {
    var state = 1
    return (0..<count).map { _ in
      state = (state * 1_103_515_245 + 12345) % (1 << 31)
      return Float((state >> 16) % 1024) / 1024 - 0.5
    }
  }

  /// A step, a ramp and noise.
  static func scene(_ dimensions: SIMD3<Int>) -> Volume {
    let noise = pattern(dimensions.x * dimensions.y * dimensions.z)
    var volume = Volume(dimensions: dimensions, voxels: noise)
    for z in 0..<dimensions.z {
      for y in 0..<dimensions.y {
        for x in 0..<dimensions.x {
          let step: Float = x > dimensions.x / 3 && y > dimensions.y / 2 ? 8 : 1
          volume[x, y, z] += step + Float(x) / 16 + Float(z) / 8
        }
      }
    }
    return volume
  }

  /// The product of values with the pattern of their count.
  static func project(_ values: some Collection<Float>) -> Double {
    zip(values, pattern(values.count)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
