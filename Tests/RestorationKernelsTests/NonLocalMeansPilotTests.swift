import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

@Suite struct NonLocalMeansPilotTests {
  /// Noise around 100.
  private func noise(_ dimensions: SIMD3<Int>, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<(dimensions.x * dimensions.y * dimensions.z)).map { _ in
      Float(100 + 10 * generator.normal())
    }
  }

  @Test(
    "Blocks without a threshold give the volume back (seed 41)", arguments: [1, 4], [3, 8, 21])
  func noThreshold(depth: Int, side: Int) {
    let dimensions: SIMD3<Int> = [side, 6, 5]
    let voxels = noise(dimensions, seed: 41)
    let image = PaddedVolume(voxels, dimensions: dimensions, rim: [3, 3, depth - 1])
    var output = [Float](repeating: 0, count: voxels.count)
    var span = output.mutableSpan
    CosineShrinkageTile(box: VoxelBox(x: 0..<side, y: 0..<6, z: 0..<5), depth: depth)
      .shrink(image, threshold: 0, into: &span)
    for (a, b) in zip(output, voxels) { #expect(abs(a - b) < 1e-3) }
  }

  @Test("A threshold above everything leaves the means of the blocks (seed 42)")
  func allShrunk() {
    let voxels = noise([13, 1, 1], seed: 42)
    let image = PaddedVolume(voxels, dimensions: [13, 1, 1], rim: [3, 3, 0])
    var output = [Float](repeating: 0, count: 13)
    var span = output.mutableSpan
    CosineShrinkageTile(box: VoxelBox(x: 0..<13, y: 0..<1, z: 0..<1), depth: 1)
      .shrink(image, threshold: 1e9, into: &span)
    for x in 0..<13 {
      // Rows are all the same, so a block's mean is that of four voxels; four blocks hold a voxel.
      var mean: Float = 0
      for first in (x - 3)...x {
        for i in first..<(first + 4) { mean += voxels[mirrored(i, count: 13)] / 16 }
      }
      #expect(abs(output[x] - mean) < 1e-3)
    }
  }

  @Test("Rotation-invariant weights follow their definition (seed 43)", arguments: [false, true])
  func definition(squares: Bool) {
    let size: SIMD3<Int> = [11, 5, 4]
    let voxels = noise(size, seed: 43)
    let (pilot, mean) = (voxels.map { 100 + ($0 - 100) / 4 }, voxels.map { 100 + ($0 - 100) / 8 })
    func unpadded(_ voxels: [Float]) -> PaddedVolume {
      PaddedVolume(voxels, dimensions: size, rim: [0, 0, 0])
    }
    let likeness = PatchLikeness(
      patchRadius: [1, 1, 1], searchRadius: [2, 2, 2], noiseFloor: 0, filteringStrength: 1.5,
      cutoff: 10, averagesSquares: squares)
    var output = [Float](repeating: 0, count: voxels.count)
    var span = output.mutableSpan
    RotationInvariantTile(box: VoxelBox(x: 0..<11, y: 0..<5, z: 0..<4), likeness: likeness)
      .average(
        unpadded(voxels), pilot: unpadded(pilot), mean: unpadded(mean), validity: nil, into: &span)
    for index in voxels.indices {
      var (sum, total) = (0.0, 0.0)
      for other in voxels.indices where isNear(index, other, size) {
        let (dp, dm) = (Double(pilot[index] - pilot[other]), Double(mean[index] - mean[other]))
        let d = 0.5 * max(dp * dp / 4.5 - 1, 0) + 0.5 * max(dm * dm / 1.125 - 1, 0)
        guard abs(dm) <= 1.5, d <= 10 else { continue }
        let value = Double(voxels[other])
        sum += exp(-d) * (squares ? value * value : value)
        total += exp(-d)
      }
      #expect(abs(Double(output[index]) * total / sum - 1) < 1e-5)
    }
  }

  private func isNear(_ a: Int, _ b: Int, _ size: SIMD3<Int>) -> Bool {
    abs(a % size.x - b % size.x) <= 2 && abs(a / size.x % size.y - b / size.x % size.y) <= 2
      && abs(a / size.x / size.y - b / size.x / size.y) <= 2
  }
}
