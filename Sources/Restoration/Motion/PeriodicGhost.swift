#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A weak copy of the object, shifted along the phase-encoding direction.
///
/// Motion that repeats during the scan weighs the phase-encoding lines by a periodic pattern
/// 1 + a exp(-i t) + b exp(i t), t = 2 pi shift x line / lines; the inverse pattern takes the copies
/// away.
struct PeriodicGhost {
  /// How far the copies lie from the object, in voxels.
  let shift: Int
  /// Strength of the copy further down, as a part of the object.
  let below: Double
  /// Strength of the copy further up; zero when both fall on the same place.
  let above: Double

  /// Copies closer than this part of the field of view mingle with the object's rim.
  private static let leastShift = 1.0 / 16
  /// Strengths outside this range are no ghosts or cannot be inverted.
  private static let strengths = 0.003...0.45

  /// At most this many columns take part in the search.
  private static let searchedColumns = 64

  /// Finds the copies that explain most of the air; nil when none does.
  ///
  /// For each shift the air is fitted by the object shifted both ways, and the shift that takes most
  /// of the air's energy away wins.
  init?(in plane: [Float], _ regions: GhostRegions) {
    let rows = plane.count / regions.columns
    let least = max(4, Int(Self.leastShift * Double(rows)))
    guard rows / 2 > least else { return nil }
    let lines = Lines(plane, regions)
    var best: (shift: Int, fit: Fit)?
    for shift in least...rows / 2 {
      let fit = lines.fit(shift)
      if fit.explained > best?.fit.explained ?? 0 { best = (shift, fit) }
    }
    guard let best else { return nil }
    func plausible(_ strength: Double) -> Double {
      Self.strengths.contains(strength) ? strength : 0
    }
    shift = best.shift
    below = plausible(best.fit.below)
    above = plausible(best.fit.above)
    guard below + above > 0 else { return nil }
  }

  /// Takes the copies out of a spectrum.
  func removed(from spectrum: PlaneSpectrum) -> PlaneSpectrum {
    var result = spectrum
    for row in 0..<spectrum.rows {
      let angle = 2 * Double.pi * Double(shift * row % spectrum.rows) / Double(spectrum.rows)
      let real = 1 + (below + above) * cos(angle)
      let imaginary = (above - below) * sin(angle)
      let square = real * real + imaginary * imaginary
      for i in row * spectrum.columns..<(row + 1) * spectrum.columns {
        let x = spectrum.values[2 * i]
        let y = spectrum.values[2 * i + 1]
        result.values[2 * i] = (x * real + y * imaginary) / square
        result.values[2 * i + 1] = (y * real - x * imaginary) / square
      }
    }
    return result
  }

  /// How well two copies explain the air.
  private struct Fit {
    var below = 0.0
    var above = 0.0
    /// Air energy that the copies take away.
    var explained = 0.0
  }

  /// Columns of the plane, one after the other, as object and as air.
  private struct Lines {
    let rows: Int
    /// Signal of the object, else zero.
    var object: [Double] = []
    /// Signal of the air above the noise floor.
    var air: [Double] = []
    /// Whether air is known.
    var isAir: [Bool] = []

    init(_ plane: [Float], _ regions: GhostRegions) {
      let columns = regions.columns
      rows = plane.count / columns
      var floor = 0.0
      var count = 0.0
      for i in plane.indices where regions.readoutAir[i] {
        floor += Double(plane[i])
        count += 1
      }
      floor /= max(1, count)
      let step = (columns + PeriodicGhost.searchedColumns - 1) / PeriodicGhost.searchedColumns
      for column in stride(from: 0, to: columns, by: step) {
        for row in 0..<rows {
          let i = row * columns + column
          object.append(regions.support[i] ? Double(plane[i]) : 0)
          air.append(Double(plane[i]) - floor)
          isAir.append(regions.phaseAir[i])
        }
      }
    }

    /// The least-squares strengths of both copies at one shift.
    func fit(_ shift: Int) -> Fit {
      var upper = 0.0
      var lower = 0.0
      var cross = 0.0
      var withUpper = 0.0
      var withLower = 0.0
      for line in stride(from: 0, to: object.count, by: rows) {
        for row in 0..<rows where isAir[line + row] {
          let x = object[line + (row >= shift ? row - shift : row - shift + rows)]
          let y = object[line + (row + shift < rows ? row + shift : row + shift - rows)]
          let value = air[line + row]
          upper += x * x
          lower += y * y
          cross += x * y
          withUpper += x * value
          withLower += y * value
        }
      }
      let determinant = upper * lower - cross * cross
      var fit = Fit()
      if determinant > 1e-6 * upper * lower {
        fit.below = (withUpper * lower - withLower * cross) / determinant
        fit.above = (withLower * upper - withUpper * cross) / determinant
      }
      if !(fit.below > 0 && fit.above > 0) {
        // One copy, or two on the same place.
        let alone = (
          upper > 0 ? withUpper * withUpper / upper : 0,
          lower > 0 ? withLower * withLower / lower : 0
        )
        fit.below = withUpper > 0 && alone.0 >= alone.1 ? withUpper / upper : 0
        fit.above = withLower > 0 && alone.0 < alone.1 ? withLower / lower : 0
      }
      fit.explained = fit.below * withUpper + fit.above * withLower
      return fit
    }
  }
}
