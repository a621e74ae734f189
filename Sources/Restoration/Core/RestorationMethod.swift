public import VolumeModel

/// A way to restore a volume: the parameters are its properties, `apply` does the work.
///
/// A method never changes an excluded voxel: what goes in at such a place comes out bit by bit.
/// Its result depends on volume, exclusions and parameters only, not on the number of cores.
public protocol RestorationMethod: Sendable {
  /// The stable name of the step in recipes, reports and logs.
  static var name: String { get }

  /// Restores one volume.
  ///
  /// - Parameters:
  ///   - volume: Modality values, with spacing in mm.
  ///   - excluded: Voxels without a meaning (padding, NaN, infinities); nil when there are none.
  ///     They take no part in statistics or averages and keep their value.
  ///   - work: Told how far the method is, and asked whether to go on.
  /// - Returns: The restored volume and what was measured on the way.
  /// - Throws: `RestorationError` when the volume is not fit for the method, `CancellationError`.
  func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored

  /// Bytes that the method needs beside the volume it is given, its result among them; no less than
  /// it takes at the worst moment.
  func workingBytes(_ demand: MemoryDemand) -> Double

  /// The grid of the result.
  func resultGrid(of grid: VolumeGrid) -> VolumeGrid

  /// How many slices away a voxel may lie that has a say in a voxel of the result, beyond what is
  /// estimated once for a whole scan (noise, thresholds, shading): at least 0, in slices of the
  /// source; infinite where any slice may.
  func sliceReach(on grid: VolumeGrid) -> Double
}

/// What a method gives back.
public struct Restored: Sendable {
  /// The restored volume, on the grid of the source unless the method resamples.
  public var volume: Volume
  /// What was measured on the way, for log and report.
  public var figures: Figures

  /// Creates a result.
  public init(volume: Volume, figures: Figures) {
    self.volume = volume
    self.figures = figures
  }
}
