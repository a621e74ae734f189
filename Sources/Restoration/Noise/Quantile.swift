/// The value below which a fraction of the values lie; 0 when there are none.
///
/// The fraction goes from 0 (the smallest) to 1 (the largest); the values are free of NaN. O(values),
/// by Hoare's selection.
func quantile(_ fraction: Double, of values: [Float]) -> Float {
  guard !values.isEmpty else { return 0 }
  var values = values
  let rank = Int(fraction * Double(values.count - 1))
  var (lower, upper) = (0, values.count - 1)
  while lower < upper {
    let pivot = values[lower + (upper - lower) / 2]
    var (left, right) = (lower, upper)
    while left <= right {
      while values[left] < pivot { left += 1 }
      while pivot < values[right] { right -= 1 }
      guard left <= right else { break }
      values.swapAt(left, right)
      left += 1
      right -= 1
    }
    if rank <= right {
      upper = right
    } else if rank >= left {
      lower = left
    } else {
      break
    }
  }
  return values[rank]
}
