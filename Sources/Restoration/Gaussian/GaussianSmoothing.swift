public import VolumeModel

/// Smooths with a Gaussian bell.
///
/// The same as SciPy's `gaussian_filter` (the bell cut at 4 sigma, the volume mirrored between
/// voxels at its border). Where voxels are excluded, the weights of the others are scaled up to
/// make one again (normalised convolution).
///
/// - SeeAlso: Knutsson and Westin, CVPR 1993, for the normalised convolution.
public struct GaussianSmoothing: RestorationMethod {
  /// The unit of a length.
  public enum Unit: String, Sendable, Codable, CaseIterable {
    /// Distances between voxel centres, whatever they are along each axis.
    case voxels
    /// Millimetres.
    case mm
  }

  /// The step's name.
  public static let name = "gaussian"

  /// The standard deviation of the bell, in `unit`, 0 to 100.
  public var sigma: Double
  /// The unit of `sigma`.
  public var unit: Unit
  /// Whether to smooth across slices.
  public var dimensions: FilterDimensions

  /// Creates the method.
  public init(sigma: Double = 1, unit: Unit = .voxels, dimensions: FilterDimensions = .auto) {
    self.sigma = sigma
    self.unit = unit
    self.dimensions = dimensions
  }

  /// Restores one volume; notes `sigma`, `unit`, `sigma_voxels` (along each filtered axis),
  /// `radius` (likewise) and `dimensions`.
  ///
  /// - Throws: `RestorationError` for a parameter out of range; `CancellationError`.
  /// - Complexity: O(voxels · sigma · dimensions); the result and a few rows a core.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    try check(sigma, "sigma", in: 0...100)
    let (excluded, range) = try calculableExclusions(of: volume, excluding: excluded)
    let crossesSlices = dimensions.crossesSlices(of: volume)
    let axes = crossesSlices ? 3 : 2
    let sigmas = (0..<axes).map { unit == .mm ? sigma / volume.voxelSpacing[$0] : sigma }
    guard sigmas.allSatisfy({ (0...1_000).contains($0) }) else {
      throw RestorationError(
        .invalidParameter, "sigma is not between 0 and 1000 voxels along every axis")
    }
    let bells = sigmas.map(GaussianBell.init)
    // A mean lies between what it is made of; rounding may put it a little beyond.
    let voxels = GaussianPass(volume.dimensions, bells: bells).filtered(
      volume.voxels, excluding: excluded, within: range, work: work)
    try work.checkCancellation()
    return Restored(
      volume: volume.replacingVoxels(voxels),
      figures: [
        "sigma": .number(sigma), "unit": .text(unit.rawValue),
        "sigma_voxels": .list(sigmas.map { .number($0) }),
        "radius": .list(bells.map { .integer($0.radius) }), "dimensions": .integer(axes),
      ])
  }
}
