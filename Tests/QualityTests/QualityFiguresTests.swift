import Quality
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Quality of one volume")
struct QualityFiguresTests {
  private func noise(_ sigma: Double, dimensions: SIMD3<Int> = [128, 128, 4]) -> Volume {
    var random = SplitMix64(seed: 11)
    var volume = Volume(dimensions: dimensions, repeating: 0)
    for i in volume.voxels.indices { volume.voxels[i] = Float(sigma * random.normal()) }
    return volume
  }

  @Test("Entropy, contrast and sharpness are those of numpy")
  func numpy() throws {
    let found = try QualityFigures.measure(QualityScene.volumes().noisy)
    let expected = try QualityScene.expected()
    #expect(abs(found.entropy - (expected["entropy"] ?? 0)) < 1e-3)
    #expect(abs(found.contrast - (expected["contrast"] ?? 0)) < 1e-6)
    #expect(abs(found.sharpness - (expected["sharpness"] ?? 0)) < 1e-5)
  }

  @Test("A constant volume has zeros")
  func constant() throws {
    let found = try QualityFigures.measure(Volume(dimensions: [5, 4, 3], repeating: -7))
    #expect(found == ImageFigures(entropy: 0, contrast: 0, sharpness: 0, noiseSigma: 0))
  }

  @Test("Two equally frequent values have an entropy of 1 bit and a contrast of a half")
  func twoValues() throws {
    var volume = Volume(dimensions: [8, 8, 1], repeating: 0)
    for i in 32..<64 { volume.voxels[i] = 10 }
    let found = try QualityFigures.measure(volume)
    #expect(abs(found.entropy - 1) < 1e-12 && abs(found.contrast - 0.5) < 1e-12)
  }

  @Test(
    "White noise of sigma is estimated to 2 %, on a ramp and beside masked air",
    arguments: [1.0, 25])
  func noiseSigma(sigma: Double) throws {
    var volume = noise(sigma)
    for i in volume.voxels.indices { volume.voxels[i] += Float(i % 128) * 0.3 }
    for i in 0..<volume.planeCount { volume.voxels[i] = 0 }
    #expect(abs(try NoiseEstimate.sigma(volume) / sigma - 1) < 0.02)
  }

  @Test("Blur lowers sharpness, scaling and shifting do not change it")
  func sharpness() throws {
    let volume = QualityScene.volumes().reference
    var (blurred, scaled) = (volume, volume)
    for i in 1..<volume.voxels.count - 1 {
      let sum = volume.voxels[i - 1] + volume.voxels[i] + volume.voxels[i + 1]
      blurred.voxels[i] = sum / 3
    }
    for i in volume.voxels.indices { scaled.voxels[i] = 4 * volume.voxels[i] + 100 }
    let sharp = try QualityFigures.measure(volume).sharpness
    #expect(try QualityFigures.measure(blurred).sharpness < sharp)
    #expect(abs(try QualityFigures.measure(scaled).sharpness - sharp) < 1e-5)
  }

  @Test("Excluded voxels, NaN and infinities take no part")
  func excluded() throws {
    var volume = noise(5)
    var excluded = Mask(dimensions: volume.dimensions, repeating: false)
    for i in 1000..<1300 { excluded[i] = true }
    let before = try QualityFigures.measure(volume, excluding: excluded)
    for i in 1000..<1300 { volume.voxels[i] = [.nan, .infinity, 1e9][i % 3] }
    #expect(try QualityFigures.measure(volume, excluding: excluded) == before)
    for i in 1000..<1300 where i % 3 == 2 { volume.voxels[i] = .nan }
    #expect(try QualityFigures.measure(volume) == before)
  }

  @Test("Nothing to measure is an error; one voxel and one row are not")
  func degenerate() throws {
    let nothing = #expect(throws: QualityError.self) {
      try QualityFigures.measure(Volume(dimensions: [3, 3, 3], repeating: .nan))
    }
    #expect(nothing?.code == .nothingToMeasure)
    let row = Volume(dimensions: [3, 1, 1], voxels: [1, 2, 3])
    #expect(try QualityFigures.measure(row).noiseSigma == 0)
    #expect(try QualityFigures.measure(Volume(dimensions: [1, 1, 1], repeating: 4)).entropy == 0)
  }
}
