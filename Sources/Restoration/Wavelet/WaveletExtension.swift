/// How a signal goes on beyond its ends.
public enum WaveletExtension: String, Sendable, CaseIterable {
  /// Mirrored about the edge of the last sample: … x1 x0 | x0 x1 …; more coefficients than samples.
  case symmetric
  /// Repeated, an odd count first made even by its last sample; as few coefficients as can be.
  case periodization

  /// The sample that stands at an index before, inside or after a signal.
  ///
  /// - Parameters:
  ///   - index: Any index.
  ///   - count: Length of the signal, at least 1.
  /// - Returns: An index below `count`.
  package func source(of index: Int, count: Int) -> Int {
    switch self {
    case .symmetric:
      let position = modulo(index, 2 * count)
      return position < count ? position : 2 * count - 1 - position
    case .periodization:
      return min(modulo(index, count + count % 2), count - 1)
    }
  }
}

/// The remainder of a division that is never negative.
func modulo(_ a: Int, _ b: Int) -> Int {
  let remainder = a % b
  return remainder < 0 ? remainder + b : remainder
}
