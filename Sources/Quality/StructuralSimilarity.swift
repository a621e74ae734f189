import VolumeModel

/// Structural similarity (SSIM), the mean of its map.
///
/// With local means m, variances v and covariance c of a and b, C1 = (0.01 L)², C2 = (0.03 L)²:
/// (2 ma mb + C1) (2 c + C2) / ((ma² + mb² + C1) (va + vb + C2)). As in scikit-image, the border
/// of half a window is left out (unless the volume is not wider than that) and mirrored.
/// Voxels that do not count take no part in any window.
///
/// - SeeAlso: Wang et al., IEEE TIP 13(4):600–612, 2004.
public struct StructuralSimilarity: Sendable, Equatable {
  /// The window.
  public var window = SimilarityWindow.gaussian
  /// Whether the window reaches along z as well; slices are compared one by one when not.
  public var isVolumetric = false
  /// Whether variances have n / (n - 1), as scikit-image does unless told otherwise; Wang has not.
  public var usesSampleCovariance = true

  /// Creates the measure: slice by slice, Gaussian window, sample covariance.
  public init() {}

  /// Creates the measure.
  public init(window: SimilarityWindow, isVolumetric: Bool, usesSampleCovariance: Bool) {
    self.window = window
    self.isVolumetric = isVolumetric
    self.usesSampleCovariance = usesSampleCovariance
  }

  /// The mean of the map over the counted voxels.
  ///
  /// - Parameters:
  ///   - a: The reference.
  ///   - b: What is judged.
  ///   - counted: Voxels that take part.
  ///   - dataRange: L.
  ///   - shift: A typical value, taken off before squaring so that no digits are lost.
  /// - Returns: The mean; 1 when the map is empty.
  func mean(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, dataRange: Double, shift: Float
  ) -> Double {
    let weights = window.weights
    let isDeep = isVolumetric && a.dimensions.z > 1
    var size = 1.0
    for axis in 0..<(isDeep ? 3 : 2) where axis != 1 || a.dimensions.y > 1 {
      size *= Double(weights.count)
    }
    let map = SimilarityMap(
      weights: weights, depth: isDeep ? weights : [1],
      covarianceFactor: usesSampleCovariance ? Float(size / (size - 1)) : 1,
      luminanceFloor: Float(0.01 * dataRange * 0.01 * dataRange),
      contrastFloor: Float(0.03 * dataRange * 0.03 * dataRange), shift: shift)
    let half = weights.count / 2
    let (rows, columns) = (inner(a.dimensions.y, half), inner(a.dimensions.x, half))
    let sums: [(sum: Double, count: Int)]
    if isDeep {
      let slices = inner(a.dimensions.z, half)
      // A slab reads half a window of slices beyond each end.
      let slabs = parts(of: slices.count, atMost: max(1, slices.count / 16))
      sums = concurrentMap(slabs.count) { slab in
        let range = slabs[slab]
        return map.deepSum(
          a, b, counted,
          slices: slices.lowerBound + range.lowerBound..<slices.lowerBound + range.upperBound,
          rows: rows, columns: columns)
      }
    } else {
      let bands = parts(of: rows.count, atMost: (rows.count + 63) / 64)
      sums = concurrentMap(a.dimensions.z * bands.count) { unit in
        let band = bands[unit % bands.count]
        return map.sum(
          a, b, counted, slice: unit / bands.count,
          rows: rows.lowerBound + band.lowerBound..<rows.lowerBound + band.upperBound,
          columns: columns)
      }
    }
    let count = sums.reduce(0) { $0 + $1.count }
    return count > 0 ? sums.reduce(0) { $0 + $1.sum } / Double(count) : 1
  }

  private func inner(_ count: Int, _ half: Int) -> Range<Int> {
    count > 2 * half ? half..<count - half : 0..<count
  }
}
