import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("No slice beyond a method's reach has a say in a voxel")
struct SliceReachTests {
  /// Two volumes that differ in slice 0 only.
  private static let pair: (Volume, Volume) = {
    var numbers = SplitMix64(seed: 7)
    let size = SIMD3(12, 12, 48)
    let voxels = (0..<12 * 12 * 48).map { _ in Float(Int.random(in: 100...999, using: &numbers)) }
    var other = voxels
    for i in 0..<144 { other[i] = 1_100 - voxels[i] }
    let spacing = SIMD3(1.0, 1, 1.5)
    return (
      Volume(dimensions: size, voxelSpacing: spacing, voxels: voxels),
      Volume(dimensions: size, voxelSpacing: spacing, voxels: other)
    )
  }()

  /// A method whose figures are given, so that nothing is estimated from the whole.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var method: any RestorationMethod
    var reach: Double
    /// Whether the outermost slice in reach must have a say; it may have none where weights fade.
    var isTight = true

    var testDescription: String { name }
  }

  private static func wavelet(levels: Int) -> WaveletShrinkage {
    var method = WaveletShrinkage()
    method.threshold = .value(200)
    method.sigma = 100
    method.levels = levels
    method.dimensions = .three
    return method
  }

  private static func resampling(_ factor: Double, _ kind: Resampling.Interpolation) -> Resampling {
    var method = Resampling()
    method.factor = [0, 0, factor]
    method.interpolation = kind
    method.clampToRange = false
    return method
  }

  static let cases: [Case] = [
    Case(name: "gaussian", method: GaussianSmoothing(sigma: 1.3, dimensions: .three), reach: 5),
    Case(
      name: "gaussian, mm", method: GaussianSmoothing(sigma: 3, unit: .mm, dimensions: .three),
      reach: 8),
    Case(name: "gaussian, 2-D", method: GaussianSmoothing(dimensions: .two), reach: 0),
    Case(name: "median", method: MedianFilter(radius: 2, dimensions: .three), reach: 2),
    Case(
      name: "bilateral", method: BilateralFilter(rangeSigma: 900, dimensions: .three), reach: 3),
    Case(
      name: "nlm", method: NonLocalMeans(sigma: 300, strength: 3, dimensions: .three), reach: 4),
    Case(
      name: "nlm, rotation-invariant",
      method: NonLocalMeans(
        sigma: 300, strength: 3, searchRadius: 2, dimensions: .three, variant: .rotationInvariant),
      reach: 6, isTight: false),
    Case(name: "wavelet, 1 level", method: wavelet(levels: 1), reach: 3, isTight: false),
    Case(name: "wavelet, 3 levels", method: wavelet(levels: 3), reach: 9, isTight: false),
    Case(name: "motion", method: MotionSuppression(), reach: 0, isTight: false),
  ]

  private func differing(_ method: any RestorationMethod) throws -> [Int] {
    let a = try method.apply(to: Self.pair.0, excluding: nil, work: .unattended).volume
    let b = try method.apply(to: Self.pair.1, excluding: nil, work: .unattended).volume
    return (0..<a.dimensions.z).filter { z in
      let plane = z * a.planeCount..<(z + 1) * a.planeCount
      return a.voxels[plane] != b.voxels[plane]
    }
  }

  @Test("On the grid of the source", arguments: cases)
  func sameGrid(_ example: Case) throws {
    #expect(example.method.sliceReach(on: VolumeGrid(Self.pair.0)) == example.reach)
    let last = try differing(example.method).last ?? 0
    #expect(Double(last) <= example.reach)
    if example.isTight { #expect(Double(last) == example.reach) }
  }

  @Test(
    "On another grid, from the slice of the source that is nearest",
    arguments: [0.4, 0.5, 2, 3.3], Resampling.Interpolation.allCases)
  func resampled(_ factor: Double, _ kind: Resampling.Interpolation) throws {
    let method = Self.resampling(factor, kind)
    let source = Self.pair.0
    let reach = method.sliceReach(on: VolumeGrid(source))
    let grid = try method.grid(for: source)
    for plane in try differing(method) {
      let place = grid.originShift.z + Double(plane) * grid.step.z
      #expect(place.rounded() <= reach, "plane \(plane)")
    }
  }

  @Test("Unringing across the stored slices reaches all of them")
  func unringing() {
    var method = GibbsUnringing()
    let grid = VolumeGrid(dimensions: [16, 16, 8])
    #expect(method.sliceReach(on: grid) == 0)
    method.sliceAxis = .x
    #expect(method.sliceReach(on: grid) == .infinity)
  }
}
