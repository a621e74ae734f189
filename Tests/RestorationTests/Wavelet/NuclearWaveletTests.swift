import Foundation
import Restoration
import Testing
import VolumeModel

@Suite("Wavelet shrinkage of counts")
struct NuclearWaveletTests {
  @Test("Noise falls in a warm body amid zeros; its counts and hot spots stay")
  func warmBody() throws {
    let truth = Self.body()
    let noisy = Self.noisy(truth, seed: 41)
    let restored = try Self.method.apply(to: noisy, excluding: nil, work: .unattended).volume
    #expect(Self.error(restored, truth) < 0.93 * Self.error(noisy, truth))
    let (before, after) = (Self.sum(noisy), Self.sum(restored))
    #expect(abs(after / before - 1) < 0.001, "\(after / before)")
    for centre in [SIMD2(60, 80), [100, 76], [84, 98]] {
      let (peakBefore, peakAfter) = (Self.peak(noisy, centre), Self.peak(restored, centre))
      #expect(peakAfter > 0.97 * peakBefore, "\(peakAfter) of \(peakBefore)")
    }
    for i in truth.voxels.indices where truth.voxels[i] == 0 {
      #expect(restored.voxels[i] >= 0)
    }
  }

  @Test("Zero background does not hide the noise, and is not touched")
  func background() throws {
    let noisy = Self.noisy(Self.body(), seed: 42)
    let result = try Self.method.apply(to: noisy, excluding: nil, work: .unattended)
    guard case .number(let sigma) = result.figures["noise_sigma"] else {
      Issue.record("no sigma")
      return
    }
    #expect(sigma > 10)
    for y in 0..<20 {
      for x in 0..<168 { #expect(result.volume[x, y, 0] == 0) }
    }
  }

  @Test("A speck that noise cannot explain stays")
  func speck() throws {
    let noise = CorrelatedNoisePhantom.noise([256, 256, 1], kind: .bell, width: 0.5, seed: 43)
    var noisy = Volume(dimensions: [256, 256, 1], voxels: noise.map { 1000 + 20 * $0 })
    for x in 127...128 {
      for y in 127...128 { noisy[x, y, 0] += 300 }
    }
    let restored = try Self.method.apply(to: noisy, excluding: nil, work: .unattended).volume
    let kept = (127...128).reduce(Float(0)) { sum, x in
      sum + (restored[x, 127, 0] + restored[x, 128, 0] - 2000) / 4
    }
    #expect(kept > 240, "\(kept) of 300")
  }

  private static var method: WaveletShrinkage {
    var method = WaveletShrinkage()
    (method.wavelet, method.noise, method.strength) = ("db4", .levelDependent, 0.4)
    return method
  }

  /// An ellipse of activity with three hot spots, blurred as by a camera.
  private static func body() -> Volume {
    let sharp = NoiseFilterOracle.volume([168, 168, 1]) { x, y, _ in
      let (a, b) = (Double(x - 84) / 48, Double(y - 84) / 28)
      guard a * a + b * b < 1 else { return 0 }
      for centre in [SIMD2(60, 80), [100, 76], [84, 98]] {
        let (dx, dy) = (x - centre.x, y - centre.y)
        if dx * dx + dy * dy <= 9 { return 4000 }
      }
      return 800
    }
    let blurred = CorrelatedNoisePhantom.smoothed(sharp.voxels, sharp.dimensions, 1.2, false)
    return sharp.replacingVoxels(blurred.map { $0 < 1 ? 0 : $0 })
  }

  /// Noise that grows as the root of the activity, its neighbours alike.
  private static func noisy(_ truth: Volume, seed: UInt64) -> Volume {
    let noise = CorrelatedNoisePhantom.noise(truth.dimensions, kind: .bell, width: 1, seed: seed)
    return truth.replacingVoxels(
      zip(truth.voxels, noise).map { max(0, $0 + 7 * $0.squareRoot() * $1) })
  }

  private static func error(_ volume: Volume, _ truth: Volume) -> Double {
    let squares = zip(volume.voxels, truth.voxels).reduce(0.0) { sum, pair in
      let difference = Double(pair.0 - pair.1)
      return sum + difference * difference
    }
    return squares.squareRoot()
  }

  /// The greatest mean of 3 by 3 voxels near a place: a single voxel's maximum is mostly noise.
  private static func peak(_ volume: Volume, _ centre: SIMD2<Int>) -> Float {
    var peak: Float = 0
    for y in (centre.y - 2)...(centre.y + 2) {
      for x in (centre.x - 2)...(centre.x + 2) {
        var sum: Float = 0
        for row in -1...1 { for column in -1...1 { sum += volume[x + column, y + row, 0] } }
        peak = max(peak, sum / 9)
      }
    }
    return peak
  }

  private static func sum(_ volume: Volume) -> Double {
    volume.voxels.reduce(0) { $0 + Double($1) }
  }
}
