/// Rows of words in columns, for people.
enum TextTable {
  /// Lines in which each column is as wide as its widest word; the last column runs free.
  static func lines(_ rows: [[String]], indent: Int = 2) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column + 1 == row.count
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return String(repeating: " ", count: indent) + cells.joined(separator: "  ")
    }
  }
}
