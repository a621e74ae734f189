#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The geometry of a parallel-beam scan of one plane over half a turn.
///
/// The plane turns about its centre, pixel ((columns - 1) / 2, (rows - 1) / 2), which lies on
/// detector (detectors - 1) / 2 in every view. View `v` looks along the direction
/// (-sin a, cos a) with a = pi v / views; detector `d` sees the line x cos a + y sin a = s, where
/// s is the detector's distance from the middle one. Lengths are counted in detector pitches; one
/// pitch is the smaller of the two pixel spacings, so pixels need not be square.
public struct ParallelBeam: Sendable, Equatable {
  /// Pixels along a row of the plane.
  public let columns: Int
  /// Rows of the plane.
  public let rows: Int
  /// Distance between columns, in detector pitches; at least 1.
  public let columnSpacing: Double
  /// Distance between rows, in detector pitches; at least 1.
  public let rowSpacing: Double
  /// Directions, evenly spread over half a turn.
  public let views: Int
  /// Detectors in a view: an odd number that covers the diagonal, so corners are seen.
  public let detectors: Int

  /// Creates a geometry that sees the whole plane.
  ///
  /// - Parameters:
  ///   - columns: Pixels along a row, at least 1.
  ///   - rows: Rows, at least 1.
  ///   - columnSpacing: Distance between columns in any unit, positive.
  ///   - rowSpacing: Distance between rows in the same unit, positive.
  ///   - views: Directions over half a turn, at least 1.
  public init(
    columns: Int, rows: Int, columnSpacing: Double = 1, rowSpacing: Double = 1, views: Int
  ) {
    precondition(columns > 0 && rows > 0 && views > 0, "a scan needs pixels and views")
    precondition(columnSpacing > 0 && rowSpacing > 0, "spacings are positive")
    let pitch = min(columnSpacing, rowSpacing)
    self.columns = columns
    self.rows = rows
    self.columnSpacing = columnSpacing / pitch
    self.rowSpacing = rowSpacing / pitch
    self.views = views
    let diagonal = hypot(Double(columns) * self.columnSpacing, Double(rows) * self.rowSpacing)
    detectors = (Int(diagonal.rounded(.up)) + 1) | 1
  }

  /// The cosine and sine of a view's angle.
  func direction(_ view: Int) -> (cosine: Double, sine: Double) {
    let angle = Double.pi * Double(view) / Double(views)
    return (cos(angle), sin(angle))
  }

  var middleDetector: Double { Double(detectors - 1) / 2 }
  var middleColumn: Double { Double(columns - 1) / 2 }
  var middleRow: Double { Double(rows - 1) / 2 }
}
