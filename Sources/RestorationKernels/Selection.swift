/// Orders a buffer just far enough that the element at a position is the one a sort would put there.
///
/// Afterwards nothing before `position` is greater and nothing after it is less.
///
/// - Parameters:
///   - values: Finite values; reordered.
///   - position: Below `values.count`.
/// - Returns: The element at `position`.
/// - Complexity: O(count) on average.
/// - SeeAlso: Hoare, Communications of the ACM 4(7):321, 1961.
@discardableResult
public func select(_ values: UnsafeMutableBufferPointer<Float>, position: Int) -> Float {
  var (low, high) = (0, values.count - 1)
  while low < high {
    let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while values[i] < pivot { i += 1 }
      while values[j] > pivot { j -= 1 }
      guard i <= j else { break }
      values.swapAt(i, j)
      i += 1
      j -= 1
    }
    if position <= j {
      high = j
    } else if position >= i {
      low = i
    } else {
      break
    }
  }
  return values[position]
}

/// The median of finite values, the mean of the middle two when their count is even.
///
/// - Parameter values: Reordered.
/// - Returns: The median; 0 when there are no values.
public func median(_ values: UnsafeMutableBufferPointer<Float>) -> Double {
  guard !values.isEmpty else { return 0 }
  let middle = values.count / 2
  let upper = Double(select(values, position: middle))
  guard values.count.isMultiple(of: 2) else { return upper }
  let lower = values[..<middle].max() ?? values[middle]
  return (Double(lower) + upper) / 2
}
