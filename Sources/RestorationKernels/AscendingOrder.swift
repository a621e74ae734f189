/// The positions of values from the smallest to the largest; equal ones stay in their order.
///
/// A radix sort in three passes over keys whose order as integers is that of the values.
package func ascendingOrder(of values: [Float]) -> [UInt32] {
  var keys = values.map { value in
    // Negative numbers: all bits turned round; others: the sign bit.
    value.bitPattern ^ (UInt32(bitPattern: Int32(bitPattern: value.bitPattern) >> 31) | 1 << 31)
  }
  var order = values.indices.map { UInt32($0) }
  var sortedKeys = keys
  var sortedOrder = order
  for shift: UInt32 in [0, 11, 22] {
    var starts = [Int](repeating: 0, count: 1 << 11 + 1)
    for key in keys { starts[Int(key >> shift & 2_047) + 1] += 1 }
    for digit in 1..<starts.count { starts[digit] += starts[digit - 1] }
    for i in keys.indices {
      let digit = Int(keys[i] >> shift & 2_047)
      sortedKeys[starts[digit]] = keys[i]
      sortedOrder[starts[digit]] = order[i]
      starts[digit] += 1
    }
    swap(&keys, &sortedKeys)
    swap(&order, &sortedOrder)
  }
  return order
}
