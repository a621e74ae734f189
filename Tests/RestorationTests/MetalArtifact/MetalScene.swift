import Foundation
import RestoradTestSupport
import Restoration
import RestorationKernels
import VolumeModel

/// A pelvis with metal, scanned with five energies and reconstructed after water beam-hardening
/// correction; 256 x 256 pixels of 1.6 mm, 360 parallel views, without noise unless asked for.
struct MetalScene {
  enum Metal: String, CaseIterable, Sendable {
    case titaniumHips
    case ironHips
    case ironMarker
  }

  /// The scan, stored in twelve bits (-1024...3071 HU).
  let scan: Volume
  /// The same body scanned without metal.
  let truth: [Float]
  /// Body without its rim and without metal and three pixels around it.
  let judged: [Bool]

  static let size = 256
  private static let pixel = 0.16  // cm
  private static let water = 0.1928  // per cm
  static let spectrum = [0.15, 0.30, 0.25, 0.20, 0.10]
  static let waterAttenuation = [0.2683, 0.2059, 0.1837, 0.1707, 0.1614]
  static let boneAttenuation = [1.278, 0.604, 0.428, 0.356, 0.315]
  static let titaniumAttenuation = [10.05, 3.478, 1.84, 1.235, 0.953]
  static let ironAttenuation = [28.56, 9.48, 4.684, 2.925, 2.16]
  private static let beam = ParallelBeam(columns: size, rows: size, views: 360)

  init(_ metal: Metal, singleEnergy: Bool = false, photons: Double? = nil) {
    let shape: [Bool]
    let attenuation: [Double]
    switch metal {
    case .titaniumHips, .ironHips:
      shape = zip(Self.ellipse(-55, 0, 9, 9), Self.ellipse(55, 0, 9, 9)).map { $0 || $1 }
    case .ironMarker: shape = Self.ellipse(20, -30, 2, 2)
    }
    switch metal {
    case .titaniumHips: attenuation = Self.titaniumAttenuation
    case .ironHips, .ironMarker: attenuation = Self.ironAttenuation
    }
    let weights = singleEnergy ? [0, 0, 1, 0, 0] : Self.spectrum
    let none = [Bool](repeating: false, count: shape.count)
    truth = Self.scanned(none, attenuation, weights, nil)
    let raw = Self.scanned(shape, attenuation, weights, photons)
    scan = Volume(
      dimensions: [Self.size, Self.size, 1], voxelSpacing: [1.6, 1.6, 1],
      voxels: raw.map { min(max($0, -1024), singleEnergy ? 20_000 : 3071) })
    let body = Self.eroded(Self.ellipse(0, 0, 105, 75), times: 2)
    let away = Self.eroded(shape.map { !$0 }, times: 3)
    judged = zip(body, away).map { $0 && $1 }
  }

  /// The scene with each pixel cut into four.
  func enlarged() -> MetalScene {
    MetalScene(
      scan: Volume(
        dimensions: [2 * Self.size, 2 * Self.size, 1], voxelSpacing: [0.8, 0.8, 1],
        voxels: Self.enlarged(scan.voxels)),
      truth: Self.enlarged(truth), judged: Self.enlarged(judged))
  }

  private init(scan: Volume, truth: [Float], judged: [Bool]) {
    (self.scan, self.truth, self.judged) = (scan, truth, judged)
  }

  /// A square plane with each pixel cut into four.
  static func enlarged<Value>(_ plane: [Value]) -> [Value] {
    let side = Int(Double(plane.count).squareRoot())
    return (0..<4 * plane.count).map { plane[$0 / (4 * side) * side + $0 % (2 * side) / 2] }
  }

  /// The root mean square error in HU of a restored scan where it is judged.
  func error(_ volume: Volume) -> Double {
    var squares = 0.0
    var count = 0
    for i in truth.indices where judged[i] {
      squares += Double(volume.voxels[i] - truth[i]) * Double(volume.voxels[i] - truth[i])
      count += 1
    }
    return (squares / Double(count)).squareRoot()
  }

  private static func ellipse(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> [Bool] {
    let middle = Double(size - 1) / 2
    return (0..<size * size).map { i in
      let dx = (Double(i % size) - middle - x) / a
      let dy = (Double(i / size) - middle - y) / b
      return dx * dx + dy * dy <= 1
    }
  }

  private static func eroded(_ bits: [Bool], times: Int) -> [Bool] {
    var bits = bits
    for _ in 0..<times {
      bits = bits.indices.map { i in
        let x = i % size
        let y = i / size
        guard x > 0, y > 0, x < size - 1, y < size - 1 else { return bits[i] }
        return bits[i] && bits[i - 1] && bits[i + 1] && bits[i - size] && bits[i + size]
      }
    }
    return bits
  }

  /// Soft tissue relative to water, and bone.
  private static func body() -> (soft: [Double], bone: [Double]) {
    let body = ellipse(0, 0, 105, 75)
    let inner = ellipse(0, 0, 97, 67)
    let bones = [ellipse(-55, 0, 22, 24), ellipse(55, 0, 22, 24), ellipse(0, 45, 16, 12)]
    let organ = ellipse(-15, -25, 22, 16)
    let low = ellipse(20, -30, 8, 8)
    var soft = body.indices.map { i in
      if low[i] { return 0.97 }
      if organ[i] { return 1.05 }
      return body[i] ? (inner[i] ? 1.0 : 0.9) : 0
    }
    for (x, y, factor) in inserts {
      let insert = ellipse(x, y, 3, 3)
      for i in soft.indices where insert[i] && body[i] { soft[i] *= factor }
    }
    let bone = body.indices.map { i in bones.contains { $0[i] } ? 1.0 : 0.0 }
    for i in soft.indices where bone[i] > 0 { soft[i] = 0 }
    return (soft, bone)
  }

  private static func scanned(
    _ metal: [Bool], _ metalAttenuation: [Double], _ weights: [Double], _ photons: Double?
  ) -> [Float] {
    var (soft, bone) = body()
    for i in metal.indices where metal[i] {
      soft[i] = 0
      bone[i] = 0
    }
    let paths = [soft, bone, metal.map { $0 ? 1.0 : 0.0 }].map { plane in
      Sinogram(of: plane.map { Float($0 * pixel) }, beam: beam)
    }
    func attenuation(_ softPath: Double, _ bonePath: Double, _ metalPath: Double) -> Double {
      weights.indices.reduce(0) { sum, energy in
        let path = softPath * waterAttenuation[energy] + bonePath * boneAttenuation[energy]
        return sum + weights[energy] * exp(-path - metalPath * metalAttenuation[energy])
      }
    }
    // What a scanner's calibration with water does: from measured to effective water path.
    let lengths = (0..<300).map { 60 * Double($0) / 299 }
    let measured = lengths.map { -log(attenuation($0, 0, 0)) }
    var generator = SplitMix64(seed: 7)
    var sinogram = paths[0]
    for i in sinogram.values.indices {
      var fraction = attenuation(
        Double(paths[0].values[i]), Double(paths[1].values[i]), Double(paths[2].values[i]))
      if let photons {
        let count = fraction * photons + (fraction * photons + 9).squareRoot() * generator.normal()
        fraction = max(count, 1) / photons
      }
      let value =
        weights == spectrum
        ? interpolated(-log(fraction), measured, lengths) : -log(fraction) / waterAttenuation[2]
      sinogram.values[i] = Float(value / pixel)
    }
    // As scanners and the prototype with ASTRA do, without sharpening.
    return sinogram.reconstructed(sharpens: false).map { ($0 - 1) * 1000 }
  }

  static func interpolated(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
    if x <= xs[0] { return ys[0] }
    guard let above = xs.firstIndex(where: { $0 >= x }) else { return ys[ys.count - 1] }
    let part = (x - xs[above - 1]) / (xs[above] - xs[above - 1])
    return ys[above - 1] + part * (ys[above] - ys[above - 1])
  }

  // Column and row from the centre, factor of the attenuation; from Tests/Oracles/mar.py.
  private static let inserts: [(Double, Double, Double)] = [
    (21.9139, -23.0213, 0.95451),
    (-77.3556, 31.3270, 1.05040),
    (17.0617, 22.9497, 1.00980),
    (69.6116, 31.5854, 0.95030),
    (57.1847, -46.6414, 1.03026),
    (-51.8951, 36.3179, 1.00956),
    (-32.0461, -7.7313, 0.95312),
    (-60.1147, 17.0624, 1.02119),
    (18.4616, -11.6322, 1.05969),
    (76.9337, 18.5542, 1.02155),
    (30.1515, -11.1079, 0.96486),
    (35.4381, 2.5354, 0.98413),
    (-2.2663, 38.9488, 1.05274),
    (-22.7528, 7.1530, 0.98541),
    (15.0880, -16.2089, 0.99308),
    (62.4439, -27.2842, 1.01855),
    (-66.5575, 33.2644, 1.03658),
    (-41.7009, 37.6484, 0.95644),
    (-26.2213, -34.9721, 0.99954),
    (47.4119, -26.9358, 0.95572),
    (-15.2717, -30.1487, 0.95998),
    (12.8532, -20.1304, 1.02392),
    (-48.0775, 44.2113, 0.99016),
    (-63.1208, 12.9108, 1.05199),
    (-9.5397, 45.4590, 1.00499),
    (-11.9634, 12.0213, 1.05946),
    (71.8310, -3.9955, 1.03335),
    (-0.4124, 2.9312, 1.03644),
    (-13.6551, 23.4484, 1.02823),
    (69.1295, -38.5067, 1.03019),
  ]
}
