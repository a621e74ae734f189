import Foundation
import VolumeModel

/// What the peers make of small volumes, as written by the scripts in `Tests/Oracles`.
enum NoiseFilterOracle {
  /// The lists of values in a file of `Tests/Oracles/expected`, by name.
  static func read(_ file: String) throws -> [String: [Double]] {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Oracles/expected")
    return try JSONDecoder().decode(
      [String: [Double]].self, from: Data(contentsOf: folder.appendingPathComponent(file)))
  }

  /// The hash of a voxel's place that the scripts use as noise, 32 bits.
  static func hash(_ x: Int, _ y: Int, _ z: Int) -> Int {
    ((x * 73_856_093 ^ y * 19_349_663 ^ z * 83_492_791) * 2_654_435_761) % (1 << 32)
  }

  /// A volume with a value for each place.
  static func volume(_ dimensions: SIMD3<Int>, _ value: (Int, Int, Int) -> Float) -> Volume {
    var volume = Volume(dimensions: dimensions, repeating: 0)
    for z in 0..<dimensions.z {
      for y in 0..<dimensions.y {
        for x in 0..<dimensions.x { volume[x, y, z] = value(x, y, z) }
      }
    }
    return volume
  }

  /// The largest absolute difference of two lists; infinite when their lengths differ.
  static func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0
  }
}
