import Foundation
import RestoradTestSupport
import Restoration
import VolumeModel

/// A head-like slice of 128 columns and 112 rows, scanned line by line along the columns.
struct MotionScene {
  enum Motion: String, CaseIterable, Sendable {
    /// Every other line stronger: a copy half the field away.
    case alternating
    /// A slow rhythm in phase with the object: copies on both sides.
    case breathing
    /// The same rhythm as phase errors: the copies stand at right angles to the object.
    case phaseErrors
    /// Some lines caught while the object moved.
    case strongLines
    /// One bright frequency.
    case spike
  }

  static let columns = 128
  static let rows = 112

  /// The slice without motion.
  let truth: [Float]
  /// The magnitude image of the disturbed scan.
  let scan: Volume

  init(_ motion: Motion? = nil, noiseSigma: Double = 0, seed: UInt64 = 11) {
    var generator = SplitMix64(seed: seed)
    let clean = Self.head()
    let truth = clean.map { Float($0) }
    self.truth = truth
    var spectrum = PlaneSpectrum(of: truth, columns: Self.columns)
    if let motion { Self.disturb(&spectrum, by: motion, &generator) }
    // The real part of the disturbed scan, and for phase errors what stands at right angles.
    let real = spectrum.plane()
    let shift = 28
    let voxels = real.indices.map { i -> Float in
      var aside = 0.0
      if motion == .phaseErrors {
        let row = i / Self.columns
        for other in [row + shift, row - shift] {
          let wrapped = (other + Self.rows) % Self.rows
          aside += 0.08 * clean[wrapped * Self.columns + i % Self.columns]
        }
      }
      let first = Double(real[i]) + noiseSigma * generator.normal()
      let second = aside + noiseSigma * generator.normal()
      return motion == nil && noiseSigma == 0
        ? truth[i] : Float((first * first + second * second).squareRoot())
    }
    scan = Volume(dimensions: [Self.columns, Self.rows, 1], voxels: voxels)
  }

  /// The root mean square difference from the slice without motion.
  func error(_ volume: Volume) -> Double {
    let sum = zip(volume.voxels, truth).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    return (sum / Double(truth.count)).squareRoot()
  }

  /// Skull, brain and a few structures, 0 to 1000, with edges one voxel wide.
  private static func head() -> [Double] {
    let parts: [(x: Double, y: Double, a: Double, b: Double, value: Double)] = [
      (64, 56, 38, 32, 800), (64, 56, 34, 28, -350), (55, 52, 8, 12, 300), (75, 52, 8, 12, 300),
      (64, 70, 5, 4, -250), (50, 66, 4, 3, 200), (80, 66, 3, 4, 250), (64, 40, 12, 5, 150),
    ]
    return (0..<columns * rows).map { i in
      let x = Double(i % columns)
      let y = Double(i / columns)
      return parts.reduce(0.0) { sum, part in
        let radius = hypot((x - part.x) / part.a, (y - part.y) / part.b)
        let depth = (1 - radius) * min(part.a, part.b)
        return sum + part.value * min(max(depth + 0.5, 0), 1)
      }
    }
  }

  private static func disturb(
    _ spectrum: inout PlaneSpectrum, by motion: Motion, _ generator: inout SplitMix64
  ) {
    func scale(_ row: Int, _ factor: Double) {
      for i in 2 * row * columns..<2 * (row + 1) * columns { spectrum.values[i] *= factor }
    }
    switch motion {
    case .alternating:
      for row in 0..<rows { scale(row, row.isMultiple(of: 2) ? 1.08 : 0.92) }
    case .breathing:
      for row in 0..<rows {
        scale(row, 1 + 0.16 * cos(2 * Double.pi * 28 * Double(row) / Double(rows)))
      }
    case .phaseErrors: break
    case .strongLines:
      for row in [9, 17, 26, 35] {
        scale(row, 2.5)
        scale(rows - row, 2.5)
      }
    case .spike:
      let strength = 60.0 * Double(columns * rows) / 2
      for (row, column) in [(23, 31), (rows - 23, columns - 31)] {
        spectrum.values[2 * (row * columns + column)] += strength
      }
    }
  }
}
