import Foundation
import Restoration
import RestorationKernels
import Testing
import VolumeModel

@Suite struct NonLocalMeansOracleTests {
  static let size = 16
  static let sigma = 12.0

  static let volume = NoiseFilterOracle.volume([size, size, size]) { x, y, z in
    let steps = (x + y > size ? 60 : 0) + (z > size / 2 ? 40 : 0)
    return Float(100 + steps + (NoiseFilterOracle.hash(x, y, z) >> 16) % 64 - 32)
  }

  /// The voxels at least `margin` from the border.
  static func inner(_ volume: Volume, margin: Int) -> [Float] {
    let inside = margin..<(size - margin)
    return (volume.isPlanar ? 0..<1 : inside).flatMap { z in
      inside.flatMap { y in inside.map { x in volume[x, y, z] } }
    }
  }

  @Test("Across slices the definition holds")
  func across() throws {
    let restored = try NonLocalMeans(
      sigma: Self.sigma, strength: 0.8, patchRadius: 1, searchRadius: 3, dimensions: .three
    ).apply(to: Self.volume, excluding: nil, work: .unattended).volume
    let expected = try NoiseFilterOracle.read("nlm.json")["definition_3d"] ?? []
    #expect(
      NoiseFilterOracle.largestDifference(Self.inner(restored, margin: 6), expected) < 2e-3)
  }

  @Test("Within a slice the definition holds")
  func within() throws {
    let slice = NoiseFilterOracle.volume([Self.size, Self.size, 1]) { x, y, _ in
      Self.volume[x, y, 8]
    }
    var method = NonLocalMeans(
      sigma: Self.sigma, strength: 0.8, patchRadius: 2, searchRadius: 3)
    let expected = try NoiseFilterOracle.read("nlm.json")["definition_2d"] ?? []
    // In integers to a hundredth of sigma, which is more than their rounding of one voxel.
    for (usesIntegers, least) in [(false, 2e-3), (true, Self.sigma / 100)] {
      method.usesIntegers = usesIntegers
      let restored = try method.apply(to: slice, excluding: nil, work: .unattended).volume
      #expect(
        NoiseFilterOracle.largestDifference(Self.inner(restored, margin: 5), expected) < least)
    }
  }

  @Test("The plain variant with DIPY's h gives DIPY's classic values")
  func dipyByParameters() throws {
    // DIPY counts the patch into its block: a block of radius 3 searches a radius of 2.
    let restored = try NonLocalMeans(
      noise: .rician, sigma: Self.sigma, strength: 2.0.squareRoot().squareRoot(), patchRadius: 1,
      searchRadius: 2, dimensions: .three, variant: .plain
    ).apply(to: Self.volume, excluding: nil, work: .unattended).volume
    let expected = try NoiseFilterOracle.read("nlm.json")["dipy_classic_rician"] ?? []
    #expect(
      NoiseFilterOracle.largestDifference(Self.inner(restored, margin: 6), expected) < 2e-3)
  }

  @Test("With DIPY's h and no noise floor, DIPY's classic values come out")
  func dipy() throws {
    let variance = Self.sigma * Self.sigma
    // DIPY counts the patch into its block: a block of radius 3 searches a radius of 2.
    let likeness = PatchLikeness(
      patchRadius: [1, 1, 1], searchRadius: [2, 2, 2], noiseFloor: 0,
      filteringStrength: Float((2.0.squareRoot() * variance).squareRoot()), cutoff: 87,
      averagesSquares: true)
    let image = PaddedVolume(
      Self.volume.voxels, dimensions: Self.volume.dimensions, rim: likeness.patchRadius)
    let side = 0..<Self.size
    var squares = Self.volume.voxels
    var span = squares.mutableSpan
    NonLocalMeansTile(box: VoxelBox(x: side, y: side, z: side), likeness: likeness)
      .average(image, validity: nil, into: &span)
    let restored = Self.volume.replacingVoxels(
      squares.map { max($0 - Float(2 * variance), 0).squareRoot() })
    let expected = try NoiseFilterOracle.read("nlm.json")["dipy_classic_rician"] ?? []
    #expect(
      NoiseFilterOracle.largestDifference(Self.inner(restored, margin: 6), expected) < 2e-3)
  }
}
