import RestorationKernels

/// The value below which a fraction of the values lie; 0 when there are none.
///
/// The fraction goes from 0 (the smallest) to 1 (the largest); the values are free of NaN. O(values):
/// only those of the right order of magnitude are sorted.
func quantile(_ fraction: Double, of values: [Float]) -> Float {
  guard !values.isEmpty else { return 0 }
  var rank = Int(fraction * Double(values.count - 1))
  guard values.count > 4096 else { return selected(rank, of: values) }
  var counts = [Int](repeating: 0, count: 2048)
  for value in values { counts[order(value)] += 1 }
  var bin = 0
  while rank >= counts[bin] {
    rank -= counts[bin]
    bin += 1
  }
  var near: [Float] = []
  near.reserveCapacity(counts[bin])
  for value in values where order(value) == bin { near.append(value) }
  return selected(rank, of: near)
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
