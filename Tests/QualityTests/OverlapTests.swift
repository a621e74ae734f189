import Quality
import RestoradTestSupport
import Testing
import VolumeModel

@Suite("Overlap")
struct OverlapTests {
  @Test("Distances and overlap are scipy's and scikit-image's, with spacing and without")
  func oracle() throws {
    let (a, b) = QualityScene.masks()
    let expected = try QualityScene.expected()
    let found = try Overlap.measure(a, b, spacing: [1.1, 0.7, 3])
    #expect(abs(found.dice - (expected["dice"] ?? 0)) < 1e-12)
    #expect(abs(found.iou - (expected["iou"] ?? 0)) < 1e-12)
    #expect(abs(found.hausdorffMillimetre - (expected["hausdorff"] ?? 0)) < 1e-6)
    #expect(abs(found.hausdorff95Millimetre - (expected["hausdorff95"] ?? 0)) < 1e-6)
    let voxels = try Overlap.measure(a, b, spacing: [1, 1, 1])
    #expect(abs(voxels.hausdorffMillimetre - (expected["hausdorffVoxels"] ?? 0)) < 1e-6)
  }

  @Test("Hausdorff's distance is that of all pairs of voxels, seed 4")
  func bruteForce() throws {
    var random = SplitMix64(seed: 4)
    var (a, b) = (
      Mask(dimensions: [9, 7, 5], repeating: false), Mask(dimensions: [9, 7, 5], repeating: false)
    )
    for i in a.bits.indices {
      a[i] = Int.random(in: 0..<40, using: &random) == 0
      b[i] = Int.random(in: 0..<40, using: &random) == 0
    }
    let spacing: SIMD3<Double> = [0.5, 2, 1.25]
    let places = { (mask: Mask) in
      mask.bits.indices.filter { mask[$0] }.map {
        SIMD3(Double($0 % 9), Double($0 / 9 % 7), Double($0 / 63)) * spacing
      }
    }
    let directed = { (from: [SIMD3<Double>], to: [SIMD3<Double>]) in
      from.map { p in to.map { length($0 - p) }.min() ?? 0 }.max() ?? 0
    }
    let expected = max(directed(places(a), places(b)), directed(places(b), places(a)))
    let found = try Overlap.measure(a, b, spacing: spacing)
    #expect(abs(found.hausdorffMillimetre - expected) < 1e-6)
  }

  @Test("Two empty masks agree, one empty mask is infinitely far")
  func empty() throws {
    let empty = Mask(dimensions: [4, 4, 4], repeating: false)
    var one = empty
    one[17] = true
    let both = try Overlap.measure(empty, empty, spacing: [1, 1, 1])
    #expect(both.dice == 1 && both.iou == 1 && both.hausdorffMillimetre == 0)
    let single = try Overlap.measure(empty, one, spacing: [1, 1, 1])
    #expect(single.dice == 0 && single.iou == 0 && single.hausdorffMillimetre == .infinity)
    let equal = try Overlap.measure(one, one, spacing: [1, 1, 1])
    #expect(equal.dice == 1 && equal.hausdorffMillimetre == 0 && equal.hausdorff95Millimetre == 0)
  }

  @Test("Masks of other dimensions are refused")
  func refused() {
    let a = Mask(dimensions: [4, 4, 4], repeating: true)
    let b = Mask(dimensions: [4, 4, 2], repeating: true)
    let found = #expect(throws: QualityError.self) {
      try Overlap.measure(a, b, spacing: [1, 1, 1])
    }
    #expect(found?.code == .differentDimensions)
  }
}
