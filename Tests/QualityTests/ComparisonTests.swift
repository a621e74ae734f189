import Quality
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Comparison")
struct ComparisonTests {
  private func measure(_ similarity: StructuralSimilarity) throws -> ComparisonFigures {
    let (reference, noisy) = QualityScene.volumes()
    return try Comparison.measure(
      reference: reference, restored: noisy, dataRange: 300, similarity: similarity)
  }

  @Test(
    "SSIM is scikit-image's",
    arguments: [
      ("gaussianPlanarSample", SimilarityWindow.gaussian, false, true),
      ("gaussianPlanarWang", .gaussian, false, false), ("uniformPlanar", .uniform, false, true),
      ("gaussianVolume", .gaussian, true, true), ("uniformVolume", .uniform, true, true),
    ])
  func similarity(name: String, window: SimilarityWindow, deep: Bool, sample: Bool) throws {
    let found = try measure(
      StructuralSimilarity(window: window, isVolumetric: deep, usesSampleCovariance: sample))
    let expected = try #require(try QualityScene.expected()[name])
    #expect(abs(found.ssim - expected) < 1e-5)
  }

  @Test("PSNR, mean absolute difference and mean shift are scikit-image's and numpy's")
  func errors() throws {
    let found = try measure(StructuralSimilarity())
    let expected = try QualityScene.expected()
    #expect(abs(found.psnrDecibel - (expected["psnr"] ?? 0)) < 1e-9)
    #expect(abs(found.mae - (expected["mae"] ?? 0)) < 1e-9)
    #expect(abs(found.meanShift - (expected["meanShift"] ?? 0)) < 1e-9)
  }

  @Test("Equal volumes have infinite PSNR and SSIM 1", arguments: [1, 5, 11, 12, 40])
  func equal(count: Int) throws {
    var random = SplitMix64(seed: 2)
    var volume = Volume(dimensions: [count, 9, 2], repeating: 0)
    for i in volume.voxels.indices { volume.voxels[i] = Float(random.normal()) - 1000 }
    let found = try Comparison.measure(reference: volume, restored: volume)
    #expect(found.psnrDecibel == .infinity && found.mae == 0 && found.meanShift == 0)
    #expect(abs(found.ssim - 1) < 1e-6)
  }

  @Test("Excluded voxels and NaN take no part in any figure")
  func excluded() throws {
    var (reference, noisy) = QualityScene.volumes()
    var excluded = Mask(dimensions: reference.dimensions, repeating: false)
    for i in 5000..<5200 { excluded[i] = true }
    noisy.voxels[9000] = .nan
    let before = try Comparison.measure(
      reference: reference, restored: noisy, excluding: excluded, dataRange: 300)
    for i in 5000..<5200 { (reference.voxels[i], noisy.voxels[i]) = (1e6, -.infinity) }
    noisy.voxels[9000] = -.infinity
    let after = try Comparison.measure(
      reference: reference, restored: noisy, excluding: excluded, dataRange: 300)
    #expect(before.psnrDecibel.isFinite && before.ssim > 0.1 && before.ssim < 1)
    #expect(abs(before.psnrDecibel - after.psnrDecibel) < 1e-9)
    // The typical value that is taken off before squaring does not see excluded voxels either.
    #expect(abs(before.ssim - after.ssim) < 1e-6)
  }

  @Test("A constant reference and one voxel give finite or infinite figures, not NaN")
  func degenerate() throws {
    let one = Volume(dimensions: [1, 1, 1], repeating: 5)
    let other = Volume(dimensions: [1, 1, 1], repeating: 7)
    let found = try Comparison.measure(reference: one, restored: other)
    #expect(found.mae == 2 && found.meanShift == 2 && found.dataRange == 1)
    #expect(!found.psnrDecibel.isNaN && !found.ssim.isNaN)
  }

  @Test("Other dimensions and nothing to compare are errors")
  func refused() {
    let volume = Volume(dimensions: [4, 4, 1], repeating: 1)
    let other = Volume(dimensions: [4, 2, 2], repeating: 1)
    let nothing = Volume(dimensions: [4, 4, 1], repeating: .nan)
    let different = #expect(throws: QualityError.self) {
      try Comparison.measure(reference: volume, restored: other)
    }
    #expect(different?.code == .differentDimensions)
    let empty = #expect(throws: QualityError.self) {
      try Comparison.measure(reference: volume, restored: nothing)
    }
    #expect(empty?.code == .nothingToMeasure)
  }
}
