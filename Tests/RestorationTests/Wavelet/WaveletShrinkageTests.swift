import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Wavelet shrinkage")
struct WaveletShrinkageTests {
  @Test("Decimated shrinkage equals PyWavelets' and scikit-image's pipelines")
  func equalsPeers() throws {
    for expected in try WaveletExpectations.read().shrinkages {
      let scene = WaveletExpectations.scene(
        SIMD3(expected.dimensions[0], expected.dimensions[1], expected.dimensions[2]))
      var method = WaveletShrinkage()
      method.wavelet = expected.wavelet
      method.levels = expected.levels
      method.undecimated = false
      method.threshold = expected.threshold == "bayes" ? .bayes : .universal
      method.shrinkage = try #require(WaveletShrinkage.Shrinkage(rawValue: expected.shrinkage))
      method.mode = try #require(WaveletExtension(rawValue: expected.mode))
      let result = try method.apply(to: scene, excluding: nil, work: .unattended)
      let label: Comment = "\(expected.wavelet) \(expected.threshold) \(expected.dimensions)"
      let samples = stride(from: 0, to: scene.voxels.count, by: 31).map { result.volume.voxels[$0] }
      let worst = zip(samples, expected.every31st).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-5, label)
      let projection = WaveletExpectations.project(result.volume.voxels)
      #expect(abs(projection - expected.projection) < 1e-4, label)
      if let sigma = expected.sigma, case .number(let found) = result.figures["noise_sigma"] {
        #expect(abs(found - sigma) < 1e-6 * sigma, label)
      }
    }
  }

  @Test("Noise on a phantom falls, and falls further at every shift", arguments: [1, 40])
  func improves(slices: Int) throws {
    let truth = Self.phantom([96, 96, slices])
    let noisy = Self.addNoise(to: truth, sigma: 10, seed: 11)
    var method = WaveletShrinkage()
    let undecimated = try method.apply(to: noisy, excluding: nil, work: .unattended)
    method.undecimated = false
    let decimated = try method.apply(to: noisy, excluding: nil, work: .unattended)
    let (before, plain) = (Self.psnr(truth, noisy), Self.psnr(truth, decimated.volume))
    let shifted = Self.psnr(truth, undecimated.volume)
    #expect(plain > before + 3, "\(before) → \(plain) dB")
    #expect(shifted > plain + 0.8, "\(plain) → \(shifted) dB")
    guard case .number(let sigma) = undecimated.figures["noise_sigma"] else {
      Issue.record("no sigma")
      return
    }
    #expect(abs(sigma - 10) < 1)
    #expect(undecimated.figures["dimensions"] == .integer(slices > 1 ? 3 : 2))
  }

  @Test(
    "Without a threshold the undecimated transform gives back what it got",
    arguments: ["haar", "db4", "bior2.2", "rbio3.1", "coif2"], WaveletExtension.allCases)
  func perfectReconstruction(wavelet: String, mode: WaveletExtension) throws {
    for dimensions in [
      SIMD3<Int>(37, 23, 1), [21, 18, 17], [33, 1, 1], [1, 33, 1], [1, 20, 19],
    ] {
      let scene = WaveletExpectations.scene(dimensions)
      var method = WaveletShrinkage()
      (method.wavelet, method.mode, method.levels) = (wavelet, mode, 2)
      // So small that it moves nothing, but not zero, which would skip the transform.
      method.threshold = .value(1e-12)
      let result = try method.apply(to: scene, excluding: nil, work: .unattended)
      let worst = zip(result.volume.voxels, scene.voxels).map { abs($0 - $1) }.max() ?? 1
      // rbio3.1 is that badly conditioned.
      #expect(worst < 2e-5, "\(dimensions)")
    }
  }

  @Test("Excluded voxels keep their bits and don't matter", arguments: [true, false])
  func excludedVoxels(undecimated: Bool) throws {
    let noisy = Self.addNoise(to: Self.phantom([48, 40, 20]), sigma: 10, seed: 5)
    var mask = Mask(dimensions: noisy.dimensions, repeating: false)
    for i in mask.bits.indices where i % 48 < 14 || i % 101 == 0 { mask[i] = true }
    var method = WaveletShrinkage()
    method.undecimated = undecimated
    var results: [[Float]] = []
    for padding in [Float.nan, -2000, -Float.infinity] {
      var volume = noisy
      for i in mask.bits.indices where mask[i] { volume.voxels[i] = padding }
      var output = try method.apply(to: volume, excluding: mask, work: .unattended).volume.voxels
      for i in mask.bits.indices where mask[i] {
        #expect(output[i].bitPattern == padding.bitPattern)
        output[i] = 0
      }
      let isFinite = output.allSatisfy(\.isFinite)
      #expect(isFinite)
      results.append(output)
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }

  @Test("A large padded surrounding doesn't lower the noise that is found")
  func sigmaIgnoresPadding() throws {
    var volume = Self.addNoise(to: Self.phantom([128, 128, 1]), sigma: 10, seed: 3)
    var mask = Mask(dimensions: volume.dimensions, repeating: false)
    for y in 0..<128 {
      for x in 0..<128 where (x - 64) * (x - 64) + (y - 64) * (y - 64) > 2000 {
        mask[volume.index(x, y, 0)] = true
        volume[x, y, 0] = -1024
      }
    }
    let result = try WaveletShrinkage().apply(to: volume, excluding: mask, work: .unattended)
    guard case .number(let sigma) = result.figures["noise_sigma"] else {
      Issue.record("no sigma")
      return
    }
    #expect(abs(sigma - 10) < 1.5)
  }

  @Test("Noise that neighbours share needs a sigma for each level")
  func colouredNoise() throws {
    let truth = Self.phantom([128, 128, 1])
    let white = Self.addNoise(
      to: Volume(dimensions: [129, 129, 1], repeating: 0), sigma: 20, seed: 9)
    var noisy = truth
    for y in 0..<128 {
      for x in 0..<128 {
        let sum = white[x, y, 0] + white[x + 1, y, 0] + white[x, y + 1, 0] + white[x + 1, y + 1, 0]
        noisy[x, y, 0] += sum / 2
      }
    }
    var method = WaveletShrinkage()
    let plain = try method.apply(to: noisy, excluding: nil, work: .unattended)
    method.noise = .levelDependent
    let fitted = try method.apply(to: noisy, excluding: nil, work: .unattended)
    let (before, after) = (Self.psnr(truth, plain.volume), Self.psnr(truth, fitted.volume))
    #expect(after > before + 1, "\(before) → \(after) dB")
  }

  @Test("Slices far apart are restored one by one")
  func sliceBySlice() throws {
    var noisy = Self.addNoise(to: Self.phantom([40, 36, 18]), sigma: 10, seed: 21)
    noisy.voxelSpacing = [1, 1, 4]
    let result = try WaveletShrinkage().apply(to: noisy, excluding: nil, work: .unattended)
    #expect(result.figures["dimensions"] == .integer(2))
    let third = (2 * noisy.planeCount)..<(3 * noisy.planeCount)
    let alone = Volume(dimensions: [40, 36, 1], voxels: Array(noisy.voxels[third]))
    let expected = try WaveletShrinkage().apply(to: alone, excluding: nil, work: .unattended)
    #expect(Array(result.volume.voxels[third]) == expected.volume.voxels)
  }

  @Test("A mild strength lies between nothing and everything")
  func strength() throws {
    let noisy = Self.addNoise(to: Self.phantom([64, 64, 1]), sigma: 10, seed: 2)
    let changes = try [0, 0.5, 1].map { strength in
      var method = WaveletShrinkage()
      method.strength = strength
      let result = try method.apply(to: noisy, excluding: nil, work: .unattended).volume
      return Self.psnr(noisy, result)
    }
    #expect(changes[0] == .infinity && changes[1] > changes[2])
  }

  @Test("A constant volume comes out bit by bit", arguments: [1, 20])
  func constantVolume(slices: Int) throws {
    let volume = Volume(dimensions: [17, 9, slices], repeating: -1000.1)
    let result = try WaveletShrinkage().apply(to: volume, excluding: nil, work: .unattended)
    #expect(result.volume == volume)
  }

  @Test("Volumes without neighbours or without a usable voxel are refused")
  func unfitVolumes() {
    let (pixel, empty) = (
      Volume(dimensions: [1, 1, 1], repeating: 1), Volume(dimensions: [4, 4, 1], repeating: .nan)
    )
    for volume in [pixel, empty] {
      #expect(throws: RestorationError.self) {
        try WaveletShrinkage().apply(to: volume, excluding: nil, work: .unattended)
      }
    }
    #expect(throws: RestorationError.self) {
      var method = WaveletShrinkage()
      method.dimensions = .three
      return try method.apply(
        to: Volume(dimensions: [4, 4, 1], repeating: 1), excluding: nil, work: .unattended)
    }
  }

  @Test("Parameters out of range are refused")
  func refusedParameters() {
    let changes: [(inout WaveletShrinkage) -> Void] = [
      { $0.levels = 0 }, { $0.levels = 13 }, { $0.sigma = -1 }, { $0.sigma = .nan },
      { $0.strength = 5 }, { $0.threshold = .value(-1) }, { $0.wavelet = "db99" },
    ]
    for change in changes {
      var method = WaveletShrinkage()
      change(&method)
      #expect(throws: RestorationError.self) {
        try method.apply(
          to: Volume(dimensions: [8, 8, 1], repeating: 1), excluding: nil, work: .unattended)
      }
    }
  }

  @Test("Nobody waiting ends the work")
  func cancellation() {
    let work = Work(isCancelled: { true })
    #expect(throws: CancellationError.self) {
      try WaveletShrinkage().apply(
        to: WaveletExpectations.scene([16, 16, 1]), excluding: nil, work: work)
    }
  }

  /// Three tissues in folds, inside a skull, with slow shading.
  private static func phantom(_ dimensions: SIMD3<Int>) -> Volume {
    var volume = Volume(dimensions: dimensions, repeating: 0)
    let scale = SIMD3(2.2, 2.2, 2.2) / SIMD3<Double>(dimensions)
    for z in 0..<dimensions.z {
      for y in 0..<dimensions.y {
        for x in 0..<dimensions.x {
          let a = Double(x) * scale.x - 1.1
          let b = Double(y) * scale.y - 1.1
          let c = dimensions.z == 1 ? 0.1 : Double(z) * scale.z - 1.1
          let radius = a * a + b * b + c * c
          guard radius < 1 else { continue }
          let folds = sin(5 * a) + sin(4 * b + 1) + sin(4 * c + 2)
          let tissue: Float = folds > 0.6 ? 150 : (folds > -0.8 ? 105 : 48)
          volume[x, y, z] = (radius > 0.9 ? 30 : tissue) + Float(8 * sin(2 * a + b))
        }
      }
    }
    return volume
  }

  private static func addNoise(to volume: Volume, sigma: Double, seed: UInt64) -> Volume {
    var generator = SplitMix64(seed: seed)
    return volume.replacingVoxels(
      volume.voxels.map { $0 + Float(sigma * generator.normal()) })
  }

  private static func psnr(_ a: Volume, _ b: Volume) -> Double {
    let squares = zip(a.voxels, b.voxels).reduce(0.0) { sum, pair in
      let difference = Double(pair.0 - pair.1)
      return sum + difference * difference
    }
    return 10 * log10(160 * 160 * Double(a.voxels.count) / squares)
  }
}
