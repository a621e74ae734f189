import Foundation
import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Grid lines")
struct GridlineTests {
  /// Soft shapes, a bone and a rim, with noise of neighbouring pixels alike.
  ///
  /// - Parameters:
  ///   - columns: Pixels in a row.
  ///   - rows: Rows.
  ///   - blur: Over how many pixels bone and rim begin; 0 draws them with steps.
  /// - Returns: The picture.
  private func picture(columns: Int = 400, rows: Int = 300, blur: Double = 1.5) -> Volume {
    var random = SplitMix64(seed: 9)
    var volume = Volume(dimensions: [columns, rows, 1], repeating: 0)
    var before: Float = 0
    for i in volume.voxels.indices {
      let (x, y) = (Double(i % columns), Double(i / columns))
      before = 0.5 * before + Float(4 * random.normal())
      func rise(_ distance: Double) -> Double {
        blur > 0 ? 1 / (1 + exp(-distance / blur)) : distance > 0 ? 1 : 0
      }
      let bone = 400 * rise(14 - abs(x - 150 - 0.2 * y))
      let soft = 900 + 300 * sin(x / 70) * cos(y / 55)
      volume.voxels[i] = Float(100 + rise(x - 12) * (soft + bone - 100)) + before
    }
    return volume
  }

  /// A wave that is weaker where the picture is darker.
  private func wave(_ volume: Volume, x: Double, y: Double, amplitude: Double) -> [Float] {
    volume.voxels.indices.map { i in
      let place = SIMD2(Double(i % volume.dimensions.x), Double(i / volume.dimensions.x))
      let phase = 2 * Double.pi * (x * place.x + y * place.y) + 0.7
      return Float(amplitude * cos(phase)) * (0.5 + volume.voxels[i] / 2600)
    }
  }

  private func run(
    _ volume: Volume, excluding excluded: Mask? = nil,
    _ configure: (inout GridlineSuppression) -> Void = { _ in }
  ) throws -> Restored {
    var method = GridlineSuppression()
    configure(&method)
    return try method.apply(to: volume, excluding: excluded, work: .unattended)
  }

  private func rms(_ values: [Float]) -> Float {
    (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
  }

  @Test(
    "Lines upright, level, slanted and folded are found and go down fivefold",
    arguments: [(0.31, 0.004), (0.002, 0.23), (0.44, 0.0), (0.12, -0.02)])
  func truth(x: Double, y: Double) throws {
    let clean = picture()
    let wave = wave(clean, x: x, y: y, amplitude: 25)
    let lined = clean.replacingVoxels(zip(clean.voxels, wave).map(+))
    let restored = try run(lined)
    #expect(restored.figures["waves"] == .integer(1))
    guard case .list(let frequencies) = restored.figures["frequencies"],
      case .list(let found) = frequencies.first, case .number(let foundX) = found.first
    else {
      Issue.record("no frequency")
      return
    }
    #expect(abs(foundX - x) < 0.002)
    let left = zip(restored.volume.voxels, clean.voxels).map(-)
    #expect(rms(left) < rms(wave) / 5)
    let half = try run(lined) { $0.strength = 0.5 }.volume.voxels
    for i in stride(from: 0, to: half.count, by: 97) {
      #expect(abs(half[i] - (lined.voxels[i] + restored.volume.voxels[i]) / 2) < 0.01)
    }
  }

  @Test("A picture without lines comes out bit by bit")
  func untouched() throws {
    let pictures = [
      picture(), picture(blur: 0), Volume(dimensions: [256, 256, 2], repeating: 7),
      picture().replacingVoxels(picture().voxels.map { ($0 / 40).rounded() }),
    ]
    for volume in pictures {
      let restored = try run(volume)
      #expect(restored.volume.voxels.elementsEqual(volume.voxels))
      #expect(restored.figures["kept_input"] == .flag(true))
    }
  }

  @Test(
    "Excluded pixels and those that are not finite stay bit by bit, huge and negative do no harm")
  func robust() throws {
    let clean = picture()
    var lined = clean.replacingVoxels(
      zip(clean.voxels, wave(clean, x: 0.3, y: 0, amplitude: 25)).map(+))
    let huge = lined.replacingVoxels(lined.voxels.map { -$0 * 1e30 })
    let restoredHuge = try run(huge)
    #expect(restoredHuge.figures["waves"] == .integer(1))
    #expect(restoredHuge.volume.voxels.allSatisfy { $0.isFinite })
    lined.voxels[500] = .nan
    lined.voxels[9000] = -.infinity
    var excluded = Mask(dimensions: lined.dimensions, repeating: false)
    for i in 30_000..<30_060 { excluded[i] = true }
    let restored = try run(lined, excluding: excluded).volume.voxels
    for i in restored.indices {
      let kept = i == 500 || i == 9000 || excluded[i]
      #expect(
        kept ? restored[i].bitPattern == lined.voxels[i].bitPattern : restored[i].isFinite)
    }
  }

  @Test("Small pictures, no finite value and parameters out of range are refused")
  func refused() {
    for volume in [
      Volume(dimensions: [255, 400, 1], repeating: 1),
      Volume(dimensions: [300, 300, 1], repeating: .infinity),
    ] {
      let found = #expect(throws: RestorationError.self) { try run(volume) }
      #expect(found?.code == .unfitVolume)
    }
    for change: (inout GridlineSuppression) -> Void in [{ $0.extent = 3 }, { $0.strength = 0 }] {
      let found = #expect(throws: RestorationError.self) { try run(picture(), change) }
      #expect(found?.code == .invalidParameter)
    }
  }
}
