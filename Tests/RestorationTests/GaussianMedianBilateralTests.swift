import Foundation
import Restoration
import Testing
import VolumeModel

@Suite struct GaussianMedianBilateralTests {
  static let volume = NoiseFilterOracle.volume([19, 13, 9]) { x, y, z in
    Float((NoiseFilterOracle.hash(x, y, z) >> 16) % 1_000)
  }

  static let methods: [any RestorationMethod] = [
    GaussianSmoothing(sigma: 1.3), MedianFilter(radius: 1), MedianFilter(radius: 2),
    BilateralFilter(rangeSigma: 50),
  ]

  /// The largest difference of every 23rd voxel from what an oracle stored.
  private func difference(_ method: any RestorationMethod, _ name: String) throws -> Double {
    let restored = try method.apply(to: Self.volume, excluding: nil, work: .unattended).volume
    let expected = try NoiseFilterOracle.read("filters.json")[name] ?? []
    let picked = stride(from: 0, to: restored.voxels.count, by: 23).map { restored.voxels[$0] }
    return NoiseFilterOracle.largestDifference(picked, expected)
  }

  @Test("Gaussian smoothing gives SciPy's values to a millionth of the range")
  func gaussian() throws {
    #expect(try difference(GaussianSmoothing(sigma: 1.7), "gaussian_3d") < 1e-3)
    let within = GaussianSmoothing(sigma: 2.5, dimensions: .two)
    #expect(try difference(within, "gaussian_2d") < 1e-3)
  }

  @Test("Medians are SciPy's", arguments: [1, 2, 5], [FilterDimensions.two, .three])
  func median(radius: Int, dimensions: FilterDimensions) throws {
    let method = MedianFilter(radius: radius, dimensions: dimensions)
    let name = "median_\(dimensions == .two ? 2 : 3)d_\(radius)"
    #expect(try difference(method, name) == 0)
  }

  @Test("The bilateral filter follows its definition to 1e-5")
  func bilateral() throws {
    let within = BilateralFilter(
      spatialSigma: 1.5, rangeSigma: 300, radius: 3, dimensions: .two)
    #expect(try difference(within, "bilateral_2d") < 1e-2)
    let across = BilateralFilter(
      spatialSigma: 1.2, rangeSigma: 200, radius: 2, dimensions: .three)
    #expect(try difference(across, "bilateral_3d") < 1e-2)
  }

  @Test("A constant volume stays as it is", arguments: 0..<4)
  func constant(method: Int) throws {
    let volume = Volume(dimensions: [11, 7, 6], repeating: 64)
    let restored = try Self.methods[method]
      .apply(to: volume, excluding: nil, work: .unattended).volume
    #expect(zip(restored.voxels, volume.voxels).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("Excluded voxels come back bit by bit and have no say", arguments: 0..<4)
  func excluded(method: Int) throws {
    var mask = Mask(dimensions: Self.volume.dimensions, repeating: false)
    for i in mask.bits.indices { mask[i] = i % 7 == 0 }
    func spoilt(_ value: Float) -> Volume {
      Self.volume.replacingVoxels(
        mask.bits.indices.map { mask[$0] ? value : Self.volume.voxels[$0] })
    }
    let method = Self.methods[method]
    let a = try method.apply(to: spoilt(.nan), excluding: mask, work: .unattended).volume
    let b = try method.apply(to: spoilt(.infinity), excluding: mask, work: .unattended).volume
    for i in mask.bits.indices {
      if mask[i] {
        #expect(a.voxels[i].isNaN && b.voxels[i] == .infinity)
      } else {
        #expect(a.voxels[i] == b.voxels[i] && a.voxels[i].isFinite)
      }
    }
  }

  @Test("With nothing excluded an empty mask changes nothing", arguments: 0..<4)
  func emptyMask(method: Int) throws {
    let mask = Mask(dimensions: Self.volume.dimensions, repeating: false)
    let method = Self.methods[method]
    let plain = try method.apply(to: Self.volume, excluding: nil, work: .unattended).volume
    #expect(try method.apply(to: Self.volume, excluding: mask, work: .unattended).volume == plain)
  }

  @Test("One voxel is filtered to itself", arguments: 0..<4)
  func oneVoxel(method: Int) throws {
    let volume = Volume(dimensions: [1, 1, 1], repeating: 5)
    let restored = try Self.methods[method]
      .apply(to: volume, excluding: nil, work: .unattended).volume
    #expect(abs(restored.voxels[0] - 5) < 1e-5)
  }

  @Test("An even number of votes gives the mean of the middle two")
  func evenVotes() throws {
    let volume = Volume(dimensions: [3, 1, 1], voxels: [.nan, 4, 10])
    var mask = Mask(dimensions: [3, 1, 1], repeating: false)
    mask[0] = true
    let restored = try MedianFilter(radius: 1)
      .apply(to: volume, excluding: mask, work: .unattended).volume
    // Three rows, mirrored, see 4 and 10 three times each, and at the edge 4 once, 10 twice.
    #expect(restored.voxels[1] == 7 && restored.voxels[2] == 10)
  }

  @Test("Millimetres become voxels by the spacing")
  func millimetres() throws {
    var volume = Self.volume
    volume.voxelSpacing = [0.5, 0.5, 2]
    let method = GaussianSmoothing(sigma: 1, unit: .mm, dimensions: .three)
    let figures = try method.apply(to: volume, excluding: nil, work: .unattended).figures
    #expect(figures["sigma_voxels"] == .list([.number(2), .number(2), .number(0.5)]))
    #expect(figures["radius"] == .list([.integer(8), .integer(8), .integer(2)]))
  }

  @Test("Sigma 0 returns the volume")
  func noSmoothing() throws {
    let restored = try GaussianSmoothing(sigma: 0)
      .apply(to: Self.volume, excluding: nil, work: .unattended).volume
    #expect(restored == Self.volume)
  }

  @Test("Parameters out of range are refused")
  func outOfRange() {
    let methods: [any RestorationMethod] = [
      GaussianSmoothing(sigma: -1), GaussianSmoothing(sigma: .nan), MedianFilter(radius: 0),
      MedianFilter(radius: 6), BilateralFilter(spatialSigma: 0), BilateralFilter(rangeSigma: -1),
      BilateralFilter(radius: 16),
    ]
    for method in methods {
      #expect(throws: RestorationError.self) {
        try method.apply(to: Self.volume, excluding: nil, work: .unattended)
      }
    }
  }
}
