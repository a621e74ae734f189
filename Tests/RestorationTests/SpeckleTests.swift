import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Speckle")
struct SpeckleTests {
  private static let side = 160

  /// How strongly tissue scatters, in dB: a lesion, a vessel, a bright interface, a layer.
  private func echo(_ x: Int, _ y: Int) -> Double {
    let p = SIMD2(Double(x), Double(y))
    func near(_ cx: Double, _ cy: Double, _ radius: Double) -> Bool {
      ((p - SIMD2(cx, cy)) * (p - SIMD2(cx, cy))).sum() < radius * radius
    }
    if near(45, 60, 20) { return -24 }
    if near(115, 55, 18) { return 7 }
    if near(95, 95, 4) { return -22 }
    if abs(p.y - 18 - 0.1 * p.x) < 1.3 { return 12 }
    return p.y > 115 ? 4 : 0
  }

  /// Fully developed speckle: scatterers of random phase under a bell, its envelope in dB as 8 bits.
  private func picture(seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    let side = Self.side
    var parts = (0..<2).map { _ in
      (0..<side * side).map { i in
        random.normal() * pow(10, echo(i % side, i / side) / 20)
      }
    }
    for part in 0..<2 {
      parts[part] = blurred(blurred(parts[part], 2.0, step: 1), 1.1, step: side)
    }
    return (0..<side * side).map { i in
      let power = parts[0][i] * parts[0][i] + parts[1][i] * parts[1][i]
      let decibel = 10 * log10(max(power, 1e-12) * 4 * Double.pi * 2.0 * 1.1 / 2)
      return Float(min(max((decibel - 14 + 55) / 55 * 255, 0), 255).rounded())
    }
  }

  private func blurred(_ values: [Double], _ sigma: Double, step: Int) -> [Double] {
    let side = Self.side
    let weights = (-7...7).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = weights.reduce(0, +)
    return values.indices.map { i in
      let place = i / step % side
      return (-7...7).reduce(0.0) { total, k in
        let folded = min(max(place + k, 0), side - 1)
        return total + weights[k + 7] / sum * values[i + (folded - place) * step]
      }
    }
  }

  /// The mean over many pictures of the same tissue: what is there without speckle.
  private func truth() -> [Float] {
    let pictures = (0..<24).map { picture(seed: 1000 + UInt64($0)) }
    return (0..<Self.side * Self.side).map { i in pictures.reduce(0) { $0 + $1[i] } / 24 }
  }

  private func volume(_ voxels: [Float]) -> Volume {
    Volume(dimensions: [Self.side, Self.side, 1], voxels: voxels)
  }

  private func run(
    _ volume: Volume, excluding excluded: Mask? = nil,
    _ configure: (inout SpeckleReduction) -> Void = { _ in }
  ) throws -> Restored {
    var method = SpeckleReduction()
    configure(&method)
    return try method.apply(to: volume, excluding: excluded, work: .unattended)
  }

  private func mean(_ voxels: [Float], _ chosen: [Int]) -> Double {
    chosen.reduce(0) { $0 + Double(voxels[$1]) } / Double(chosen.count)
  }

  private func deviation(_ voxels: [Float], _ chosen: [Int]) -> Double {
    let mean = mean(voxels, chosen)
    return (chosen.reduce(0) { $0 + pow(Double(voxels[$1]) - mean, 2) } / Double(chosen.count))
      .squareRoot()
  }

  private func places(_ xs: Range<Int>, _ ys: Range<Int>) -> [Int] {
    ys.flatMap { y in xs.map { y * Self.side + $0 } }
  }

  @Test("Speckle goes down by a third and stays, and small structures keep their contrast")
  func truthTest() throws {
    let source = picture(seed: 1)
    let truth = truth()
    let restored = try run(volume(source))
    let result = restored.volume.voxels
    let flat = places(20..<140, 130..<155)
    let left = deviation(result, flat) / deviation(source, flat)
    #expect(left < 0.72)
    #expect(left > 0.35)
    func error(_ voxels: [Float]) -> Double {
      zip(voxels, truth).reduce(0) { $0 + pow(Double($1.0 - $1.1), 2) }
    }
    #expect(error(result) < 0.6 * error(source))
    // The interface against tissue above it, and the vessel against tissue beside it.
    let line = (20..<140).map { ($0, Int((18 + 0.1 * Double($0)).rounded())) }
    let on = line.map { $0.1 * Self.side + $0.0 }
    let above = on.map { $0 - 8 * Self.side }
    let vessel = places(93..<98, 93..<98)
    let around = places(80..<88, 88..<103) + places(103..<111, 88..<103)
    for (bright, dark) in [(on, above), (around, vessel)] {
      let kept =
        (mean(result, bright) - mean(result, dark)) / (mean(source, bright) - mean(source, dark))
      #expect(kept > 0.9)
    }
    #expect(abs(mean(result, flat) - mean(source, flat)) < 2)
    // Nothing that was not there: every pixel lies between those of its surroundings.
    let reach = 11
    for i in stride(from: 0, to: source.count, by: 37) {
      let (x, y) = (i % Self.side, i / Self.side)
      let around = places(
        max(0, x - reach)..<min(Self.side, x + reach),
        max(0, y - reach)..<min(Self.side, y + reach))
      let values = around.map { source[$0] }
      #expect(result[i] >= (values.min() ?? 0) - 0.01 && result[i] <= (values.max() ?? 0) + 0.01)
    }
  }

  @Test("The size of the speckle is found, and more of it is kept when told so")
  func parameters() throws {
    let source = volume(picture(seed: 2))
    let flat = places(20..<140, 130..<155)
    let usual = try run(source)
    guard case .list(let size) = usual.figures["speckle_size"], case .number(let x) = size[0],
      case .number(let y) = size[1]
    else {
      Issue.record("no size")
      return
    }
    #expect(x > 1.3 * y)
    let more = try run(source) { $0.keep = 0.6 }.volume.voxels
    #expect(deviation(more, flat) > deviation(usual.volume.voxels, flat))
    #expect(try run(source) { $0.keep = 1 }.volume.voxels == source.voxels)
    let weak = try run(source) { $0.strength = 0.3 }.volume.voxels
    #expect(deviation(weak, flat) > deviation(usual.volume.voxels, flat))
    for change: (inout SpeckleReduction) -> Void in [{ $0.keep = 0 }, { $0.strength = 1.1 }] {
      let found = #expect(throws: RestorationError.self) { try run(source, change) }
      #expect(found?.code == .invalidParameter)
    }
  }

  @Test("Scale and offset do not matter, frames are restored each by itself")
  func frames() throws {
    let (a, b) = (picture(seed: 3), picture(seed: 4))
    let both = Volume(dimensions: [Self.side, Self.side, 2], voxels: a + b)
    let scaled = both.replacingVoxels(both.voxels.map { $0 * 0.25 - 900 })
    let (first, second) = (try run(both).volume.voxels, try run(scaled).volume.voxels)
    for i in stride(from: 0, to: first.count, by: 7) {
      #expect(abs(first[i] * 0.25 - 900 - second[i]) < 0.02)
    }
  }

  @Test("Constant, thin and tiny pictures come out as they are, odd values do no harm")
  func robust() throws {
    for dimensions: SIMD3<Int> in [[1, 1, 1], [1, 1, 40], [30, 20, 3]] {
      let constant = Volume(dimensions: dimensions, repeating: -3)
      #expect(try run(constant).volume == constant)
    }
    for dimensions: SIMD3<Int> in [[60, 1, 1], [1, 60, 2], [2, 2, 1]] {
      var random = SplitMix64(seed: 5)
      let voxels = (0..<dimensions.x * dimensions.y * dimensions.z).map { _ in
        Float(random.normal())
      }
      let thin = Volume(dimensions: dimensions, voxels: voxels)
      #expect(try run(thin).volume.voxels.allSatisfy(\.isFinite))
    }
    var source = volume(picture(seed: 6))
    source.voxels[700] = .nan
    source.voxels[800] = -.infinity
    var excluded = Mask(dimensions: source.dimensions, repeating: false)
    for i in 9000..<9600 { excluded[i] = true }
    let restored = try run(source, excluding: excluded).volume.voxels
    for i in restored.indices {
      let kept = i == 700 || i == 800 || excluded[i]
      #expect(kept ? restored[i].bitPattern == source.voxels[i].bitPattern : restored[i].isFinite)
    }
    let large = volume(picture(seed: 6).map { $0 * 1e14 - 1e15 })
    #expect(try run(large).volume.voxels.allSatisfy(\.isFinite))
    let tooLarge = volume(picture(seed: 6).map { $0 * 1e30 })
    let found = #expect(throws: RestorationError.self) { try run(tooLarge) }
    #expect(found?.code == .unfitVolume)
    let empty = Volume(dimensions: [40, 40, 1], repeating: .nan)
    #expect(throws: RestorationError.self) { try run(empty) }
  }
}
