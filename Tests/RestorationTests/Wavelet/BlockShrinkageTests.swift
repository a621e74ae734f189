import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Wavelet shrinkage block by block")
struct BlockShrinkageTests {
  private static func method(sigma: Double? = nil, levels: Int? = nil) -> WaveletShrinkage {
    var method = WaveletShrinkage()
    (method.wavelet, method.threshold) = ("haar", .local)
    (method.sigma, method.levels) = (sigma, levels)
    return method
  }

  private static func noisy(_ dimensions: SIMD3<Int>, sigma: Double, seed: UInt64) -> Volume {
    var generator = SplitMix64(seed: seed)
    var volume = Volume(dimensions: dimensions, repeating: 0)
    for i in volume.voxels.indices {
      let (x, y) = (i % dimensions.x, i / dimensions.x % dimensions.y)
      let z = i / volume.planeCount
      let isBright = (x / 7 + y / 9 + z / 8) % 2 == 0
      volume.voxels[i] = (isBright ? 200 : 80) + Float(x) + Float(sigma * generator.normal())
    }
    return volume
  }

  @Test(
    "Blocks are split, shrunk and merged as the definition says (seed 71)",
    arguments: [
      SIMD3(37, 70, 1), [4, 5, 1], [9, 4, 1], [70, 150, 1], [21, 18, 17], [8, 4, 2], [6, 40, 52],
      [300, 20, 1], [180, 6, 9], [177, 4, 1], [16, 15, 1], [5, 140, 4],
      [17, 16, 230], [390, 210, 1],
    ], [1, 2, 3, 4, 5])
  func definition(dimensions: SIMD3<Int>, levels: Int) throws {
    let volume = Self.noisy(dimensions, sigma: 10, seed: 71)
    let method = Self.method(sigma: 9, levels: levels)
    var three = method
    three.dimensions = dimensions.z > 1 ? .three : .auto
    let found = try three.apply(to: volume, excluding: nil, work: .unattended)
    guard case .integer(let taken) = found.figures["levels"] else {
      Issue.record("no levels")
      return
    }
    let plain = PlainBlocks(dimensions: dimensions, levels: taken, variance: 81)
    let expected = plain.restored(volume.voxels.map(Double.init))
    let worst = zip(found.volume.voxels, expected).map { abs(Double($0) - $1) }.max() ?? 1
    #expect(worst < 1e-3, "\(dimensions) \(taken) levels: \(worst)")
    #expect(found.figures["threshold"] == .text("local"))
  }

  @Test("Without noise it gives back what it got", arguments: [SIMD3(37, 23, 1), [21, 18, 17]])
  func perfectReconstruction(dimensions: SIMD3<Int>) throws {
    let volume = Self.noisy(dimensions, sigma: 10, seed: 72)
    let restored = try Self.method(sigma: 1e-6).apply(
      to: volume, excluding: nil, work: .unattended)
    let worst = zip(restored.volume.voxels, volume.voxels).map { abs($0 - $1) }.max() ?? 1
    #expect(worst < 2e-4)
  }

  @Test(
    "It leaves a decibel less error than scikit-image's way, one threshold a decimated band",
    arguments: [SIMD3(128, 120, 1), [64, 60, 40]])
  func better(dimensions: SIMD3<Int>) throws {
    let truth = Self.noisy(dimensions, sigma: 0, seed: 73)
    let noisy = Self.noisy(dimensions, sigma: 12, seed: 73)
    func error(_ method: WaveletShrinkage) throws -> Double {
      let restored = try method.apply(to: noisy, excluding: nil, work: .unattended).volume
      return zip(restored.voxels, truth.voxels).reduce(0) {
        $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
      }
    }
    var bayes = WaveletShrinkage()
    (bayes.wavelet, bayes.undecimated) = ("db4", false)
    // A decibel is a fifth less.
    #expect(try error(Self.method()) < 0.8 * error(bayes))
  }

  @Test("Dark air around a magnitude does not lower the noise that is found (seed 74)")
  func air() throws {
    var generator = SplitMix64(seed: 74)
    var volume = Volume(dimensions: [96, 96, 24], repeating: 0)
    for i in volume.voxels.indices {
      let (x, y) = (Double(i % 96) - 48, Double(i / 96 % 96) - 48)
      let signal = x * x + y * y < 1_000 ? 150.0 : 0
      let (real, other) = (signal + 10 * generator.normal(), 10 * generator.normal())
      volume.voxels[i] = Float((real * real + other * other).squareRoot())
    }
    let figures = try Self.method().apply(to: volume, excluding: nil, work: .unattended).figures
    guard case .number(let sigma) = figures["noise_sigma"] else {
      Issue.record("no sigma")
      return
    }
    #expect(abs(sigma - 10) < 0.3, "\(sigma)")
  }

  @Test("Excluded voxels keep their bits and don't matter")
  func excluded() throws {
    let noisy = Self.noisy([48, 40, 20], sigma: 10, seed: 75)
    var mask = Mask(dimensions: noisy.dimensions, repeating: false)
    for i in mask.bits.indices where i % 48 < 14 || i % 101 == 0 { mask[i] = true }
    let results = try [Float.nan, -2000].map { padding in
      var volume = noisy
      for i in mask.bits.indices where mask[i] { volume.voxels[i] = padding }
      var output = try Self.method()
        .apply(to: volume, excluding: mask, work: .unattended).volume.voxels
      for i in mask.bits.indices where mask[i] {
        #expect(output[i].bitPattern == padding.bitPattern)
        output[i] = 0
      }
      return output
    }
    #expect(results[0] == results[1] && results[0].allSatisfy(\.isFinite))
  }

  @Test("Slices far apart are restored one by one, each by its own noise")
  func slices() throws {
    var noisy = Self.noisy([40, 36, 18], sigma: 10, seed: 76)
    noisy.voxelSpacing = [1, 1, 4]
    let result = try Self.method().apply(to: noisy, excluding: nil, work: .unattended)
    #expect(result.figures["dimensions"] == .integer(2))
    let third = (2 * noisy.planeCount)..<(3 * noisy.planeCount)
    let alone = Volume(dimensions: [40, 36, 1], voxels: Array(noisy.voxels[third]))
    let expected = try Self.method().apply(to: alone, excluding: nil, work: .unattended)
    #expect(Array(result.volume.voxels[third]) == expected.volume.voxels)
  }

  @Test("Other wavelets, decimation and coloured noise do not go with it")
  func contradictions() {
    let changes: [(inout WaveletShrinkage) -> Void] = [
      { $0.wavelet = "db4" }, { $0.undecimated = false }, { $0.noise = .levelDependent },
      { $0.mode = .periodization },
    ]
    for change in changes {
      var method = Self.method()
      change(&method)
      #expect(throws: RestorationError.self) {
        try method.apply(
          to: Volume(dimensions: [8, 8, 1], repeating: 1), excluding: nil, work: .unattended)
      }
    }
  }
}
