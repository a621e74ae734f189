import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("N4's first field, from slopes inside tissues")
struct N4StartTests {
  /// A head-like object: bright fat around dark fluid around two tissues that are folded into each
  /// other, with the darker one mostly outside.
  private func scene(
    _ dimensions: SIMD3<Int>, field: (SIMD3<Double>) -> Double, noise: Double
  ) -> (volume: Volume, object: Mask, logField: [Double]) {
    var volume = Volume(dimensions: dimensions, repeating: 0)
    var object = Mask(dimensions: dimensions, repeating: false)
    var logField = [Double](repeating: 0, count: volume.voxels.count)
    var random = SplitMix64(seed: 11)
    let middle = SIMD3<Double>(dimensions &- 1) / 2
    let half = middle.replacing(with: 1, where: middle .== 0)
    for i in volume.voxels.indices {
      let index = SIMD3(
        i % dimensions.x, i / dimensions.x % dimensions.y, i / (dimensions.x * dimensions.y))
      let p = (SIMD3<Double>(index) - middle) / half
      let radius = length(p)
      guard radius < 0.95 else { continue }
      let folds = sin(11 * p.x) * sin(9 * p.y + 0.4) * sin(10 * p.z + 0.8)
      let tissue: Double =
        radius > 0.86 ? 190 : radius > 0.8 ? 45 : folds + 0.5 - radius > 0 ? 150 : 100
      logField[i] = field(p)
      object[i] = true
      volume.voxels[i] = Float(tissue * exp(logField[i]) + noise * random.normal())
    }
    return (volume, object, logField)
  }

  /// The standard deviation over the object of what was divided out less the true log field.
  private func error(
    _ scene: (volume: Volume, object: Mask, logField: [Double]), _ method: N4BiasCorrection
  ) throws -> Double {
    let found = try method.correct(scene.volume, mask: scene.object).logBiasField.voxels
    let differences = found.indices.filter { scene.object[$0] }.map {
      Double(found[$0]) - scene.logField[$0]
    }
    let mean = differences.reduce(0, +) / Double(differences.count)
    return
      (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / Double(differences.count)).squareRoot()
  }

  @Test("On a head the default is at most half as wrong as N4 from no field")
  func head() throws {
    let scene = scene(
      [96, 104, 88], field: { 0.3 * $0.x - 0.2 * $0.y * $0.z + 0.2 * $0.y * $0.y }, noise: 3)
    var old = N4BiasCorrection.itk
    old.exactGeometry = true
    old.shrink = 2
    let found = try error(scene, N4BiasCorrection())
    #expect(found < 0.5 * (try error(scene, old)))
    #expect(found < 0.012)
  }

  @Test("A head without shading is left nearly alone, where N4 takes its anatomy for shading")
  func unshaded() throws {
    let scene = scene([96, 104, 88], field: { _ in 0 }, noise: 3)
    #expect(try error(scene, N4BiasCorrection()) < 0.012)
  }

  @Test("Slopes alone find the field, in a volume, in thick slices and in one slice")
  func slopesAlone() throws {
    for dimensions in [SIMD3(80, 84, 72), SIMD3(96, 96, 12), SIMD3(160, 160, 1)] {
      let scene = scene(dimensions, field: { 0.3 * $0.x + 0.2 * $0.y * $0.y }, noise: 1)
      var volume = scene.volume
      if dimensions.z == 12 { volume.voxelSpacing = [1, 1, 6] }
      var method = N4BiasCorrection()
      method.iterations = [0]
      let found = try error((volume, scene.object, scene.logField), method)
      method.start = .none
      let before = try error((volume, scene.object, scene.logField), method)
      #expect(found < 0.25 * before, "\(dimensions): \(found) of \(before)")
    }
  }

  @Test("Normal equations are solved, and refused where they have no one solution")
  func normalEquations() throws {
    var random = SplitMix64(seed: 3)
    let count = 23
    let root = (0..<count * count).map { _ in random.normal() }
    var matrix = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        for k in 0..<count { matrix[i * count + j] += root[i * count + k] * root[j * count + k] }
      }
      matrix[i * count + i] += 0.1
    }
    let truth = (0..<count).map { _ in random.normal() }
    let right = (0..<count).map { i in
      (0..<count).reduce(0) { $0 + matrix[i * count + $1] * truth[$1] }
    }
    let solution = try #require(NormalEquations.solve(matrix, right))
    for (found, expected) in zip(solution, truth) { #expect(abs(found - expected) < 1e-9) }
    #expect(NormalEquations.solve([1, 1, 1, 1], [1, 1]) == nil)
    #expect(NormalEquations.solve([-1], [1]) == nil)
  }
}
