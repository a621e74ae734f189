import RestorationKernels

/// The mapping of values of every tile of a slice.
struct ClaheMappings: Sendable {
  private let grid: ClaheGrid
  /// Entries of one mapping: the bins and one more, so that the last bin has an end.
  private let nodes: Int
  /// Mapped values, tile after tile.
  private let values: [Float]
  /// Share of each tile's pixels that were counted; nil when all were.
  private let shares: [Float]?

  /// Counts and maps the bins of every tile.
  ///
  /// - Parameters:
  ///   - plane: The slice.
  ///   - bins: The bin of each pixel.
  ///   - grid: The tiles.
  ///   - scale: What the bins stand for.
  ///   - clipLimit: Multiple of the mean bin; 0 for no limit.
  ///   - compatible: Whether counts are clipped and rounded as in OpenCV.
  init(
    of plane: ClahePlane, bins: [UInt16], grid: ClaheGrid, scale: ClaheScale, clipLimit: Double,
    compatible: Bool
  ) {
    self.grid = grid
    let nodes = scale.bins + 1
    self.nodes = nodes
    let count = grid.tiles.x * grid.tiles.y
    var values = [Float](repeating: 0, count: count * nodes)
    fillConcurrently(&values, parts: (0..<count).map { ($0 * nodes)..<(($0 + 1) * nodes) }) {
      tile, elements in
      let histogram = Self.histogram(of: tile, plane, bins, grid, scale.bins)
      elements.withUnsafeMutableBufferPointer { mapping in
        if compatible {
          histogram.mapLikeOpenCV(clipLimit: clipLimit, into: mapping)
        } else {
          histogram.map(scale, clipLimit: clipLimit, into: mapping)
        }
      }
    }
    self.values = values
    shares = plane.excluded.map { Self.shares(grid, excluded: $0, width: plane.width) }
  }

  private static func histogram(
    of tile: Int, _ plane: ClahePlane, _ bins: [UInt16], _ grid: ClaheGrid, _ count: Int
  ) -> ClaheHistogram {
    var counts = [Int32](repeating: 0, count: count)
    var total = 0
    let columns = grid.columns[tile % grid.tiles.x]
    for y in grid.rows[tile / grid.tiles.x] {
      let row = y * plane.width
      if let excluded = plane.excluded {
        for x in columns where excluded[row + x] == 0 {
          counts[Int(bins[row + x])] += 1
          total += 1
        }
      } else {
        for x in columns { counts[Int(bins[row + x])] += 1 }
        total += columns.count
      }
    }
    return ClaheHistogram(counts: counts, total: total)
  }

  private static func shares(_ grid: ClaheGrid, excluded: [UInt8], width: Int) -> [Float] {
    (0..<(grid.tiles.x * grid.tiles.y)).map { tile in
      let (columns, rows) = (grid.columns[tile % grid.tiles.x], grid.rows[tile / grid.tiles.x])
      let usable = rows.reduce(0) { sum, y in
        sum + columns.reduce(0) { $0 + (excluded[y * width + $1] == 0 ? 1 : 0) }
      }
      return Float(usable) / Float(max(columns.count * rows.count, 1))
    }
  }

  /// Maps one row of pixels between the mappings of the tiles around.
  ///
  /// - Parameters:
  ///   - y: The row.
  ///   - positions: The bin of each pixel of the slice, and how far into it the pixel is.
  ///   - width: Pixels of a row.
  ///   - output: `width` mapped values.
  func mapRow(
    _ y: Int, _ positions: (bins: [UInt16], fractions: [Float]?), width: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let place = grid.rowPlaces[y]
    let (top, bottom) = (place.first * grid.tiles.x, place.second * grid.tiles.x)
    for x in 0..<width {
      let column = grid.columnPlaces[x]
      let bin = Int(positions.bins[y * width + x])
      let fraction = positions.fractions?[y * width + x] ?? 0
      let a = value(top + column.first, bin, fraction)
      let b = value(top + column.second, bin, fraction)
      let c = value(bottom + column.first, bin, fraction)
      let d = value(bottom + column.second, bin, fraction)
      let (u, v) = (column.weight, place.weight)
      guard let shares else {
        output[x] = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v
        continue
      }
      let p = (1 - u) * (1 - v) * shares[top + column.first]
      let q = u * (1 - v) * shares[top + column.second]
      let r = (1 - u) * v * shares[bottom + column.first]
      let s = u * v * shares[bottom + column.second]
      output[x] = (a * p + b * q + c * r + d * s) / max(p + q + r + s, .leastNormalMagnitude)
    }
  }

  @inline(__always)
  private func value(_ tile: Int, _ bin: Int, _ fraction: Float) -> Float {
    let first = values[tile * nodes + bin]
    return fraction == 0 ? first : first + (values[tile * nodes + bin + 1] - first) * fraction
  }
}
