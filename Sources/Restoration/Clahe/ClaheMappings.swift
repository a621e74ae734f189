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

  /// Counts and maps the values of every tile of a slice of whole numbers, all of which count, as
  /// OpenCV does.
  init(ofWhole plane: ClahePlane, grid: ClaheGrid, scale: ClaheScale, clipLimit: Double) {
    self.grid = grid
    let nodes = scale.bins + 1
    self.nodes = nodes
    let count = grid.tiles.x * grid.tiles.y
    let depth = Int(scale.greatest) + 1
    values = filledConcurrently(parts: (0..<count).map { ($0 * nodes)..<(($0 + 1) * nodes) }) {
      tile, mapping in
      Self.wholeHistogram(of: tile, plane, grid, scale.bins)
        .mapLikeOpenCV(depth: depth, clipLimit: clipLimit, into: mapping)
    }
    shares = nil
  }

  /// Maps the pixels of some rows and columns, between the same four tiles all of them.
  ///
  /// - Parameters:
  ///   - rows: The rows, and the tiles between which they lie.
  ///   - columns: The columns likewise.
  ///   - plane: The slice, of whole numbers.
  ///   - greatest: What no result may pass.
  ///   - output: The result's pixels, all of them.
  func mapWhole(
    _ rows: ClaheGrid.Span, _ columns: ClaheGrid.Span, of plane: ClahePlane, upTo greatest: Float,
    into output: UnsafeMutablePointer<Float>
  ) {
    let pairs = PairedMappings(bins: nodes)
    defer { pairs.deallocate() }
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      func mapping(_ x: Int, _ y: Int) -> UnsafePointer<Float> {
        base + (y * grid.tiles.x + x) * nodes
      }
      pairs.take(
        CornerMappings(
          topLeft: mapping(columns.first, rows.first),
          topRight: mapping(columns.second, rows.first),
          bottomLeft: mapping(columns.first, rows.second),
          bottomRight: mapping(columns.second, rows.second)))
    }
    grid.columnWeights.withUnsafeBufferPointer { weights in
      plane.pixels.withUnsafeBufferPointer { pixels in
        guard let weights = weights.baseAddress, let pixels = pixels.baseAddress else { return }
        for y in rows.range {
          let first = y * plane.width + columns.range.lowerBound
          pairs.equalizeRow(
            pixels + first, weights: weights + columns.range.lowerBound,
            weight: grid.rowPlaces[y].weight, count: columns.range.count, upTo: greatest,
            into: output + first)
        }
      }
    }
  }

  private static func wholeHistogram(
    of tile: Int, _ plane: ClahePlane, _ grid: ClaheGrid, _ count: Int
  ) -> ClaheHistogram {
    let columns = grid.columns[tile % grid.tiles.x]
    let rows = grid.rows[tile / grid.tiles.x]
    // Beyond the edges columns are mirrored; else they follow each other.
    let isRun = zip(columns, columns.dropFirst()).allSatisfy { $0 + 1 == $1 }
    var counts = [Int32](repeating: 0, count: 2 * count)
    counts.withUnsafeMutableBufferPointer { counts in
      plane.pixels.withUnsafeBufferPointer { pixels in
        guard let even = counts.baseAddress, let pixels = pixels.baseAddress else { return }
        for y in rows {
          let row = pixels + y * plane.width
          if isRun {
            countWhole(
              row + (columns.first ?? 0), count: columns.count, intoEven: even, odd: even + count)
          } else {
            for x in columns { even[Int(row[x])] += 1 }
          }
        }
        for bin in 0..<count { even[bin] += even[count + bin] }
      }
    }
    counts.removeLast(count)
    return ClaheHistogram(counts: counts, total: rows.count * columns.count)
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
      let first = y * width + span.range.lowerBound
      if let shares {
        mapSharing(
          span.range, of: y, positions, width: width,
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
          first, span.range, positions, between: corners, weight: place.weight,
          into: output + span.range.lowerBound)
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
