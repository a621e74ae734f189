import RestorationKernels

/// The value that would come at a position if the values of all parts were in ascending order.
///
/// A sample of the values tells two bounds between which it lies but for bad luck; all cores count
/// what is below the first and gather the few between them.
///
/// - Parameters:
///   - parts: Finite values.
///   - position: Below the count of all values.
/// - Returns: The value.
/// - SeeAlso: Floyd and Rivest, Communications of the ACM 18(3):165–172, 1975.
package func ascending(_ parts: [[Float]], at position: Int) -> Float {
  let count = parts.reduce(0) { $0 + $1.count }
  guard count > 1 << 14 else { return plainly(parts.flatMap(\.self), at: position) }
  let step = count >> 12
  let sample = parts.flatMap { part in stride(from: 0, to: part.count, by: step).map { part[$0] } }
  let place = position * sample.count / count
  // Four standard deviations of where the value may lie among the sample.
  let margin = 2 * Int(Double(sample.count).squareRoot())
  let (low, high) = (max(0, place - margin), min(sample.count - 1, place + margin))
  let (least, greatest) = (plainly(sample, at: low), plainly(sample, at: high))
  let found = summaries(parts.count) { part in
    var (below, between) = (0, [Float]())
    for value in parts[part] {
      if value < least { below += 1 } else if value <= greatest { between.append(value) }
    }
    return (below: below, between: between)
  }
  let rest = position - found.reduce(0) { $0 + $1.below }
  let between = found.flatMap(\.between)
  guard between.indices.contains(rest) else {
    return plainly(parts.flatMap(\.self), at: position)
  }
  return plainly(between, at: rest)
}

private func plainly(_ values: [Float], at position: Int) -> Float {
  var values = values
  return values.withUnsafeMutableBufferPointer { select($0, position: position) }
}
