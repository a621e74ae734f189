import RestorationKernels

/// One axis of the fit to gradients: the voxels it looks at, and the B-splines there.
struct GradientAxis: Sendable {
  /// The voxels at which differences are taken.
  let indices: [Int]
  /// Control points that can be told apart: spans + 3, or 1 on an axis too short for a shading.
  let count: Int
  /// The B-splines at each of `indices`, `count` of them each, and their differences.
  let columns: SplineColumns
  /// The weights of the voxels two before to two behind in the smoothing.
  let smoothing: [Float]
  /// Whether differences are taken along the axis.
  var isLong: Bool { count > 1 }

  private static let spans = 2
  private static let leastVoxels = 6

  /// Lays an axis out.
  ///
  /// - Parameters:
  ///   - voxels: Voxels along the axis.
  ///   - spacing: mm between them.
  ///   - finest: mm between voxels along the axis where they are closest.
  init(voxels: Int, spacing: Double, finest: Double) {
    let step = max(1, min(Int((4 * finest / spacing).rounded()), voxels / 8))
    let long = voxels >= Self.leastVoxels
    let all = Array(stride(from: (voxels - 1) % step / 2, to: voxels, by: step))
    indices = long ? all.filter { $0 > 0 && $0 + 1 < voxels } : all
    count = long ? Self.spans + 3 : 1
    let dense = Self.basis(voxels: voxels).map { long ? $0 : [1] }
    columns = SplineColumns(
      values: indices.map { dense[$0] },
      differences: indices.map { place in
        long ? zip(dense[place + 1], dense[place - 1]).map { $0 - $1 } : [0]
      })
    smoothing =
      long && spacing <= 1.5 * finest
      ? [1, 4, 6, 4, 1].map { $0 / 16 } : [0, 0, 1, 0, 0]
  }

  /// The B-splines at all voxels, for a lattice of `ShadingField`.
  static func voxelBasis(voxels: Int) -> SplineBasis {
    let last = Double(max(voxels - 1, 1))
    let long = voxels >= leastVoxels
    return SplineBasis(
      order: long ? 3 : 0, spans: long ? spans : 1,
      positions: (0..<voxels).map { long ? Double($0) / last : 0 }, step: 1 / last)
  }

  private static func basis(voxels: Int) -> [[Double]] {
    let basis = voxelBasis(voxels: voxels)
    return (0..<voxels).map { place in
      var dense = [Double](repeating: 0, count: basis.stored)
      for tap in 0..<4 { dense[basis.first[place] + tap] += basis.taps[place][tap] }
      return dense
    }
  }
}
