import RestorationKernels

/// Sums rows of a grid into a lattice: out[c] = sum over voxels of value * Bx * By * Bz at c.
///
/// The weights of a tensor-product spline factor, so the sum over voxels and their 64 control points
/// is three sums along one axis each: along y row by row, then x, then z. Every block of rows is
/// summed by itself and the blocks are added in order, so the result does not depend on threads.
struct LatticeContraction {
  let blocks: RowBlocks
  let rowCount: Int
  let rows: Int
  let extents: [Range<Int>]
  let x: SplineBasis
  let y: SplineBasis
  let z: SplineBasis

  /// Sums the rows that `row` supplies.
  ///
  /// - Parameter row: Writes the values of a row, told by its position in the grid, where its extent
  ///   is.
  /// - Returns: A lattice that holds the sums.
  func sum(_ row: @Sendable (Int, inout MutableSpan<Float>) -> Void) -> SplineLattice {
    let plane = x.stored * y.stored
    var planes = [Double](repeating: 0, count: plane * blocks.blocks.count)
    let parts = blocks.blocks.indices.map { plane * $0..<plane * ($0 + 1) }
    fillConcurrently(&planes, parts: parts) { part, elements in
      let sums = sumAlongY(blocks.blocks[part], row)
      for line in 0..<y.stored {
        for i in x.first.indices {
          let value = Double(sums[line * rowCount + i])
          let start = line * x.stored + x.first[i]
          for tap in 0..<4 { elements[start + tap] += value * x.taps[i][tap] }
        }
      }
    }
    var lattice = SplineLattice(counts: [x.stored, y.stored, z.stored])
    for (part, block) in blocks.blocks.enumerated() {
      for tap in 0..<4 {
        let weight = z.taps[block.slice][tap]
        let start = (z.first[block.slice] + tap) * plane
        for i in 0..<plane {
          lattice.coefficients[start + i] += weight * planes[part * plane + i]
        }
      }
    }
    return lattice
  }

  private func sumAlongY(
    _ block: RowBlocks.Block, _ row: (Int, inout MutableSpan<Float>) -> Void
  ) -> [Float] {
    var sums = [Float](repeating: 0, count: y.stored * rowCount)
    var values = [Float](repeating: 0, count: rowCount)
    for line in block.rows {
      let position = block.slice * rows + line
      let extent = extents[position]
      guard !extent.isEmpty else { continue }
      var span = values.mutableSpan
      row(position, &span)
      var target = sums.mutableSpan
      ShadingRows.spread(
        values.span, extent: extent, taps: SIMD4<Float>(y.taps[line]), first: y.first[line],
        &target)
    }
    return sums
  }
}
