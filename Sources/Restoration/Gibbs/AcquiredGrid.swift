/// The grid on which slices were acquired, before zeros were put around their k-space.
struct AcquiredGrid: Sendable, Equatable {
  /// Voxels in a row of an acquired slice.
  let columns: Int
  /// Rows of an acquired slice.
  let rows: Int

  /// From this frequency on, as a part of the highest, zeros may begin.
  private static let leastPart = 0.4
  /// The power beyond the edge, as a part of that before it, up to which it counts as zero.
  ///
  /// Taking the magnitude leaves 0.04 to 0.12 of it there, the more the noisier; in scans of heads
  /// without zeros, sharpest falls of 0.22 to 0.8 were seen.
  private static let emptiness = 0.17
  /// Slices that are looked at.
  private static let leastSlices = 16

  /// The ratio of the grids is taken as one of whole numbers up to this, see `SliceUnringing`.
  private static let mostPhases = 8

  /// The greatest common divisor.
  static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

  /// Looks for zeros at the ends of the spectra of the middle slices.
  static func find(in voxels: [Float], _ layout: SliceLayout) -> AcquiredGrid {
    let count = min(layout.slices, leastSlices)
    let first = (layout.slices - count) / 2
    let powers = summaries(count) { slice in
      let plane = layout.plane(first + slice, of: voxels)
      return power(PlaneSpectrum(of: plane, columns: layout.columns))
    }
    var columns = [Double](repeating: 0, count: layout.columns / 2 + 1)
    var rows = [Double](repeating: 0, count: layout.rows / 2 + 1)
    for power in powers {
      for i in columns.indices { columns[i] += power.columns[i] }
      for i in rows.indices { rows[i] += power.rows[i] }
    }
    return AcquiredGrid(
      columns: extent(columns, layout.columns), rows: extent(rows, layout.rows))
  }

  /// The mean power of each frequency along one axis, over those along the other.
  private static func power(_ spectrum: PlaneSpectrum) -> (columns: [Double], rows: [Double]) {
    var columns = [Double](repeating: 0, count: spectrum.columns / 2 + 1)
    var rows = [Double](repeating: 0, count: spectrum.rows / 2 + 1)
    for row in 0..<spectrum.rows {
      let y = min(row, spectrum.rows - row)
      for column in 0..<spectrum.columns {
        let x = min(column, spectrum.columns - column)
        let magnitude = spectrum.magnitude(row * spectrum.columns + column)
        columns[x] += magnitude * magnitude
        rows[y] += magnitude * magnitude
      }
    }
    return (columns, rows)
  }

  /// The voxels along an axis that its power shows; all, where there is no edge in it.
  ///
  /// - Parameters:
  ///   - power: Of each frequency, from 0.
  ///   - count: Voxels along the axis.
  /// - Returns: The acquired voxels.
  static func extent(_ power: [Double], _ count: Int) -> Int {
    let highest = power.count - 1
    let width = max(2, highest / 20)
    var best = (ratio: emptiness, edge: highest)
    for edge in max(width, Int(leastPart * Double(highest)))..<max(width, highest - width) {
      let before = power[(edge - width + 1)...edge].reduce(0, +) / Double(width)
      // All beyond has to be empty, of which the first frequencies show the edge most sharply.
      let beyond = power[(edge + 1)...].max() ?? 0
      guard before > 0, beyond < best.ratio * before else { continue }
      best = (beyond / before, edge)
    }
    // Of an even count, the highest frequency is there on one side only, which still shows.
    guard best.edge < highest else { return count }
    return (2 * best.edge...count).first { count / Self.divisor(count, $0) <= mostPhases } ?? count
  }
}
