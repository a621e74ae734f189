/// How often each bin occurs in a tile, and the mapping that follows.
struct ClaheHistogram {
  /// Counts of each bin.
  var counts: [Int32]
  /// Their sum.
  let total: Int

  /// Maps bins to 0 … bins − 1 in the integer arithmetic of OpenCV.
  ///
  /// - Parameters:
  ///   - depth: How many bins there would be with those that no value reaches.
  ///   - clipLimit: Multiple of the mean bin; 0 for no limit.
  ///   - mapping: One element for each bin and one more.
  func mapLikeOpenCV(depth: Int, clipLimit: Double, into mapping: UnsafeMutableBufferPointer<Float>)
  {
    var counts = counts
    if clipLimit > 0 {
      let limit = max(Int32(clipLimit * Double(total) / Double(depth)), 1)
      clip(&counts, depth: depth, limit: limit)
    }
    let scale = Float(depth - 1) / Float(max(total, 1))
    var sum: Int32 = 0
    for i in counts.indices {
      sum += counts[i]
      let value = (Float(sum) * scale).rounded(.toNearestOrEven)
      mapping[i] = min(max(value, 0), Float(depth - 1))
    }
    mapping[counts.count] = Float(depth - 1)
  }

  private func clip(_ counts: inout [Int32], depth: Int, limit: Int32) {
    var excess: Int32 = 0
    for i in counts.indices {
      excess += max(counts[i] - limit, 0)
      counts[i] = min(counts[i], limit)
    }
    let each = excess / Int32(depth)
    var rest = Int(excess) % depth
    for i in counts.indices { counts[i] += each }
    guard rest > 0 else { return }
    // What does not go into all bins goes into every so many-th.
    for i in stride(from: 0, to: counts.count, by: max(depth / rest, 1)) where rest > 0 {
      counts[i] += 1
      rest -= 1
    }
  }

  /// Maps bins into the range of the slice, its ends to themselves.
  ///
  /// The limit acts on the density of groups of bins. What is cut off a group comes off its bins
  /// in proportion, and goes to all bins in equal parts, so that no group ends above the limit:
  /// contrast grows by that factor at most, and a limit of 1 changes nothing.
  ///
  /// - Parameters:
  ///   - scale: The bins.
  ///   - clipLimit: Multiple of the mean density; 0 for no limit.
  ///   - mapping: The value at the begin of each bin, and at the end of the last one; for discrete
  ///     bins the value of each bin.
  func map(
    _ scale: ClaheScale, clipLimit: Double, into mapping: UnsafeMutableBufferPointer<Float>
  ) {
    let densities = limitedDensities(scale, clipLimit: clipLimit)
    let (least, extent) = (Double(scale.least), Double(scale.greatest) - Double(scale.least))
    // A discrete value has half of its own count below it, as if its pixels filled the bin.
    let share = scale.isDiscrete ? 0.5 : 0
    let first = share * densities[0]
    let rise = densities.reduce(0, +) - first - share * densities[densities.count - 1]
    var sum = -first
    for i in densities.indices {
      let level =
        rise > 0
        ? (sum + share * densities[i]) / rise : Double(i) / Double(max(densities.count - 1, 1))
      mapping[i] = Float(least + extent * level)
      sum += densities[i]
    }
    mapping[densities.count] = scale.greatest
  }

  /// Counts of bins, none of whose groups is denser than the limit.
  private func limitedDensities(_ scale: ClaheScale, clipLimit: Double) -> [Double] {
    var densities = counts.map { Double($0) }
    guard clipLimit > 0, total > 0 else { return densities }
    let mean = Double(total) / Double(counts.count)
    let limit = max(clipLimit, 1) * mean
    let groups = stride(from: 0, to: counts.count, by: scale.binsPerGroup).map {
      $0..<min($0 + scale.binsPerGroup, counts.count)
    }
    let means = groups.map { densities[$0].reduce(0, +) / Double($0.count) }
    // The part that all bins get, by bisection: the more it is, the less a group may keep.
    var (low, high) = (0.0, limit)
    for _ in 0..<40 {
      let each = (low + high) / 2
      let sum = zip(groups, means).reduce(0) { sum, group in
        sum + Double(group.0.count) * (min(group.1, limit - each) + each)
      }
      if sum < Double(total) { low = each } else { high = each }
    }
    for (group, density) in zip(groups, means) {
      let kept = density > limit - high ? max(limit - high, 0) / density : 1
      for i in group { densities[i] = densities[i] * kept + high }
    }
    return densities
  }
}
