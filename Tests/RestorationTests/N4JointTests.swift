import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("N4 on several volumes of one scan")
struct N4JointTests {
  /// A ball of two tissues under a slow field, as bright as `signal` says.
  private func volume(signal: Float, seed: UInt64) -> Volume {
    var generator = SplitMix64(seed: seed)
    let side = 32
    var volume = Volume(dimensions: [side, side, side], repeating: 0)
    for z in 0..<side {
      for y in 0..<side {
        for x in 0..<side {
          let p = (SIMD3(Double(x), Double(y), Double(z)) - 15.5) / 15.5
          let radius = length(p)
          guard radius < 0.9 else { continue }
          let field = Float(exp(0.3 * p.x - 0.2 * p.y * p.z))
          let tissue: Float = radius < 0.5 ? 0.6 : 1
          volume[x, y, z] = signal * tissue * field + Float(generator.normal())
        }
      }
    }
    return volume
  }

  @Test("All volumes are divided by one field, so their ratios stay, seeds 1 to 3")
  func ratiosStay() throws {
    let volumes = [
      volume(signal: 400, seed: 1), volume(signal: 100, seed: 2), volume(signal: 25, seed: 3),
    ]
    let method = N4BiasCorrection()
    let (corrected, figures) = try method.apply(
      together: volumes, excluding: [nil, nil, nil], work: .unattended)
    for index in volumes[0].voxels.indices where volumes[2].voxels[index] > 10 {
      let field = volumes[0].voxels[index] / corrected[0].voxels[index]
      for (source, result) in zip(volumes, corrected).dropFirst() {
        #expect(abs(source.voxels[index] / result.voxels[index] / field - 1) < 1e-5)
      }
    }
    #expect(figures["field_max"] != nil)
    // The brighter shell varied by the field and must be flat now.
    let shell = corrected[0].voxels.filter { $0 > 300 }
    let mean = shell.reduce(0, +) / Float(shell.count)
    let spread = (shell.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(shell.count))
      .squareRoot()
    #expect(spread / mean < 0.03)
  }

  @Test("Volumes on different grids are refused")
  func gridsDiffer() {
    let volumes = [
      Volume(dimensions: [8, 8, 8], repeating: 1), Volume(dimensions: [8, 8, 4], repeating: 1),
    ]
    #expect(throws: RestorationError.self) {
      try N4BiasCorrection().apply(together: volumes, excluding: [nil, nil], work: .unattended)
    }
  }
}
