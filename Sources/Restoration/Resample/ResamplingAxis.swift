#if canImport(Glibc)
import Glibc
#else
import Foundation
#endif

/// The source voxels, with weights, of which each voxel of the result consists along one axis.
struct ResamplingAxis: Sendable {
  /// Voxels of the result.
  let count: Int
  /// Source voxels for each of them.
  let taps: Int
  /// Positions along the axis, `taps` for each voxel of the result.
  let positions: [Int]
  /// Their weights; they add up to 1.
  let weights: [Float]
  /// The result along this axis is the source.
  let isIdentity: Bool

  /// Computes the weights.
  ///
  /// - Parameters:
  ///   - count: Voxels of the result.
  ///   - sourceCount: Voxels of the source.
  ///   - shift: Centre of the first voxel, in voxels of the source.
  ///   - step: Distance of voxels, in voxels of the source.
  ///   - interpolation: The kernel.
  ///   - antialias: Whether the kernel is widened by a step greater than 1.
  init(
    count: Int, sourceCount: Int, shift: Double, step: Double,
    interpolation: Resampling.Interpolation, antialias: Bool
  ) {
    self.count = count
    isIdentity = step == 1 && count == sourceCount
    guard interpolation != .nearest else {
      taps = 1
      positions = (0..<count).map { Self.nearest(shift + Double($0) * step, count: sourceCount) }
      weights = Array(repeating: 1, count: count)
      return
    }
    let width = antialias ? max(step, 1) : 1
    let reach = interpolation.radius * width
    let taps = Int((2 * reach).rounded(.up)) + 1
    self.taps = taps
    var (positions, weights): ([Int], [Float]) = ([], [])
    for i in 0..<count {
      let center = shift + Double(i) * step
      let first = Int((center - reach).rounded(.up))
      let raw = (first..<(first + taps)).map {
        interpolation.weight((Double($0) - center) / width)
      }
      let sum = raw.reduce(0, +)
      positions += (first..<(first + taps)).map { min(max($0, 0), sourceCount - 1) }
      weights += raw.map { Float($0 / sum) }
    }
    self.positions = positions
    self.weights = weights
  }

  /// The voxel nearest to a position, the greater of two, within the source.
  static func nearest(_ position: Double, count: Int) -> Int {
    // Positions between two voxels must not fall to either side by how they were computed.
    let voxel = Int((position + 0.5 + 1e-9).rounded(.down))
    return min(max(voxel, 0), count - 1)
  }
}

extension Resampling.Interpolation {
  /// Beyond this distance in voxels the weight is 0.
  var radius: Double {
    switch self {
    case .nearest: 0.5
    case .linear: 1
    case .cubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a voxel at a distance.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    guard x < radius else { return 0 }
    switch self {
    case .nearest: return 1
    case .linear: return 1 - x
    case .cubic:
      return x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
    case .lanczos: return x == 0 ? 1 : 3 * sin(.pi * x) * sin(.pi * x / 3) / (.pi * .pi * x * x)
    }
  }
}
