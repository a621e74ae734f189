public import VolumeModel

/// Puts a volume on a grid of other spacing.
///
/// The new grid covers the same field of view about the same centre. The kernel is widened where
/// the grid becomes coarser, so that nothing finer than the new grid is folded into it. Beyond its
/// edges the volume goes on with its outermost voxels.
///
/// A voxel of the result is excluded, and has the value of the source voxel that is nearest, where
/// that one is excluded; so excluded regions keep their place and size, and a caller gets the mask
/// of the result from `resampled(_:of:)`. All other voxels are interpolated as if excluded ones
/// were continued smoothly from their neighbours.
///
/// - SeeAlso: Keys, IEEE Transactions on Acoustics, Speech and Signal Processing 29(6):1153–1160,
///   1981 (`cubic`); Duchon, Journal of Applied Meteorology 18(8):1016–1022, 1979 (`lanczos`).
public struct Resampling: RestorationMethod {
  /// The name of the step.
  public static let name = "resample"

  /// How values between voxels are found.
  public enum Interpolation: String, Sendable, CaseIterable {
    /// The nearest voxel, for labels; never widened.
    case nearest
    /// Linearly between neighbours.
    case linear
    /// Keys' cubic convolution with a = −1/2 over four voxels: exact for parabolas.
    case cubic
    /// The sinc function under a window of itself, over six voxels.
    case lanczos
  }

  /// Distance between voxels of the result along x, y and z, in mm; 0 keeps an axis as it is.
  ///
  /// Just one of `spacing` and `factor` is set. An axis with a single voxel stays as it is.
  public var spacing: SIMD3<Double>?
  /// Voxels of the result for each voxel of the source along x, y and z: 2 doubles the matrix; 0
  /// keeps an axis as it is.
  public var factor: SIMD3<Double>?
  /// How values between voxels are found.
  public var interpolation = Interpolation.cubic
  /// Whether the kernel is widened where the grid becomes coarser.
  public var antialias = true
  /// Whether results are kept between the least and greatest value of the source.
  ///
  /// Cubic and Lanczos kernels swing over beside edges.
  public var clampToRange = true

  /// Creates the method; `spacing` or `factor` is still to be set.
  public init() {}

  /// Creates the method for a spacing in mm along x, y and z.
  public init(spacing: SIMD3<Double>) { self.spacing = spacing }

  /// Resamples a volume onto the grid of `grid(for:)`.
  ///
  /// Figures: `dimensions`, `spacing_mm`, `interpolation`.
  ///
  /// - Throws: `RestorationError`, code `.invalidParameter` unless just one of `spacing` and
  ///   `factor` is set and in range, `.unfitVolume` when the result would have more than 2³¹
  ///   voxels; `CancellationError`.
  /// - Complexity: O(voxels of the result × kernel width) for each axis.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    let grid = try grid(for: volume)
    let mask = try presentExclusions(of: volume, excluding: excluded)
    let range = try calculableRange(of: volume, excluding: mask)
    var voxels = volume.voxels
    if let mask, range != nil {
      voxels = ExclusionFill(
        voxels, volume.dimensions, excluded: mask.bits,
        axes: (0..<3).filter { volume.dimensions[$0] > 1 }
      ).filled()
    }
    if range != nil {
      voxels = try interpolated(voxels, volume, grid, work: work)
    } else {
      voxels = [Float](repeating: 0, count: grid.count)
    }
    if clampToRange, let range {
      for i in voxels.indices {
        voxels[i] = min(max(voxels[i], range.lowerBound), range.upperBound)
      }
    }
    if let mask { restore(mask, of: volume, in: &voxels, grid) }
    work.note(1)
    let result = Volume(dimensions: grid.dimensions, voxelSpacing: grid.spacing, voxels: voxels)
    return Restored(volume: result, figures: figures(grid))
  }

  /// Which voxels of the result are excluded when these of the source are.
  ///
  /// - Parameters:
  ///   - mask: Voxels of the source.
  ///   - volume: The source.
  /// - Returns: For each voxel of the result what holds for the nearest of the source.
  /// - Throws: `RestorationError` as `grid(for:)`; `.invalidParameter` for a mask of another grid.
  public func resampled(_ mask: Mask, of volume: Volume) throws -> Mask {
    guard mask.dimensions == volume.dimensions else {
      throw RestorationError(.invalidParameter, "the mask of excluded voxels is of another grid")
    }
    let grid = try grid(for: volume)
    var bits: [UInt8] = []
    bits.reserveCapacity(grid.count)
    forEachNearest(grid, of: volume) { bits.append(mask.bits[$0]) }
    return Mask(dimensions: grid.dimensions, bits: bits)
  }

  private func figures(_ grid: ResamplingGrid) -> Figures {
    let list = { (values: [Figure]) in Figure.list(values) }
    return [
      "dimensions": list((0..<3).map { .integer(grid.dimensions[$0]) }),
      "spacing_mm": list((0..<3).map { .number(grid.spacing[$0]) }),
      "interpolation": .text(interpolation.rawValue),
    ]
  }
}
