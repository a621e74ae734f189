/// Parts a row into its elements at even and at odd positions.
///
/// - Parameters:
///   - row: `2 * count` elements.
///   - even: Elements 0, 2, 4, …, `count` of them.
///   - odd: Elements 1, 3, 5, …, `count` of them.
///   - count: Length of each half.
public func deinterleave(
  _ row: UnsafePointer<Float>, intoEven even: UnsafeMutablePointer<Float>,
  intoOdd odd: UnsafeMutablePointer<Float>, count: Int
) {
  var i = 0
  while i + 8 <= count {
    let pairs = UnsafeRawPointer(row + 2 * i).loadUnaligned(as: SIMD16<Float>.self)
    UnsafeMutableRawPointer(even + i).storeBytes(of: pairs.evenHalf, as: SIMD8<Float>.self)
    UnsafeMutableRawPointer(odd + i).storeBytes(of: pairs.oddHalf, as: SIMD8<Float>.self)
    i += 8
  }
  while i < count {
    even[i] = row[2 * i]
    odd[i] = row[2 * i + 1]
    i += 1
  }
}

/// Merges two rows into one in which they alternate, beginning with the first.
///
/// - Parameters:
///   - even: Elements for positions 0, 2, 4, ….
///   - odd: Elements for positions 1, 3, 5, ….
///   - row: The merged row, `count` elements.
///   - count: Length of the merged row; when it is odd, `even` gives the last element.
public func interleave(
  _ even: UnsafePointer<Float>, _ odd: UnsafePointer<Float>,
  into row: UnsafeMutablePointer<Float>, count: Int
) {
  var i = 0
  while 2 * i + 16 <= count {
    var pairs = SIMD16<Float>()
    pairs.evenHalf = UnsafeRawPointer(even + i).loadUnaligned(as: SIMD8<Float>.self)
    pairs.oddHalf = UnsafeRawPointer(odd + i).loadUnaligned(as: SIMD8<Float>.self)
    UnsafeMutableRawPointer(row + 2 * i).storeBytes(of: pairs, as: SIMD16<Float>.self)
    i += 8
  }
  for position in (2 * i)..<max(count, 2 * i) {
    row[position] = position & 1 == 0 ? even[position / 2] : odd[position / 2]
  }
}
