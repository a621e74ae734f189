import RestorationKernels

/// The value below which a fraction of the values lie; 0 when there are none.
///
/// The fraction goes from 0 (the smallest) to 1 (the largest); the values are free of NaN. O(values):
/// only those of the right order of magnitude are sorted.
func quantile(_ fraction: Double, of values: [Float]) -> Float {
  guard !values.isEmpty else { return 0 }
  var rank = Int(fraction * Double(values.count - 1))
  guard values.count > 512 else { return selected(rank, of: values) }
  var counts = [Int](repeating: 0, count: 2048)
  for value in values { counts[order(value)] += 1 }
  var bin = 0
  while rank >= counts[bin] {
    rank -= counts[bin]
    bin += 1
  }
  let tallies = values.each { Int32(order($0) == bin ? 1 : 0) }
  return selected(rank, of: values.kept(tallies))
}

extension [Float] {
  /// What is made of each element: as `map`, but many at a time where that can be done.
  func each<Result: BitwiseCopyable>(_ make: (Float) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = count
      guard let first = buffer.baseAddress else { return }
      for i in indices { first[i] = make(self[i]) }
    }
  }

  /// The elements whose tally is 1, in order; of the others it is 0.
  ///
  /// Each is put down, and only counted if it is kept: where nothing foretells that, a branch costs
  /// ten times as much.
  func kept(_ tallies: [Int32]) -> [Float] {
    let total = tallies.reduce(0) { $0 + Int($1) }
    guard total < count else { return self }
    // One more, as those behind the last that is kept are put down too.
    return [Float](unsafeUninitializedCapacity: total + 1) { buffer, kept in
      kept = total
      guard let first = buffer.baseAddress else { return }
      var place = 0
      for i in indices {
        first[place] = self[i]
        place &+= Int(tallies[i])
      }
    }
  }
}

/// One of 2048 bins that rise with the value: its sign, exponent and first two digits.
@inline(__always)
private func order(_ value: Float) -> Int {
  // 0 and -0 are the same value.
  let bits = (value + 0).bitPattern
  return Int((bits >> 31 == 0 ? bits | 1 << 31 : ~bits) >> 21)
}

private func selected(_ rank: Int, of values: [Float]) -> Float {
  var values = values
  return values.withUnsafeMutableBufferPointer { select($0, position: rank) }
}
