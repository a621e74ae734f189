import RestorationKernels

/// The iterations of N4: sharpen, fit what the sharpening moved, take the field off, repeat.
struct ShadingFit {
  /// The log field, on the lattice of the last level.
  private(set) var lattice: SplineLattice
  /// Iterations done at each level.
  private(set) var iterationsDone: [Int] = []
  /// std / mean of the last change of the field.
  private(set) var convergence = 0.0

  private let grid: ShadingGrid
  private let axes: [LatticeAxis]
  private let method: N4BiasCorrection
  private let sharpening: HistogramSharpening
  private let blocks: RowBlocks
  /// Log intensities less the field.
  private var values: [Float]
  private var least: Float
  private var greatest: Float

  /// Prepares a fit whose field is 1 everywhere.
  init(grid: ShadingGrid, axes: [LatticeAxis], method: N4BiasCorrection) {
    self.grid = grid
    self.axes = axes
    self.method = method
    sharpening = HistogramSharpening(
      bins: method.histogramBins, wienerFilterNoise: method.wienerFilterNoise,
      fullWidthAtHalfMaximum: method.fullWidthAtHalfMaximum)
    blocks = RowBlocks(rowCount: grid.rowCount, rows: grid.rows, slices: grid.slices)
    values = grid.log
    let parts = blocks.elements
    let ranges = summaries(parts.count) { [values] part in
      Self.range(of: values, where: grid.weights, in: parts[part])
    }
    least = ranges.reduce(.infinity) { min($0, $1.least) }
    greatest = ranges.reduce(-.infinity) { max($0, $1.greatest) }
    let counts = axes.map { $0.spans(level: 0) + 3 }
    lattice = SplineLattice(counts: [counts[0], counts[1], counts[2]])
  }

  private static func range(
    of values: [Float], where weights: [Float], in part: Range<Int>
  ) -> (least: Float, greatest: Float) {
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for i in part where weights[i] > 0 {
      least = min(least, values[i])
      greatest = max(greatest, values[i])
    }
    return (least, greatest)
  }

  /// Runs all levels.
  ///
  /// - Throws: `CancellationError`.
  mutating func run(work: Work) throws {
    let planned = Double(max(1, method.iterations.reduce(0, +)))
    var finished = 0
    for (level, limit) in method.iterations.enumerated() {
      if level > 0 { refine(to: level) }
      let bases = axes.map { $0.basis(level: level) }
      let mass = contraction(bases.map(\.squared)).sum { [grid] position, row in
        let start = position * grid.rowCount
        for i in grid.extents[position] { row[i] = grid.weights[start + i] }
      }
      let numerator = contraction(bases.map(\.cubed))
      var done = 0
      convergence = .infinity
      while done < limit, convergence > method.convergenceThreshold {
        try work.checkCancellation()
        addResidual(numerator, mass)
        convergence = updateValues(bases)
        done += 1
        work.note(Double(finished + done) / planned)
      }
      iterationsDone.append(done)
      finished += limit
    }
    if !convergence.isFinite { convergence = 0 }
  }

  private mutating func refine(to level: Int) {
    for axis in 0..<3 where axes[axis].spans(level: level) > axes[axis].spans(level: level - 1) {
      lattice.refine(axis: axis, order: axes[axis].order)
    }
  }

  private func contraction(_ bases: [SplineBasis]) -> LatticeContraction {
    LatticeContraction(
      blocks: blocks, rowCount: grid.rowCount, rows: grid.rows, extents: grid.extents,
      x: bases[0], y: bases[1], z: bases[2])
  }

  /// Fits value - sharpened value and adds it to the field.
  ///
  /// - SeeAlso: Lee, Wolberg and Shin, IEEE TVCG 3(3):228–244, 1997.
  private mutating func addResidual(_ numerator: LatticeContraction, _ mass: SplineLattice) {
    let slope = (Double(greatest) - Double(least)) / Double(method.histogramBins - 1)
    // All values alike: sharpening moves nothing.
    guard slope > 0, 1 / slope < Double(Float.greatestFiniteMagnitude) else { return }
    let bins = ShadingBins(
      count: method.histogramBins, minimum: least, perUnit: Float(1 / slope))
    let table = sharpening.table(
      histogram: histogram(bins), minimum: Double(least), slope: slope)
    let moved = numerator.sum { [grid, values] position, row in
      let range = position * grid.rowCount..<(position + 1) * grid.rowCount
      ShadingRows.residual(
        values.span.extracting(range), weights: grid.weights.span.extracting(range),
        extent: grid.extents[position], bins: bins, table: table.span, &row)
    }
    for i in lattice.coefficients.indices where mass.coefficients[i] > 1e-12 {
      lattice.coefficients[i] += moved.coefficients[i] / mass.coefficients[i]
    }
  }

  private func histogram(_ bins: ShadingBins) -> [Double] {
    let size = bins.count + 1
    let partial = summaries(blocks.blocks.count) { [grid, values, blocks] part in
      var counts = [Double](repeating: 0, count: size * ShadingRows.banks)
      var span = counts.mutableSpan
      for line in blocks.blocks[part].rows {
        let position = blocks.blocks[part].slice * grid.rows + line
        let range = position * grid.rowCount..<(position + 1) * grid.rowCount
        ShadingRows.addToHistogram(
          values.span.extracting(range), weights: grid.weights.span.extracting(range),
          extent: grid.extents[position], bins: bins, &span)
      }
      return counts
    }
    var total = [Double](repeating: 0, count: size)
    for counts in partial {
      for bank in 0..<ShadingRows.banks {
        for bin in 0..<size { total[bin] += counts[bank * size + bin] }
      }
    }
    return total
  }

  /// Takes the new field off the log intensities and tells how much it changed.
  private mutating func updateValues(_ bases: [SplineBasis]) -> Double {
    let changes = fillSummarising(&values, parts: blocks.elements) {
      [grid, lattice, blocks] part, elements in
      let block = blocks.blocks[part]
      let rows = lattice.rows(
        first: bases[2].first[block.slice], taps: bases[2].taps[block.slice], x: bases[0],
        count: grid.rowCount)
      var change = ShadingChange()
      for (line, row) in block.rows.enumerated() {
        let position = block.slice * grid.rows + row
        let range = position * grid.rowCount..<(position + 1) * grid.rowCount
        ShadingRows.update(
          log: grid.log.span.extracting(range), weights: grid.weights.span.extracting(range),
          extent: grid.extents[position], rows: rows.span,
          taps: SIMD4<Float>(bases[1].taps[row]), first: bases[1].first[row],
          offset: line * grid.rowCount, &elements, &change)
      }
      return change
    }
    var total = ShadingChange()
    for change in changes { total.add(change) }
    (least, greatest) = (total.least, total.greatest)
    return total.coefficientOfVariation(count: grid.count)
  }
}
