/// How two masks agree.
public struct OverlapFigures: Sendable, Equatable {
  /// Dice's coefficient, 0 to 1; 1 when both are empty.
  public var dice: Double
  /// Intersection over union, 0 to 1; 1 when both are empty.
  public var iou: Double
  /// The greatest distance in mm from a voxel of one mask to the other mask; 0 when both are empty,
  /// infinite when one is.
  public var hausdorffMillimetre: Double
  /// The 95th percentile in mm of the distances from each surface to the other, both directions
  /// pooled; empty masks as above.
  public var hausdorff95Millimetre: Double

  /// Creates figures.
  public init(
    dice: Double, iou: Double, hausdorffMillimetre: Double, hausdorff95Millimetre: Double
  ) {
    self.dice = dice
    self.iou = iou
    self.hausdorffMillimetre = hausdorffMillimetre
    self.hausdorff95Millimetre = hausdorff95Millimetre
  }
}
