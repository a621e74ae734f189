/// Throws unless a parameter lies in its range.
func check<Value: Comparable>(_ value: Value, _ name: String, in range: ClosedRange<Value>) throws {
  guard range.contains(value) else {
    throw RestorationError(
      .invalidParameter,
      "\(name) is \(value), but must lie between \(range.lowerBound) and \(range.upperBound)")
  }
}

/// Throws unless the square of a deviation is a float that can be divided by.
func checkSquareable(_ deviation: Double, _ name: String) throws {
  guard (1e-17...1e17).contains(deviation) else {
    throw RestorationError(
      .unfitVolume,
      "\(name) is \(deviation), which is too small or too large to be squared; rescale the volume")
  }
}
