#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The weights of a Gaussian along one axis, cut at four standard deviations, their sum one.
struct GaussianBell: Sendable {
  /// Voxels from the centre to the last weight.
  let radius: Int
  /// From the centre outwards; all but the first count on both sides.
  let weights: [Float]

  /// All of them, from the first voxel to the last.
  let wholeWeights: [Float]

  /// Creates the weights for a standard deviation in voxels.
  init(sigma: Double) {
    radius = Int(4 * sigma + 0.5)
    let bell = (0...radius).map { offset in
      offset == 0 ? 1 : exp(-0.5 * Double(offset * offset) / (sigma * sigma))
    }
    let sum = 2 * bell.reduce(0, +) - 1
    weights = bell.map { Float($0 / sum) }
    wholeWeights = weights.dropFirst().reversed() + weights
  }
}
