import Foundation
import RestoradTestSupport
import Restoration
import RestorationKernels
import VolumeModel

/// A random body with bones, organs, gas and up to four pieces of metal, scanned with five energies,
/// counting and electronic noise, and reconstructed after water beam-hardening correction.
///
/// Metal is titanium or iron; behind it photons run out. 192 x 192 pixels, 360 parallel views. The
/// same seed makes the same scene.
struct RandomMetalScene {
  /// The scan; three of four end at 3071 HU.
  let scan: Volume
  /// The same body scanned without metal and without noise.
  let truth: [Float]
  /// Body without its rim and without metal and three pixels around it.
  let judged: [Bool]
  /// Pieces of metal.
  let pieces: Int

  static let size = 192
  private static let pixel = 0.21  // cm
  private static let beam = ParallelBeam(columns: size, rows: size, views: 360)

  /// Soft tissue relative to water, bone, titanium and iron, each from 0 to 1.
  private struct Body {
    var soft = [Float](repeating: 0, count: size * size)
    var bone = [Float](repeating: 0, count: size * size)
    var titanium = [Float](repeating: 0, count: size * size)
    var iron = [Float](repeating: 0, count: size * size)

    mutating func replace(_ places: [Int], _ fill: (inout Body, Int) -> Void) {
      for i in places {
        soft[i] = 0
        bone[i] = 0
        fill(&self, i)
      }
    }
  }

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func number(_ range: ClosedRange<Double>) -> Double {
      Double.random(in: range, using: &random)
    }
    let (a, b) = (number(55...86), number(42...66))
    var body = Body()
    let outline = Self.ellipse(0, 0, a, b)
    for i in outline { body.soft[i] = 0.9 }
    for i in Self.ellipse(0, 0, a - 5, b - 5) { body.soft[i] = 1 }
    func place(_ least: Double) -> (Double, Double) {
      let (angle, distance) = (number(0...2 * Double.pi), number(least...0.75).squareRoot())
      return (distance * a * cos(angle), distance * b * sin(angle))
    }
    for _ in 0..<Int.random(in: 4...20, using: &random) {
      let (x, y) = place(0)
      let factor = Float(number(0.95...1.06))
      for i in Self.ellipse(x, y, number(2...14), number(2...14)) where body.soft[i] == 1 {
        body.soft[i] = factor
      }
    }
    if number(0...1) < 0.3 {
      let (x, y) = place(0)
      for i in Self.ellipse(x, y, number(3...10), number(3...10)) where body.soft[i] > 0 {
        body.soft[i] = 0.001
      }
    }
    var bones: [(Double, Double)] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let centre = place(0.1)
      bones.append(centre)
      let inside = Self.ellipse(centre.0, centre.1, number(5...17), number(5...17))
      body.replace(inside.filter { body.soft[$0] > 0 }) { $0.bone[$1] = 1 }
    }
    pieces = Int.random(in: 0...4, using: &random)
    let bare = body
    for piece in 0..<pieces {
      // Most implants lie in bone.
      let (x, y) = piece < bones.count && number(0...1) < 0.6 ? bones[piece] : place(0)
      let inside = Self.ellipse(x, y, number(1...8), number(1...8))
      let isIron = number(0...1) < 0.5
      body.replace(inside) { if isIron { $0.iron[$1] = 1 } else { $0.titanium[$1] = 1 } }
    }
    let photons = [nil, 2e4, 5e4, 2e5, 1e6][Int.random(in: 0...4, using: &random)]
    let greatest: Float = number(0...1) < 0.75 ? 3071 : 20_000
    truth = Self.scanned(bare, photons: nil, &random)
    scan = Volume(
      dimensions: [Self.size, Self.size, 1], voxelSpacing: [2.1, 2.1, 1],
      voxels: Self.scanned(body, photons: photons, &random).map { min(max($0, -1024), greatest) })
    var judged = [Bool](repeating: false, count: Self.size * Self.size)
    for i in Self.ellipse(0, 0, a - 2, b - 2) { judged[i] = true }
    for i in judged.indices where body.titanium[i] + body.iron[i] > 0 {
      for y in -3...3 { for x in -3...3 { judged[i + y * Self.size + x] = false } }
    }
    self.judged = judged
  }

  /// The root mean square error in HU where it is judged.
  func error(_ volume: Volume) -> Double {
    var (squares, count) = (0.0, 0)
    for i in truth.indices where judged[i] {
      squares += Double(volume.voxels[i] - truth[i]) * Double(volume.voxels[i] - truth[i])
      count += 1
    }
    return (squares / Double(count)).squareRoot()
  }

  /// The pixels of an ellipse, from the centre of the plane, that lie inside it.
  private static func ellipse(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> [Int] {
    let middle = Double(size - 1) / 2
    return (0..<size * size).filter { i in
      let dx = (Double(i % size) - middle - x) / a
      let dy = (Double(i / size) - middle - y) / b
      return dx * dx + dy * dy <= 1
    }
  }

  private static func scanned(
    _ body: Body, photons: Double?, _ random: inout SplitMix64
  ) -> [Float] {
    var paths = [body.soft, body.bone, body.titanium, body.iron].map { plane in
      Sinogram(of: plane.map { $0 * Float(pixel) }, beam: beam).values
    }
    let tables = [
      MetalScene.waterAttenuation, MetalScene.boneAttenuation, MetalScene.titaniumAttenuation,
      MetalScene.ironAttenuation,
    ]
    // What a scanner's calibration with water does: from measured to effective water path.
    let lengths = (0..<300).map { 60 * Double($0) / 299 }
    let measured = lengths.map { length in
      -log(zip(MetalScene.spectrum, tables[0]).reduce(0) { $0 + $1.0 * exp(-length * $1.1) })
    }
    for i in paths[0].indices {
      var fraction = 0.0
      for energy in MetalScene.spectrum.indices {
        var exponent = 0.0
        for k in paths.indices where paths[k][i] != 0 {
          exponent += Double(paths[k][i]) * tables[k][energy]
        }
        fraction += MetalScene.spectrum[energy] * exp(-exponent)
      }
      if let photons {
        let count = fraction * photons + (fraction * photons + 9).squareRoot() * random.normal()
        fraction = max(count, 1) / photons
      }
      paths[0][i] = Float(MetalScene.interpolated(-log(fraction), measured, lengths) / pixel)
    }
    return Sinogram(beam: beam, values: paths[0]).reconstructed().map { ($0 - 1) * 1000 }
  }
}
