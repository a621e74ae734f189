/// One row of a bilateral filter.
package struct BilateralRow: ~Copyable {
  private let totals: UnsafeMutablePointer<Float>
  private let steps: UnsafeMutablePointer<Float>
  private let width: Int

  /// Reserves the scratch for rows of at most `count` voxels.
  package init(count: Int) {
    width = count + 8
    totals = .allocate(capacity: 2 * width)
    totals.initialize(repeating: 0, count: 2 * width)
    steps = totals + width
  }

  deinit { totals.deallocate() }

  /// Starts a row: each voxel counts for itself with the weight 1.
  package func begin() {
    totals.update(repeating: 1, count: width)
    steps.update(repeating: 0, count: width)
  }

  /// Adds one neighbour of every voxel: `spatial · exp(-scale · (neighbour - voxel)²)`.
  ///
  /// - Parameters:
  ///   - image: The volume with a rim that holds the neighbours.
  ///   - first: The position of the row's first voxel.
  ///   - shifted: The position of that voxel's neighbour.
  ///   - validity: 1 where a neighbour counts, else 0, with the same rim; nil where all do.
  ///   - spatial: The neighbour's weight by its distance.
  ///   - scale: 1 / (2 · rangeSigma²).
  ///   - count: Voxels of the row.
  package func add(
    _ image: PaddedVolume, at first: Int, neighboursAt shifted: Int, validity: PaddedVolume?,
    spatial: Float, scale: Float, count: Int
  ) {
    image.voxels.withUnsafeBufferPointer { voxels in
      guard let voxels = voxels.baseAddress else { return }
      guard let validity else {
        return add(
          voxels + first, voxels + shifted, validity: nil, spatial: spatial, scale: scale,
          count: count)
      }
      validity.voxels.withUnsafeBufferPointer { validity in
        add(
          voxels + first, voxels + shifted, validity: validity.baseAddress.map { $0 + shifted },
          spatial: spatial, scale: scale, count: count)
      }
    }
  }

  private func add(
    _ voxels: UnsafePointer<Float>, _ neighbours: UnsafePointer<Float>,
    validity: UnsafePointer<Float>?, spatial: Float, scale: Float, count: Int
  ) {
    let scale = FloatLanes(repeating: scale)
    // Exponents end at 87, where the weight is below any that could be seen in a sum of floats.
    let limit = FloatLanes(repeating: 87)
    for i in stride(from: 0, to: count, by: 8) {
      let difference = neighbours.lanes(at: i) - voxels.lanes(at: i)
      var weight = negativeExponential((difference * difference * scale).smaller(limit)) * spatial
      if let validity { weight *= validity.lanes(at: i) }
      totals.store(totals.lanes(at: i) + weight, at: i)
      steps.store(steps.lanes(at: i) + weight * difference, at: i)
    }
  }

  /// The filtered voxel at a position of the row.
  package func result(_ voxel: Float, at x: Int) -> Float { voxel + steps[x] / totals[x] }
}
