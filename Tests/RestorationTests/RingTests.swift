import Foundation
import RestoradTestSupport
import Restoration
import RestorationKernels
import Testing
import VolumeModel

/// Rings of known height: those that wrong detectors of a whole turn leave in a reconstruction.
@Suite("Rings")
struct RingTests {
  private static let side = 256

  /// Half a turn in which a detector and its mirror are wrong alike is a whole turn with one wrong.
  private static func rings(_ errors: [Int: Float]) -> [Float] {
    let beam = ParallelBeam(columns: side, rows: side, views: 512)
    var sinogram = Sinogram(
      beam: beam, values: [Float](repeating: 0, count: beam.views * beam.detectors))
    let middle = (beam.detectors - 1) / 2
    for view in 0..<beam.views {
      for (detector, error) in errors {
        sinogram.values[view * beam.detectors + middle + detector] += error
        sinogram.values[view * beam.detectors + middle - detector] += error
      }
    }
    return sinogram.reconstructed()
  }

  /// Bright and dark rings of 5 to 15 HU.
  private static let rings = rings([
    12: 40, 23: -60, 35: 80, 52: -130, 70: 160, 88: -160, 104: 220,
  ])

  /// Body, organs and a bone, none of them round about the middle.
  private static func body(_ x: Double, _ y: Double) -> Double {
    let shapes: [(SIMD2<Double>, SIMD2<Double>, Double)] = [
      ([0, 6], [115, 88], 1040), ([-45, 10], [20, 26], 50), ([40, -15], [16, 14], -100),
      ([5, 32], [13, 13], 240), ([60, 25], [7, 9], 600),
    ]
    return shapes.reduce(-1000) { sum, shape in
      let place = (SIMD2(x, y) - shape.0) / shape.1
      let distance = (place.x * place.x + place.y * place.y).squareRoot()
      return sum + shape.2 * soft((1 - distance) * shape.1.min())
    }
  }

  /// A phantom as makers of scanners use it: steps on circles about the middle.
  private static func cylinders(_ x: Double, _ y: Double) -> Double {
    let radius = (x * x + y * y).squareRoot()
    return -1000 + 1120 * soft(110 - radius) - 100 * soft(100 - radius) + 20 * soft(60 - radius)
      + 45 * soft(25 - radius)
  }

  /// A thin shell that is not about the middle.
  private static func shell(_ x: Double, _ y: Double) -> Double {
    let radius = ((x - 3) * (x - 3) + (y + 4) * (y + 4)).squareRoot()
    return 60 * (soft(radius - 59) - soft(radius - 61))
  }

  /// A step that is a pixel or two wide.
  private static func soft(_ distance: Double) -> Double { 1 / (1 + exp(-2.5 * distance)) }

  private static func picture(
    _ value: (Double, Double) -> Double, noise: Double, seed: UInt64 = 21
  ) -> Volume {
    var random = SplitMix64(seed: seed)
    let middle = Double(side - 1) / 2
    var voxels = [Float](repeating: 0, count: side * side)
    for i in voxels.indices {
      let (x, y) = (Double(i % side) - middle, Double(i / side) - middle)
      voxels[i] = Float(value(x, y) + noise * random.normal())
    }
    return Volume(dimensions: [side, side, 1], voxels: voxels)
  }

  private func run(
    _ volume: Volume, excluding excluded: Mask? = nil,
    _ configure: (inout RingSuppression) -> Void = { _ in }
  ) throws -> Restored {
    var method = RingSuppression()
    configure(&method)
    return try method.apply(to: volume, excluding: excluded, work: .unattended)
  }

  private func rms(_ a: [Float], _ b: [Float]) -> Double {
    (zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / Double(a.count))
      .squareRoot()
  }

  @Test(
    "Known rings go down to a third, beside steps of their kind to seven tenths; all else stays",
    arguments: [("body", 4.0, 0.33), ("body", 0, 0.33), ("cylinders", 4, 0.7), ("shell", 4, 0.33)])
  func truth(name: String, noise: Double, share: Double) throws {
    let objects = ["body": Self.body, "cylinders": Self.cylinders, "shell": Self.shell]
    let clean = Self.picture(try #require(objects[name]), noise: noise)
    let ringed = clean.replacingVoxels(zip(clean.voxels, Self.rings).map(+))
    let before = rms(ringed.voxels, clean.voxels)
    #expect(before > 1, "the rings are there to be seen: \(before)")
    let restored = try run(ringed)
    let after = rms(restored.volume.voxels, clean.voxels)
    #expect(after < share * before, "\(name): \(before) to \(after)")
    #expect(restored.figures["rings_slices"] == .integer(1))
  }

  @Test("A slice without rings comes out bit by bit, seeds 1 to 4")
  func untouched() throws {
    for noise in [0.0, 4, 15] {
      for seed in 1...4 as ClosedRange<UInt64> {
        for (name, object) in [("body", Self.body), ("shell", Self.shell)] {
          let clean = Self.picture(object, noise: noise, seed: seed)
          let restored = try run(clean)
          #expect(restored.volume.voxels == clean.voxels, "\(name), noise \(noise), seed \(seed)")
          #expect(restored.figures["kept_input"] == .flag(true))
        }
      }
    }
  }

  @Test("Steps on circles about the middle stay")
  func concentric() throws {
    for noise in [0.0, 4, 15] {
      let clean = Self.picture(Self.cylinders, noise: noise)
      #expect(rms(try run(clean).volume.voxels, clean.voxels) < 0.15, "noise \(noise)")
    }
  }

  @Test("Rings are found about the point that is stated or that the header says, nowhere else")
  func moved() throws {
    // The same rings, about another point: found there and nowhere else.
    let clean = Self.picture(Self.body, noise: 4)
    var ringed = clean
    let (right, down) = (9, -6)
    for row in 0..<Self.side {
      for column in 0..<Self.side {
        let (x, y) = (column - right, row - down)
        guard (0..<Self.side).contains(x), (0..<Self.side).contains(y) else { continue }
        ringed.voxels[row * Self.side + column] += Self.rings[y * Self.side + x]
      }
    }
    let before = rms(ringed.voxels, clean.voxels)
    #expect(try run(ringed).volume.voxels == ringed.voxels)
    var coarse = ringed
    coarse.voxelSpacing = [0.7, 0.7, 1]
    let stated = try run(coarse) { $0.offset = [9 * 0.7, -6 * 0.7] }
    #expect(rms(stated.volume.voxels, clean.voxels) < 0.4 * before)
    #expect(stated.figures["center"] == .text("stated"))
    let middle = Double(Self.side - 1) / 2
    let header = try run(ringed) { $0.centers = [[middle + 9, middle - 6]] }
    #expect(rms(header.volume.voxels, clean.voxels) < 0.4 * before)
    #expect(header.figures["center"] == .text("header"))
  }

  @Test("What is cut off, left out, not finite or in a slice without rings keeps its bits")
  func kept() throws {
    let clean = Self.picture(Self.body, noise: 4).voxels.map { max(-1000, $0) }
    let count = clean.count
    var voxels = zip(clean, Self.rings).map { max(-1000, $0 + $1) } + clean
    var excluded = Mask(dimensions: [Self.side, Self.side, 2], repeating: false)
    for i in 0..<4000 { excluded[i] = true }
    for i in 0..<4000 { voxels[i] = -2000 }  // Padding, which is no floor.
    voxels[30_000] = .nan
    voxels[40_000] = .infinity
    let volume = Volume(dimensions: [Self.side, Self.side, 2], voxels: voxels)
    let restored = try run(volume, excluding: excluded)
    #expect(restored.figures["rings_slices"] == .integer(1))
    let after = restored.volume.voxels
    for i in 0..<count where excluded[i] || !voxels[i].isFinite || voxels[i] == -1000 {
      #expect(after[i].bitPattern == voxels[i].bitPattern)
    }
    #expect(Array(after[count...]) == clean)
    #expect(after.allSatisfy { !($0 < -1000) || $0 == -2000 })
  }

  @Test("Small slices, points outside and parameters out of range are refused")
  func refused() {
    let volume = Volume(dimensions: [Self.side, Self.side, 1], repeating: 1)
    let unfit: [(Volume, (inout RingSuppression) -> Void)] = [
      (Volume(dimensions: [63, 400, 1], repeating: 1), { _ in }),
      (Volume(dimensions: [80, 80, 1], repeating: .nan), { _ in }),
      (volume, { $0.offset = [200, 0] }), (volume, { $0.centers = [[.nan, 3]] }),
    ]
    for (volume, change) in unfit {
      let found = #expect(throws: RestorationError.self) { try run(volume, change) }
      #expect(found?.code == .unfitVolume)
    }
    for change: (inout RingSuppression) -> Void in [{ $0.width = 9 }, { $0.limitHU = 0 }] {
      let found = #expect(throws: RestorationError.self) { try run(volume, change) }
      #expect(found?.code == .invalidParameter)
    }
  }
}
