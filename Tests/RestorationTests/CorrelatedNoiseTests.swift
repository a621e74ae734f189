import Foundation
import Restoration
import Testing
import VolumeModel

@Suite struct CorrelatedNoiseTests {
  typealias Phantom = CorrelatedNoisePhantom

  @Test(
    "Noise whose neighbours are alike is found to 15 %", arguments: Phantom.Kind.allCases,
    [(0.6, 2.0), (0.6, 30), (1, 2), (1, 10), (1.3, 5), (1.5, 30), (2, 10)])
  func slice(kind: Phantom.Kind, noise: (width: Double, sigma: Double)) throws {
    let noisy = Phantom.noisy(
      Phantom.tissue([256, 256, 1]), sigma: noise.sigma, kind: kind, width: noise.width, seed: 31)
    let estimate = try NoiseEstimator(model: .correlated).estimate(noisy)
    #expect(abs(estimate.sigma / noise.sigma - 1) < 0.15, "\(estimate.sigma)")
    let white = try NoiseEstimator(model: .gaussian).estimate(noisy)
    #expect(white.sigma < 0.8 * noise.sigma)
  }

  @Test("So it is in a volume, among folds", arguments: Phantom.Kind.allCases, [0.7, 1.2])
  func volume(kind: Phantom.Kind, width: Double) throws {
    let noisy = Phantom.noisy(
      NoisePhantom.head([96, 96, 24]), sigma: 6, kind: kind, width: width, acrossSlices: true,
      seed: 32)
    let estimate = try NoiseEstimator(model: .correlated).estimate(noisy)
    #expect(abs(estimate.sigma / 6 - 1) < 0.15, "\(estimate.sigma)")
  }

  @Test("On white noise both estimators agree to 10 %", arguments: [2.0, 10, 25])
  func white(sigma: Double) throws {
    let noisy = NoisePhantom.gaussian(NoisePhantom.head([160, 160, 4]), sigma: sigma, seed: 33)
    let correlated = try NoiseEstimator(model: .correlated).estimate(noisy).sigma
    let white = try NoiseEstimator(model: .gaussian).estimate(noisy).sigma
    #expect(abs(correlated / white - 1) < 0.1, "\(correlated) and \(white)")
  }

  @Test("Excluded voxels do not enter, whatever they hold")
  func excluded() throws {
    let noisy = Phantom.noisy(
      Phantom.tissue([256, 256, 1]), sigma: 5, kind: .bell, width: 1, seed: 34)
    var (spoilt, mask) = (noisy, Mask(dimensions: noisy.dimensions, repeating: false))
    for y in 0..<90 {
      for x in 0..<256 {
        spoilt[x, y, 0] = x % 2 == 0 ? .nan : 1e30
        mask[noisy.index(x, y, 0)] = true
      }
    }
    let estimator = NoiseEstimator(model: .correlated)
    let clean = try estimator.estimate(noisy, excluding: mask)
    #expect(try estimator.estimate(spoilt, excluding: mask) == clean)
    #expect(abs(clean.sigma / 5 - 1) < 0.15, "\(clean.sigma)")
  }

  @Test("A speckled field below a few bright lines gives the speckle")
  func brightLines() throws {
    var noisy = Phantom.noisy(
      Volume(dimensions: [256, 256, 1], repeating: 50), sigma: 3, kind: .bell, width: 1, seed: 35)
    for y in 0..<40 {
      for x in 0..<256 { noisy[x, y, 0] = y % 10 < 4 ? 250 - Float(y % 10 * 30) : 0 }
    }
    let estimate = try NoiseEstimator(model: .correlated).estimate(noisy)
    #expect(abs(estimate.sigma / 3 - 1) < 0.15, "\(estimate.sigma)")
  }

  @Test("An image too small for blocks is measured by its finest details")
  func small() throws {
    let noisy = NoisePhantom.gaussian(
      Volume(dimensions: [8, 8, 6], repeating: 9), sigma: 2, seed: 36)
    #expect(
      try NoiseEstimator(model: .correlated).estimate(noisy)
        == NoiseEstimator(model: .gaussian).estimate(noisy))
  }

  @Test("A mild filter takes a third off correlated noise and keeps what stands out of it")
  func mildFilter() throws {
    let scene = Phantom.tissue([256, 256, 1])
    let noisy = Phantom.noisy(scene, sigma: 4, kind: .ramp, width: 0.8, seed: 37)
    let restored = try NonLocalMeans(noise: .correlated, strength: 0.55)
      .apply(to: noisy, excluding: nil, work: .unattended)
    let flat = scene.voxels.indices.filter { scene.voxels[$0] == 35 }
    let (before, after) = (moments(noisy, flat), moments(restored.volume, flat))
    #expect((0.5...0.75).contains(after.deviation / before.deviation), "\(after) of \(before)")
    #expect(abs(after.mean - before.mean) < 0.2)
    for contrast in [Float(20), 40, -20] {
      let discs = scene.voxels.indices.filter { scene.voxels[$0] == 35 + contrast }
      let kept =
        (moments(restored.volume, discs).mean - 35) / (moments(noisy, discs).mean - 35)
      #expect(abs(kept - 1) < 0.03, "\(kept) of \(contrast)")
    }
    for x in 212...219 {
      let column = (0..<256).map { scene.index(x, $0, 0) }
      let moved = moments(restored.volume, column).mean - moments(noisy, column).mean
      #expect(abs(moved) < 0.01 * 65, "\(moved) beside the edge")
    }
    #expect(restored.figures["noise_model"] == .text("correlated"))
    #expect(restored.figures["patch_radius"] == .integer(2))
  }

  private func moments(_ volume: Volume, _ places: [Int]) -> (mean: Double, deviation: Double) {
    let mean = places.reduce(0.0) { $0 + Double(volume.voxels[$1]) } / Double(places.count)
    let square = places.reduce(0.0) { sum, i in
      let difference = Double(volume.voxels[i]) - mean
      return sum + difference * difference
    }
    return (mean, (square / Double(places.count)).squareRoot())
  }
}
