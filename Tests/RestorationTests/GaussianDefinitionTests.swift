import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite("Gaussian smoothing beside its definition")
struct GaussianDefinitionTests {
  @Test(
    "Whatever the size, sums are those of the definition in double precision (seed 39)",
    arguments: [
      [1, 1, 1], [3, 70, 9], [37, 5, 2], [130, 9, 70], [7, 1, 30], [24, 67, 5], [5, 140, 3],
    ] as [SIMD3<Int>], [0.2, 1, 3.1])
  func sizes(dimensions: SIMD3<Int>, sigma: Double) throws {
    var generator = SplitMix64(seed: 39)
    var volume = Volume(dimensions: dimensions, repeating: 0)
    for i in volume.voxels.indices { volume.voxels[i] = Float(100 * generator.normal()) }
    for across in [FilterDimensions.two, .three] {
      let found = try GaussianSmoothing(sigma: sigma, dimensions: across)
        .apply(to: volume, excluding: nil, work: .unattended).volume
      let expected = Self.smoothed(volume, sigma: sigma, axes: across == .two ? 2 : 3)
      let worst = zip(found.voxels, expected).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(worst < 2e-4, "\(dimensions) \(sigma) \(across): \(worst)")
    }
  }

  @Test("A voxel that is left out changes nothing out of its reach")
  func outOfReach() throws {
    var generator = SplitMix64(seed: 40)
    var volume = Volume(dimensions: [40, 60, 9], repeating: 0)
    for i in volume.voxels.indices { volume.voxels[i] = Float(100 * generator.normal()) }
    var mask = Mask(dimensions: volume.dimensions, repeating: false)
    mask[0] = true
    let all = try GaussianSmoothing().apply(to: volume, excluding: nil, work: .unattended).volume
    let others = try GaussianSmoothing().apply(to: volume, excluding: mask, work: .unattended)
    for i in volume.voxels.indices where i % 40 > 4 || i / 40 % 60 > 4 {
      #expect(abs(all.voxels[i] - others.volume.voxels[i]) < 1e-4)
    }
  }

  /// Axis by axis, mirrored between voxels at the border.
  private static func smoothed(_ volume: Volume, sigma: Double, axes: Int) -> [Double] {
    let radius = Int(4 * sigma + 0.5)
    let bell = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = bell.reduce(0, +)
    var voxels = volume.voxels.map(Double.init)
    let (size, strides) = (volume.dimensions, SIMD3(1, volume.dimensions.x, volume.planeCount))
    for axis in 0..<axes {
      let source = voxels
      for i in voxels.indices {
        let place = i / strides[axis] % size[axis]
        voxels[i] = (-radius...radius).reduce(0.0) { total, offset in
          let period = 2 * size[axis]
          let folded = ((place + offset) % period + period) % period
          let mirrored = folded < size[axis] ? folded : period - 1 - folded
          let neighbour = i + (mirrored - place) * strides[axis]
          return total + bell[offset + radius] / sum * source[neighbour]
        }
      }
    }
    return voxels
  }
}
