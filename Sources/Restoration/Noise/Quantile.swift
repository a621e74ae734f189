import RestorationKernels

/// The value below which a fraction of the values lie; 0 when there are none.
///
/// The fraction goes from 0 (the smallest) to 1 (the largest); the values are free of NaN. O(values).
func quantile(_ fraction: Double, of values: [Float]) -> Float {
  guard !values.isEmpty else { return 0 }
  var values = values
  let rank = Int(fraction * Double(values.count - 1))
  return values.withUnsafeMutableBufferPointer { select($0, position: rank) }
}
