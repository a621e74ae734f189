import VolumeModel

/// One slice that is cut into blocks.
struct BlockSlice {
  private let volume: Volume
  private let excluded: Mask?
  private let z: Int
  private let side: Int
  private let floor: Float
  /// Distances from a block's middle, whose squares sum to `moment`.
  private let places: [Double]
  private let moment: Double

  /// Looks at slice `z`; voxels no brighter than `floor` may have been clipped.
  init(_ volume: Volume, excluded: Mask?, z: Int, side: Int, floor: Float) {
    self.volume = volume
    self.excluded = excluded
    self.z = z
    self.side = side
    self.floor = floor
    places = (0..<side).map { Double($0) - Double(side - 1) / 2 }
    moment = places.reduce(0) { $0 + $1 * $1 }
  }

  /// The blocks that begin every `stride` voxels.
  func blocks(stride: Int) -> [Block] {
    var found: [Block] = []
    var residuals = [Double](repeating: 0, count: side * side)
    for y in Swift.stride(from: 0, through: volume.dimensions.y - side, by: stride) {
      for x in Swift.stride(from: 0, through: volume.dimensions.x - side, by: stride) {
        if let block = block(at: volume.index(x, y, z), &residuals) { found.append(block) }
      }
    }
    return found
  }

  /// The block whose first voxel is given; nil where it tells nothing.
  private func block(at first: Int, _ residuals: inout [Double]) -> Block? {
    guard let mean = load(first, into: &residuals) else { return nil }
    var slope = SIMD2<Double>.zero
    for y in 0..<side {
      for x in 0..<side {
        residuals[y * side + x] -= mean
        slope += SIMD2(places[x], places[y]) * residuals[y * side + x]
      }
    }
    slope /= Double(side) * moment
    var squares = 0.0
    for y in 0..<side {
      for x in 0..<side {
        residuals[y * side + x] -= slope.x * places[x] + slope.y * places[y]
        squares += residuals[y * side + x] * residuals[y * side + x]
      }
    }
    // What is left of rounding is no noise.
    guard squares > 1e-12 * mean * mean, squares > 0 else { return nil }
    return Block(
      mean: mean, variance: squares / Double(side * side - 3), steps: steps(residuals))
  }

  /// Copies a block and gives its mean; nil where a voxel does not count or many are clipped.
  private func load(_ first: Int, into values: inout [Double]) -> Double? {
    var (sum, clipped) = (0.0, 0)
    for y in 0..<side {
      let row = first + y * volume.dimensions.x
      for x in 0..<side {
        let value = volume.voxels[row + x]
        guard value.isFinite, excluded?.bits[row + x] ?? 0 == 0 else { return nil }
        if value <= floor { clipped += 1 }
        values[y * side + x] = Double(value)
        sum += Double(value)
      }
    }
    return 16 * clipped > side * side ? nil : sum / Double(side * side)
  }

  private func steps(_ residuals: [Double]) -> SIMD2<Double> {
    var sums = SIMD2<Double>.zero
    for i in residuals.indices {
      if i % side > 0 {
        let step = residuals[i] - residuals[i - 1]
        sums.x += step * step
      }
      if i >= side {
        let step = residuals[i] - residuals[i - side]
        sums.y += step * step
      }
    }
    return sums / Double(side * (side - 1))
  }
}
