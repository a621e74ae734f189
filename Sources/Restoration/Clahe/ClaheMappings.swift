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
    let depth = Int(scale.greatest) + 1
    values = filledConcurrently(parts: (0..<count).map { ($0 * nodes)..<(($0 + 1) * nodes) }) {
      tile, mapping in
      let histogram = Self.histogram(of: tile, plane, bins, grid, scale.bins)
      if compatible {
        histogram.mapLikeOpenCV(depth: depth, clipLimit: clipLimit, into: mapping)
      } else {
        histogram.map(scale, clipLimit: clipLimit, into: mapping)
      }
    }
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
    for span in grid.columnSpans {
      let first = y * width + span.columns.lowerBound
      if let shares {
        mapSharing(
          span.columns, of: y, positions, width: width,
          tiles: [top + span.first, top + span.second, bottom + span.first, bottom + span.second],
          shares, into: output)
        continue
      }
      values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        let corners = CornerMappings(
          topLeft: base + (top + span.first) * nodes, topRight: base + (top + span.second) * nodes,
          bottomLeft: base + (bottom + span.first) * nodes,
          bottomRight: base + (bottom + span.second) * nodes)
        map(
          first, span.columns, positions, between: corners, weight: place.weight,
          into: output + span.columns.lowerBound)
      }
    }
  }

  private func map(
    _ first: Int, _ columns: Range<Int>, _ positions: (bins: [UInt16], fractions: [Float]?),
    between corners: CornerMappings, weight: Float, into output: UnsafeMutablePointer<Float>
  ) {
    positions.bins.withUnsafeBufferPointer { bins in
      grid.columnWeights.withUnsafeBufferPointer { weights in
        guard let bins = bins.baseAddress, let weights = weights.baseAddress else { return }
        if let fractions = positions.fractions {
          fractions.withUnsafeBufferPointer { fractions in
            guard let fractions = fractions.baseAddress else { return }
            equalizeRow(
              bins + first, fractions: fractions + first, weights: weights + columns.lowerBound,
              weight: weight, count: columns.count, between: corners, into: output)
          }
        } else {
          equalizeRow(
            bins + first, weights: weights + columns.lowerBound, weight: weight,
            count: columns.count, between: corners, into: output)
        }
      }
    }
  }

  /// Where pixels are excluded a tile counts by how many others it has.
  private func mapSharing(
    _ columns: Range<Int>, of y: Int, _ positions: (bins: [UInt16], fractions: [Float]?),
    width: Int, tiles: SIMD4<Int>, _ shares: [Float], into output: UnsafeMutablePointer<Float>
  ) {
    let v = grid.rowPlaces[y].weight
    let share = SIMD4(shares[tiles[0]], shares[tiles[1]], shares[tiles[2]], shares[tiles[3]])
    for x in columns {
      let bin = Int(positions.bins[y * width + x])
      let fraction = positions.fractions?[y * width + x] ?? 0
      let mapped = SIMD4(
        value(tiles[0], bin, fraction), value(tiles[1], bin, fraction),
        value(tiles[2], bin, fraction), value(tiles[3], bin, fraction))
      let u = grid.columnWeights[x]
      let weights = SIMD4((1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v) * share
      output[x] = (mapped * weights).sum() / max(weights.sum(), .leastNormalMagnitude)
    }
  }

  @inline(__always)
  private func value(_ tile: Int, _ bin: Int, _ fraction: Float) -> Float {
    let first = values[tile * nodes + bin]
    return fraction == 0 ? first : first + (values[tile * nodes + bin + 1] - first) * fraction
  }
}
