import Foundation
import Restoration
import Testing
import VolumeModel

@Suite struct NoiseEstimatorTests {
  static let levels = [1.0, 3, 5, 9, 15]

  @Test("Rician noise of a head in air is found to 5 %", arguments: levels)
  func headInAir(percent: Double) throws {
    let sigma = percent / 100 * NoisePhantom.largest
    let noisy = NoisePhantom.rician(NoisePhantom.head([112, 112, 80]), sigma: sigma, seed: 1)
    let estimate = try NoiseEstimator(model: .rician).estimate(noisy)
    #expect(abs(estimate.sigma / sigma - 1) < 0.05, "\(estimate.sigma) for \(sigma)")
  }

  @Test("Air that was set to zero does not disturb the estimate", arguments: levels)
  func strippedHead(percent: Double) throws {
    let sigma = percent / 100 * NoisePhantom.largest
    let head = NoisePhantom.head([112, 112, 80])
    let noisy = NoisePhantom.rician(head, sigma: sigma, seed: 2)
    let stripped = noisy.replacingVoxels(zip(noisy.voxels, head.voxels).map { $1 > 0 ? $0 : 0 })
    let estimate = try NoiseEstimator(model: .rician).estimate(stripped)
    #expect(abs(estimate.sigma / sigma - 1) < 0.05, "\(estimate.sigma) for \(sigma)")
  }

  @Test("A head that fills the volume gives its noise", arguments: levels)
  func noAir(percent: Double) throws {
    let sigma = percent / 100 * NoisePhantom.largest
    let head = NoisePhantom.head([112, 112, 80])
    let inside = NoiseFilterOracle.volume([64, 64, 48]) { head[$0 + 24, $1 + 24, $2 + 16] }
    let noisy = NoisePhantom.rician(inside, sigma: sigma, seed: 3)
    let estimate = try NoiseEstimator(model: .rician).estimate(noisy)
    #expect(abs(estimate.sigma / sigma - 1) < 0.05, "\(estimate.sigma) for \(sigma)")
  }

  @Test("A single slice gives its noise", arguments: levels)
  func slice(percent: Double) throws {
    let sigma = percent / 100 * NoisePhantom.largest
    let noisy = NoisePhantom.rician(NoisePhantom.head([224, 224, 1]), sigma: sigma, seed: 4)
    let estimate = try NoiseEstimator(model: .rician).estimate(noisy)
    #expect(abs(estimate.sigma / sigma - 1) < 0.05, "\(estimate.sigma) for \(sigma)")
  }

  @Test("Gaussian noise is found on values of either sign")
  func gaussian() throws {
    let head = NoisePhantom.head([80, 80, 64])
    let shifted = head.replacingVoxels(head.voxels.map { $0 * 8 - 1_000 })
    let noisy = NoisePhantom.gaussian(shifted, sigma: 20, seed: 5)
    let estimate = try NoiseEstimator(model: .gaussian).estimate(noisy)
    #expect(abs(estimate.sigma / 20 - 1) < 0.05, "\(estimate.sigma)")
  }

  @Test("Excluded voxels do not enter the estimate, whatever they hold")
  func excluded() throws {
    let noisy = NoisePhantom.gaussian(NoisePhantom.head([160, 160, 1]), sigma: 5, seed: 6)
    var (spoilt, mask) = (noisy, Mask(dimensions: noisy.dimensions, repeating: false))
    for y in 0..<40 {
      for x in 0..<160 {
        spoilt[x, y, 0] = x % 2 == 0 ? .nan : 1e30
        mask[noisy.index(x, y, 0)] = true
      }
    }
    let estimator = NoiseEstimator(model: .gaussian)
    let clean = try estimator.estimate(noisy, excluding: mask)
    #expect(try estimator.estimate(spoilt, excluding: mask) == clean)
    #expect(abs(clean.sigma / 5 - 1) < 0.15)
  }

  @Test("A constant volume has no noise", arguments: NoiseModel.allCases)
  func constant(model: NoiseModel) throws {
    let volume = Volume(dimensions: [8, 8, 8], repeating: 42)
    #expect(try NoiseEstimator(model: model).estimate(volume).sigma == 0)
  }

  @Test("A volume too small for the finest band is refused", arguments: [1, 2, 3])
  func tooSmall(side: Int) {
    let volume = Volume(dimensions: [side, 9, 5], repeating: 1)
    #expect(throws: RestorationError.self) {
      try NoiseEstimator(model: .gaussian).estimate(volume)
    }
  }

  @Test("A volume of which everything is excluded is refused")
  func allExcluded() {
    let volume = Volume(dimensions: [8, 8, 1], repeating: .nan)
    let mask = Mask(dimensions: [8, 8, 1], repeating: true)
    #expect(throws: RestorationError.self) {
      try NoiseEstimator(model: .gaussian).estimate(volume, excluding: mask)
    }
  }
}
