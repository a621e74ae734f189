#if canImport(Glibc)
import Glibc
#endif

/// The window in which SSIM compares two volumes.
public enum SimilarityWindow: Sendable, Equatable {
  /// A Gaussian of 1.5 voxels, 11 wide: Wang's own, and scikit-image's with `gaussian_weights`.
  case gaussian
  /// A box 7 wide: scikit-image's default.
  case uniform

  /// The weights along one axis; they sum to 1.
  var weights: [Float] {
    switch self {
    case .uniform: return Array(repeating: 1 / 7, count: 7)
    case .gaussian:
      let bells = (-5...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
      let sum = bells.reduce(0, +)
      return bells.map { Float($0 / sum) }
    }
  }
}
