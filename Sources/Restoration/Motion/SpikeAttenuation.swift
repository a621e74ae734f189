#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Brings single frequencies and single phase-encoding lines back to the strength of their
/// neighbours.
///
/// A spike during the scan leaves one bright frequency and with it stripes all over the slice; a
/// moment of motion leaves a phase-encoding line that is too strong.
enum SpikeAttenuation {
  /// Frequencies this close to zero, in samples, hold the object's shape and are never outliers.
  private static let centre = 4
  /// How much stronger than the median of the ring around it a spike must be.
  private static let leastRatio = 8.0
  /// How far a spike reaches, in samples: a magnitude image folds its negative half in the air, so
  /// that it modulates the object alone and is as wide as the object's spectrum.
  private static let reach = 3
  /// How far above its neighbours' median a line must be, in robust standard deviations.
  private static let leastDeviations = 2.5
  /// The least excess of a line's mean log magnitude that is worth a change.
  private static let leastExcess = 0.35

  /// The spectrum without spikes; nil when there are none.
  static func withoutSpikes(_ spectrum: PlaneSpectrum) -> PlaneSpectrum? {
    let magnitudes = (0..<spectrum.columns * spectrum.rows).map(spectrum.magnitude)
    var result = spectrum
    var isChanged = false
    for row in 0..<spectrum.rows {
      for column in 0..<spectrum.columns where !isCentral(row, column, spectrum) {
        let ring = median(ring(around: row, column, spectrum).map { magnitudes[$0] })
        guard magnitudes[row * spectrum.columns + column] > leastRatio * ring else { continue }
        // The conjugate meets the same condition on its own.
        for i in square(around: row, column, spectrum) where magnitudes[i] > ring {
          let factor = min(1, ring / max(result.magnitude(i), ring))
          result.values[2 * i] *= factor
          result.values[2 * i + 1] *= factor
        }
        isChanged = true
      }
    }
    return isChanged ? result : nil
  }

  /// The spectrum with too strong phase-encoding lines weakened; nil when there are none.
  static func withoutStrongLines(_ spectrum: PlaneSpectrum) -> PlaneSpectrum? {
    let profile = lineProfile(spectrum)
    let rows = spectrum.rows
    let excess = profile.indices.map { row -> Double in
      let neighbours = [-4, -3, -2, -1, 1, 2, 3, 4].map { profile[(row + $0 + rows) % rows] }
      return profile[row] - median(neighbours)
    }
    let spread = 1.4826 * median(excess.map(abs))
    let least = max(leastExcess, leastDeviations * spread)
    var result = spectrum
    var isChanged = false
    for row in 0..<rows where min(row, rows - row) > centre {
      // Opposite lines carry the same magnitudes.
      let both = (excess[row] + excess[(rows - row) % rows]) / 2
      guard both > least else { continue }
      let factor = exp(-both)
      for i in row * spectrum.columns..<(row + 1) * spectrum.columns {
        result.values[2 * i] *= factor
        result.values[2 * i + 1] *= factor
      }
      isChanged = true
    }
    return isChanged ? result : nil
  }

  /// The mean log magnitude of each phase-encoding line.
  private static func lineProfile(_ spectrum: PlaneSpectrum) -> [Double] {
    (0..<spectrum.rows).map { row in
      let line = row * spectrum.columns..<(row + 1) * spectrum.columns
      let sum = line.reduce(0.0) { $0 + log(max(spectrum.magnitude($1), 1e-30)) }
      return sum / Double(spectrum.columns)
    }
  }

  private static func isCentral(_ row: Int, _ column: Int, _ spectrum: PlaneSpectrum) -> Bool {
    min(row, spectrum.rows - row) <= centre || min(column, spectrum.columns - column) <= centre
  }

  /// The samples at twice the reach, every third of them.
  private static func ring(around row: Int, _ column: Int, _ spectrum: PlaneSpectrum) -> [Int] {
    let far = 2 * reach
    let side = stride(from: -far, to: far, by: reach)
    let offsets = side.flatMap { [(-far, $0), ($0, far), (far, -$0), (-$0, -far)] }
    return offsets.map { spectrum.index(row + $0.0, column + $0.1) }
  }

  private static func square(around row: Int, _ column: Int, _ spectrum: PlaneSpectrum) -> [Int] {
    (-reach...reach).flatMap { y in
      (-reach...reach).map { x in spectrum.index(row + y, column + x) }
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
  }
}
