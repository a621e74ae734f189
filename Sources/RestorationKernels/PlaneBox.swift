/// Some rows and columns of a plane.
public struct PlaneBox: Sendable, Equatable {
  /// Columns, from 0.
  public var columns: Range<Int>
  /// Rows, from 0.
  public var rows: Range<Int>

  /// Creates a box.
  public init(columns: Range<Int>, rows: Range<Int>) {
    self.columns = columns
    self.rows = rows
  }
}
