import Foundation
import RestoradTestSupport
import Restoration
import Synchronization
import Testing
import VolumeModel

@Suite struct NonLocalMeansTests {
  @Test(
    "A constant volume is a fixed point", arguments: NonLocalMeans.Variant.allCases, [1, 2, 8])
  func constant(variant: NonLocalMeans.Variant, slices: Int) throws {
    let volume = Volume(dimensions: [9, 10, slices], repeating: 7.3)
    for sigma in [nil, 3.0] {
      let restored = try NonLocalMeans(sigma: sigma, variant: variant)
        .apply(to: volume, excluding: nil, work: .unattended)
      #expect(restored.volume == volume)
    }
  }

  @Test(
    "Rician noise falls and the bias with it", arguments: [3.0, 5, 9],
    [NonLocalMeans.Variant.classic, .rotationInvariant])
  func rician(percent: Double, variant: NonLocalMeans.Variant) throws {
    let head = NoisePhantom.head([56, 56, 40])
    let noisy = NoisePhantom.rician(head, sigma: percent / 100 * NoisePhantom.largest, seed: 11)
    let restored = try NonLocalMeans(noise: .rician, variant: variant)
      .apply(to: noisy, excluding: nil, work: .unattended).volume
    let gain =
      NoisePhantom.psnr(restored, truth: head) - NoisePhantom.psnr(noisy, truth: head)
    #expect(gain > 4, "\(gain) dB")
    func airMean(_ volume: Volume) -> Float { (0..<6).reduce(0) { $0 + volume[$1, 0, 0] } / 6 }
    #expect(airMean(restored) < airMean(noisy) / 2)
  }

  @Test("Gaussian noise falls and the mean stays", arguments: FilterDimensions.allCases)
  func gaussian(dimensions: FilterDimensions) throws {
    let head = NoisePhantom.head([56, 56, 24])
    let noisy = NoisePhantom.gaussian(head, sigma: 8, seed: 12)
    let restored = try NonLocalMeans(dimensions: dimensions)
      .apply(to: noisy, excluding: nil, work: .unattended).volume
    let gain =
      NoisePhantom.psnr(restored, truth: head) - NoisePhantom.psnr(noisy, truth: head)
    #expect(gain > 2, "\(gain) dB")
    func mean(_ volume: Volume) -> Double {
      volume.voxels.reduce(0) { $0 + Double($1) } / Double(volume.voxels.count)
    }
    #expect(abs(mean(restored) - mean(noisy)) < 0.05)
  }

  @Test(
    "Excluded voxels come back bit by bit and change nothing else",
    arguments: NonLocalMeans.Variant.allCases)
  func excluded(variant: NonLocalMeans.Variant) throws {
    let noisy = NoisePhantom.gaussian(NoisePhantom.head([24, 20, 8]), sigma: 8, seed: 13)
    var mask = Mask(dimensions: noisy.dimensions, repeating: false)
    var generator = SplitMix64(seed: 14)
    for i in mask.bits.indices { mask[i] = Int.random(in: 0..<5, using: &generator) == 0 }
    func spoilt(_ value: Float) -> Volume {
      noisy.replacingVoxels(noisy.voxels.indices.map { mask[$0] ? value : noisy.voxels[$0] })
    }
    let method = NonLocalMeans(sigma: 8, variant: variant)
    let a = try method.apply(to: spoilt(.nan), excluding: mask, work: .unattended).volume
    let b = try method.apply(to: spoilt(-1e30), excluding: mask, work: .unattended).volume
    for i in mask.bits.indices {
      let same = mask[i] ? a.voxels[i].isNaN && b.voxels[i] == -1e30 : a.voxels[i] == b.voxels[i]
      guard same else {
        Issue.record("voxel \(i): \(a.voxels[i]) and \(b.voxels[i])")
        return
      }
    }
  }

  @Test(
    "Volumes smaller than window and patch are filtered",
    arguments: [
      SIMD3(1, 1, 1), [1, 7, 1], [3, 2, 1], [2, 2, 6], [5, 1, 9],
    ])
  func small(dimensions: SIMD3<Int>) throws {
    let volume = NoiseFilterOracle.volume(dimensions) { Float($0 + 2 * $1 + 3 * $2) }
    for variant in NonLocalMeans.Variant.allCases {
      let method = NonLocalMeans(
        sigma: 1, patchRadius: 5, searchRadius: 15, dimensions: .three, variant: variant)
      let restored = try method.apply(to: volume, excluding: nil, work: .unattended).volume
      #expect(restored.dimensions == dimensions)
      #expect(restored.voxels.allSatisfy { $0.isFinite })
    }
  }

  @Test(
    "Parameters out of range are refused",
    arguments: [
      NonLocalMeans(sigma: -1), NonLocalMeans(sigma: .nan), NonLocalMeans(strength: 0.05),
      NonLocalMeans(strength: 4), NonLocalMeans(patchRadius: 6), NonLocalMeans(searchRadius: 0),
      NonLocalMeans(searchRadius: 16),
    ])
  func outOfRange(method: NonLocalMeans) {
    let volume = Volume(dimensions: [8, 8, 1], repeating: 1)
    #expect(throws: RestorationError.self) {
      try method.apply(to: volume, excluding: nil, work: .unattended)
    }
  }

  @Test(
    "Slices three times as far apart as pixels are seen together, wider ones alone",
    arguments: [
      (5, 3.0, 3), (5, 3.1, 2), (4, 1.0, 2), (1, 1.0, 2),
    ])
  func automaticDimensions(slices: Int, spacing: Double, expected: Int) throws {
    var volume = Volume(dimensions: [8, 8, slices], repeating: 1)
    volume.voxelSpacing.z = spacing
    let figures = try NonLocalMeans(sigma: 1)
      .apply(to: volume, excluding: nil, work: .unattended).figures
    #expect(figures["dimensions"] == .integer(expected))
  }

  @Test("What was used is noted")
  func figures() throws {
    let volume = Volume(dimensions: [8, 8, 8], repeating: 1)
    let figures = try NonLocalMeans(noise: .rician, sigma: 2, strength: 0.5)
      .apply(to: volume, excluding: nil, work: .unattended).figures
    #expect(
      figures.entries.map(\.name) == [
        "noise_sigma", "noise_model", "strength", "patch_radius", "search_radius", "dimensions",
        "variant",
      ])
    #expect(figures["noise_sigma"] == .number(2))
    #expect(figures["noise_model"] == .text("rician"))
  }

  @Test("Progress rises to the end", arguments: NonLocalMeans.Variant.allCases)
  func progress(variant: NonLocalMeans.Variant) throws {
    let noted = Mutex<[Double]>([])
    let volume = Volume(dimensions: [96, 40, 20], repeating: 1)
    let work = Work(report: { fraction in noted.withLock { $0.append(fraction) } })
    _ = try NonLocalMeans(sigma: 1, variant: variant)
      .apply(to: volume, excluding: nil, work: work)
    noted.withLock { noted in
      #expect(noted.allSatisfy { (0...1).contains($0) })
      #expect(noted.max() == 1)
    }
  }

  @Test("Nobody waiting ends the work")
  func cancelled() {
    let volume = Volume(dimensions: [32, 32, 8], repeating: 1)
    #expect(throws: CancellationError.self) {
      try NonLocalMeans(sigma: 1)
        .apply(to: volume, excluding: nil, work: Work(isCancelled: { true }))
    }
  }
}
