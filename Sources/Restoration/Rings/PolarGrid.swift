#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Circles about a point of a slice: where their samples lie, and how they are numbered.
///
/// Lengths are in pixels (the smaller spacing). Samples of one direction lie side by side, outwards.
struct PolarGrid: Sendable {
  /// Sectors of the full turn, each judged by itself.
  static let sectors = 32
  /// Samples a pixel along the radius.
  static let density = 2

  let columns: Int
  let rows: Int
  /// Pixels a unit of length, along a row and along a column.
  let scale: SIMD2<Double>
  let center: SIMD2<Double>
  /// Samples along the radius, from the centre to the nearest edge of the slice.
  let radii: Int
  /// Directions within a sector, about a pixel and a half apart on the greatest circle.
  let directions: Int

  /// Lays circles about a point.
  ///
  /// - Parameters:
  ///   - columns: Pixels in a row.
  ///   - rows: Rows.
  ///   - center: The point, as indices of column and row, fractions allowed.
  ///   - spacing: mm from column to column and from row to row.
  init(columns: Int, rows: Int, center: SIMD2<Double>, spacing: SIMD2<Double>) {
    self.columns = columns
    self.rows = rows
    self.center = center
    scale = spacing.min() / spacing
    let margins = [
      center.x / scale.x, (Double(columns - 1) - center.x) / scale.x,
      center.y / scale.y, (Double(rows - 1) - center.y) / scale.y,
    ]
    let reach = max(0, margins.min() ?? 0)
    radii = Int(reach * Double(Self.density))
    directions = max(1, Int((2 * Double.pi * reach / Double(Self.sectors) / 1.5).rounded(.up)))
  }

  /// How far a sample lies from the centre, in pixels.
  func radius(_ sample: Int) -> Double { Double(sample) / Double(Self.density) }

  /// The samples of one direction, interpolated between pixels by cubics (Catmull and Rom, 1974).
  ///
  /// - Parameters:
  ///   - plane: The slice, columns fastest.
  ///   - direction: 0 up to all directions of all sectors.
  ///   - line: Takes `radii` samples.
  func sample(_ plane: [Float], direction: Int, into line: inout [Float]) {
    let turn = 2 * Double.pi / Double(directions * Self.sectors)
    let angle = (Double(direction) + 0.5) * turn
    let step = SIMD2(cos(angle), sin(angle)) * scale / Double(Self.density)
    for i in 0..<radii {
      let place = center + step * Double(i)
      line[i] = value(of: plane, at: place)
    }
  }

  private func value(of plane: [Float], at place: SIMD2<Double>) -> Float {
    let first = place.rounded(.down)
    let weights = (cubic(Float(place.x - first.x)), cubic(Float(place.y - first.y)))
    let (column, row) = (Int(first.x), Int(first.y))
    var sum: Float = 0
    for j in 0..<4 {
      let start = min(max(row + j - 1, 0), rows - 1) * columns
      var along: Float = 0
      for i in 0..<4 {
        along += weights.0[i] * plane[start + min(max(column + i - 1, 0), columns - 1)]
      }
      sum += weights.1[j] * along
    }
    return sum
  }

  /// Whether any of the four pixels around a sample is left out.
  func isLeftOut(_ excluded: [UInt8], direction: Int, sample: Int) -> Bool {
    let turn = 2 * Double.pi / Double(directions * Self.sectors)
    let angle = (Double(direction) + 0.5) * turn
    let place = center + SIMD2(cos(angle), sin(angle)) * scale * radius(sample)
    let (column, row) = (Int(place.x), Int(place.y))
    for j in row...min(row + 1, rows - 1) {
      for i in column...min(column + 1, columns - 1) where excluded[j * columns + i] != 0 {
        return true
      }
    }
    return false
  }
}

/// The weights of the four neighbours of a place between two samples.
private func cubic(_ t: Float) -> SIMD4<Float> {
  let (t2, t3) = (t * t, t * t * t)
  return SIMD4(-t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2, -3 * t3 + 4 * t2 + t, t3 - t2) / 2
}
