import RestoradTestSupport
import Testing
import VolumeModel

/// A volume that scanners, other programs or malice may hand to a step.
struct OddInput: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let volume: Volume
  let excluded: Mask?

  private init(_ description: String, _ volume: Volume, excluded: Mask? = nil) {
    testDescription = description
    self.volume = volume
    self.excluded = excluded
  }

  /// Whether a voxel counts: neither excluded nor NaN or infinite.
  func counts(_ index: Int) -> Bool {
    volume.voxels[index].isFinite && !(excluded.map { $0[index] } ?? false)
  }

  /// The smallest and the greatest value that counts; nil when none does.
  var extent: ClosedRange<Float>? {
    let values = volume.voxels.indices.filter(counts).map { volume.voxels[$0] }
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  static let all: [OddInput] = shapes + values + gaps

  private static let grid: SIMD3<Int> = [24, 20, 9]
  private static let tiny = 700 * Float.leastNonzeroMagnitude

  /// A ball of 600 in 100, with noise of 20.
  static func ball(
    _ dimensions: SIMD3<Int> = grid, spacing: SIMD3<Double> = [1, 1, 1], seed: UInt64 = 7,
    _ change: (Float) -> Float = { $0 }
  ) -> Volume {
    var generator = SplitMix64(seed: seed)
    var volume = Volume(dimensions: dimensions, voxelSpacing: spacing, repeating: 0)
    let middle = SIMD3<Double>(dimensions) / 2
    for z in 0..<dimensions.z {
      for y in 0..<dimensions.y {
        for x in 0..<dimensions.x {
          let place = (SIMD3<Double>(SIMD3(x, y, z)) - middle) / middle
          let inside = (place * place).sum() < 0.6
          volume[x, y, z] = change((inside ? 600 : 100) + 20 * Float(generator.normal()))
        }
      }
    }
    return volume
  }

  private static let shapes: [OddInput] =
    ([
      [1, 1, 1], [2, 2, 2], [1, 20, 9], [24, 1, 9], [24, 20, 1], [1, 1, 50], [50, 1, 1],
      [1, 50, 1], [2, 1, 1], [3, 3, 1], [300, 280, 1], [40, 36, 12],
    ] as [SIMD3<Int>]).map {
      OddInput("\($0.x) × \($0.y) × \($0.z)", ball($0))
    } + [
      OddInput("thick slices", ball(spacing: [1, 1, 3.5])),
      OddInput("thin slices", ball(spacing: [2, 2, 0.1])),
      OddInput("pixels of uneven sides", ball(spacing: [0.01, 30, 1])),
    ]

  private static let values: [OddInput] =
    ([7.25, 0, -1000, 0.1, 3e38, -3e38, tiny] as [Float]).map {
      OddInput("all \($0)", Volume(dimensions: grid, repeating: $0))
    } + [
      OddInput("all 5, one voxel thick", Volume(dimensions: [24, 20, 1], repeating: 5)),
      OddInput("negative", ball { -$0 - 200 }),
      OddInput("8 bits", ball { min(255, max(0, $0.rounded() / 4)).rounded() }),
      OddInput("two values", ball { $0 > 300 ? 1 : 0 }),
      OddInput("±3e38", ball { $0 > 110 ? 3e38 : -3e38 }),
      OddInput("near 3e38", ball { $0 * 5e35 }),
      OddInput("near 1e20", ball { $0 * 1e18 }),
      OddInput("near 1e-30", ball { $0 * 1e-33 }),
      OddInput("denormal", ball { $0 * tiny }),
      OddInput("one voxel of 3e38", setting([(2000, 3e38)])),
      OddInput("far from zero", ball { $0 + 1e7 }),
    ]

  private static let gaps: [OddInput] = [
    OddInput("some NaN", setting([(0, .nan), (700, .nan), (2000, .nan), (2001, .nan)])),
    OddInput("some infinite", setting([(5, .infinity), (900, -.infinity), (901, .infinity)])),
    OddInput("every other NaN", ball { $0.bitPattern % 2 == 0 ? .nan : $0 }),
    OddInput("all NaN", Volume(dimensions: grid, repeating: .nan)),
    OddInput("all infinite", Volume(dimensions: grid, repeating: .infinity)),
    OddInput("one NaN voxel", Volume(dimensions: [1, 1, 1], repeating: .nan)),
    OddInput("all excluded", ball(), excluded: Mask(dimensions: grid, repeating: true)),
    OddInput("none excluded", ball(), excluded: Mask(dimensions: grid, repeating: false)),
    OddInput("all but one excluded", ball(), excluded: excluding { $0 != 2000 }),
    OddInput("a slice excluded", ball(), excluded: excluding { 960..<1440 ~= $0 }),
    OddInput("columns excluded", ball(), excluded: excluding { $0 % 24 < 5 }),
    OddInput(
      "padding of 3e38 excluded", setting((0..<1000).map { ($0, 3e38) }),
      excluded: excluding { $0 < 1000 }),
    OddInput(
      "one value beside padding", Volume(dimensions: grid, repeating: 4),
      excluded: excluding { $0 < 1000 }),
  ]

  private static func setting(_ changes: [(index: Int, value: Float)]) -> Volume {
    var volume = ball()
    for change in changes { volume.voxels[change.index] = change.value }
    return volume
  }

  private static func excluding(_ choice: (Int) -> Bool) -> Mask {
    Mask(
      dimensions: grid, bits: (0..<(grid.x * grid.y * grid.z)).map { choice($0) ? 1 : 0 })
  }
}
