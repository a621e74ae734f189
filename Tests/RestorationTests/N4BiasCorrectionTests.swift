import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("N4 bias correction")
struct N4BiasCorrectionTests {
  /// Standard deviation of log field - log shading over the mask; a constant factor is free.
  private func error(_ scene: N4Phantom.Scene, _ method: N4BiasCorrection) throws -> Double {
    let correction = try method.correct(scene.volume, mask: scene.mask)
    let field = correction.logBiasField.voxels
    let differences = field.indices.filter { scene.mask[$0] }.map {
      Double(field[$0] - scene.logShading[$0])
    }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(differences.count)).squareRoot()
  }

  private func run(_ volume: Volume, excluding excluded: Mask? = nil) throws -> Restored {
    try N4BiasCorrection().apply(to: volume, excluding: excluded, work: .unattended)
  }

  @Test("Sampling the lattice where the voxels lie lowers the error", arguments: [2, 4])
  func exactGeometry(shrink: Int) throws {
    let scene = N4Phantom.scene([112, 96, 96])
    var method = N4BiasCorrection.itk
    method.exactGeometry = true
    method.shrink = shrink
    let exact = try error(scene, method)
    method.exactGeometry = false
    let stretched = try error(scene, method)
    #expect(exact < 0.9 * stretched)
    #expect(exact < 0.006)
  }

  @Test("Shading of a known field goes down eightfold")
  func removesShading() throws {
    let scene = N4Phantom.scene([64, 56, 48])
    var method = N4BiasCorrection()
    method.start = .none
    method.iterations = [0]
    let before = try error(scene, method)
    #expect(try error(scene, N4BiasCorrection()) < before / 8)
  }

  @Test("The mean over the mask stays")
  func keepsMean() throws {
    let scene = N4Phantom.scene([40, 36, 30])
    let corrected = try N4BiasCorrection().correct(scene.volume, mask: scene.mask).corrected
    let inside = scene.volume.voxels.indices.filter {
      scene.mask[$0] && scene.volume.voxels[$0] > 0
    }
    let before = inside.reduce(0.0) { $0 + Double(scene.volume.voxels[$1]) }
    let after = inside.reduce(0.0) { $0 + Double(corrected.voxels[$1]) }
    #expect(abs(after / before - 1) < 1e-6)
  }

  @Test("Corrected times field is what was measured")
  func fieldAndVolumeAgree() throws {
    let scene = N4Phantom.scene([30, 26, 22])
    let correction = try N4BiasCorrection().correct(scene.volume, mask: scene.mask)
    let field = correction.logBiasField.voxels
    for i in field.indices {
      let measured = correction.corrected.voxels[i] * exp(field[i])
      #expect(abs(measured - scene.volume.voxels[i]) <= 1e-5 * abs(scene.volume.voxels[i]))
    }
  }

  @Test("Zeros stay zero")
  func zeros() throws {
    let scene = N4Phantom.scene([32, 28, 20])
    let corrected = try run(scene.volume).volume.voxels
    #expect(corrected.indices.allSatisfy { scene.volume.voxels[$0] != 0 || corrected[$0] == 0 })
  }

  @Test(
    "A constant volume is a fixed point of N4",
    arguments: [[20, 16, 12], [40, 1, 1], [1, 1, 1], [9, 9, 1], [2, 2, 2], [3, 40, 2]])
  func constant(counts: [Int]) throws {
    let dimensions = SIMD3(counts[0], counts[1], counts[2])
    let volume = Volume(dimensions: dimensions, repeating: 37.25)
    #expect(try run(volume).volume == volume)
  }

  @Test(
    "Small and thin volumes are restored to finite values",
    arguments: [
      [1, 1, 2], [5, 1, 1], [3, 3, 3], [7, 64, 1], [64, 60, 2], [33, 30, 4], [8, 8, 200],
    ],
    [true, false])
  func thin(counts: [Int], exact: Bool) throws {
    let dimensions = SIMD3(counts[0], counts[1], counts[2])
    var random = SplitMix64(seed: 5)
    var volume = Volume(dimensions: dimensions, repeating: 0)
    for i in volume.voxels.indices { volume.voxels[i] = Float.random(in: 50...150, using: &random) }
    var method = N4BiasCorrection()
    method.exactGeometry = exact
    if !exact { method.shrink = 1 }
    method.mask = .positive
    let restored = try method.apply(to: volume, excluding: nil, work: .unattended)
    #expect(restored.volume.voxels.allSatisfy { $0.isFinite && $0 > 0 })
  }

  @Test("Excluded voxels, NaN and infinities come out bit by bit")
  func excluded() throws {
    var scene = N4Phantom.scene([32, 28, 20])
    var excluded = Mask(dimensions: scene.volume.dimensions, repeating: false)
    let odd: [Float] = [.nan, Float(bitPattern: 0x7FA0_0001), .infinity, -.infinity, -2000, 1e30]
    for (i, value) in odd.enumerated() {
      scene.volume.voxels[8000 + i] = value
      excluded[8000 + i] = true
    }
    let restored = try run(scene.volume, excluding: excluded).volume.voxels
    for i in 8000..<8000 + odd.count {
      #expect(restored[i].bitPattern == scene.volume.voxels[i].bitPattern)
    }
    #expect(restored.indices.allSatisfy { excluded[$0] || restored[$0].isFinite })
  }

  @Test("What is excluded does not change the rest")
  func exclusionIsBlind() throws {
    var scene = N4Phantom.scene([32, 28, 20])
    var excluded = Mask(dimensions: scene.volume.dimensions, repeating: false)
    for i in 7000..<7100 { excluded[i] = true }
    let before = try run(scene.volume, excluding: excluded).volume.voxels
    for i in 7000..<7100 { scene.volume.voxels[i] = 9999 }
    let after = try run(scene.volume, excluding: excluded).volume.voxels
    #expect(before.indices.allSatisfy { excluded[$0] || before[$0] == after[$0] })
  }

  @Test("Weights scale freely, and a weight of 0 excludes")
  func weights() throws {
    let scene = N4Phantom.scene([32, 28, 20])
    var random = SplitMix64(seed: 7)
    let weights = scene.volume.voxels.map { _ in Float(Int.random(in: 0...3, using: &random)) }
    let method = N4BiasCorrection()
    let once = try method.correct(scene.volume, mask: scene.mask, weights: weights)
    let twice = try method.correct(scene.volume, mask: scene.mask, weights: weights.map { 2 * $0 })
    #expect(once.corrected == twice.corrected)
    var mask = scene.mask
    for i in weights.indices where weights[i] == 0 { mask[i] = false }
    let flat = weights.map { min($0, 1) }
    let weighted = try method.correct(scene.volume, mask: scene.mask, weights: flat)
    #expect(try method.correct(scene.volume, mask: mask).corrected == weighted.corrected)
  }

  @Test("Nothing above 0 is an unfit volume", arguments: [Float(0), -5])
  func unfit(value: Float) {
    let volume = Volume(dimensions: [12, 12, 12], repeating: value)
    let found = #expect(throws: RestorationError.self) { try run(volume) }
    #expect(found?.code == .unfitVolume)
  }

  @Test("A volume that is excluded as a whole is unfit")
  func allExcluded() {
    let volume = Volume(dimensions: [12, 12, 12], repeating: 7)
    let all = Mask(dimensions: volume.dimensions, repeating: true)
    let found = #expect(throws: RestorationError.self) { try run(volume, excluding: all) }
    #expect(found?.code == .unfitVolume)
  }

  @Test("Parameters out of range are refused")
  func parameters() {
    let changes: [(inout N4BiasCorrection) -> Void] = [
      { $0.shrink = 0 }, { $0.iterations = [] }, { $0.iterations = [-1] },
      { $0.convergenceThreshold = .nan }, { $0.histogramBins = 2 }, { $0.splineOrder = 4 },
      { $0.wienerFilterNoise = 0 }, { $0.fullWidthAtHalfMaximum = -1 },
      { $0.controlPoints = [4, 3, 4] }, { $0.splineDistance = 0 },
      { method in
        method.splineDistance = 0.1
        method.exactGeometry = false
      },
    ]
    let volume = N4Phantom.scene([32, 28, 20]).volume
    for change in changes {
      var method = N4BiasCorrection()
      change(&method)
      let found = #expect(throws: RestorationError.self) {
        try method.apply(to: volume, excluding: nil, work: .unattended)
      }
      #expect(found?.code == .invalidParameter)
    }
  }

  @Test("A cancelled fit throws")
  func cancelled() {
    let volume = N4Phantom.scene([32, 28, 20]).volume
    let work = Work(isCancelled: { true })
    #expect(throws: CancellationError.self) {
      try N4BiasCorrection().apply(to: volume, excluding: nil, work: work)
    }
  }

  @Test("Two runs give the same bits")
  func deterministic() throws {
    let volume = N4Phantom.scene([50, 44, 40]).volume
    #expect(try run(volume).volume == run(volume).volume)
  }

  @Test("A small object is shrunk less, down to single voxels")
  func smallObject() throws {
    var volume = Volume(dimensions: [64, 64, 64], repeating: 0)
    volume[33, 30, 29] = 10
    let correction = try N4BiasCorrection().correct(
      volume, mask: ForegroundMask.mask(.positive, of: volume))
    #expect(correction.corrected == volume)
    #expect(correction.figures["shrink"] == .list([.integer(1), .integer(1), .integer(1)]))
  }

  @Test("The figures tell what was fitted")
  func figures() throws {
    let scene = N4Phantom.scene([72, 64, 56])
    let figures = try run(scene.volume).figures
    #expect(figures["shrink"] == .list([.integer(2), .integer(2), .integer(2)]))
    #expect(figures["masked_voxels"] == .integer(scene.mask.count))
    guard case .list(let iterations) = figures["iterations"] else {
      Issue.record("no iterations")
      return
    }
    #expect(iterations.count == 3)
    guard case .number(let least) = figures["field_min"],
      case .number(let greatest) = figures["field_max"]
    else {
      Issue.record("no range")
      return
    }
    #expect(least > 0.4 && least < 1 && greatest > 1 && greatest < 2)
  }
}
