import VolumeModel

/// How a grid is split for the threads: some rows of one slice each.
///
/// The split depends on the grid alone. A slice is cut where there are few, so that a planar image
/// keeps several cores busy as well.
struct RowBlocks: Sendable {
  /// Rows of one slice.
  struct Block: Sendable {
    let slice: Int
    let rows: Range<Int>
  }

  let blocks: [Block]
  /// The elements of each block in an array of the grid.
  let elements: [Range<Int>]

  /// Splits a grid.
  ///
  /// - Parameters:
  ///   - rowCount: Elements in a row.
  ///   - rows: Rows in a slice.
  ///   - slices: Slices of the grid.
  init(rowCount: Int, rows: Int, slices: Int) {
    let cuts = slabs(of: rows, parts: max(1, 16 / slices))
    blocks = (0..<slices).flatMap { slice in cuts.map { Block(slice: slice, rows: $0) } }
    elements = blocks.map { block in
      let start = block.slice * rows * rowCount
      return start + block.rows.lowerBound * rowCount..<start + block.rows.upperBound * rowCount
    }
  }
  /// Splits the grid of a volume.
  init(of volume: Volume) {
    self.init(
      rowCount: volume.dimensions.x, rows: volume.dimensions.y, slices: volume.dimensions.z)
  }
}
