public import VolumeModel

/// Compares two masks.
public enum Overlap {
  /// Measures Dice, intersection over union and Hausdorff distances.
  ///
  /// Distances run between voxel centres and are exact.
  ///
  /// - Parameters:
  ///   - a: One mask.
  ///   - b: The other; same dimensions.
  ///   - spacing: mm between voxels along x, y and z.
  /// - Returns: The figures.
  /// - Throws: `QualityError` when dimensions differ.
  /// - SeeAlso: Huttenlocher et al., IEEE TPAMI 15(9):850–863, 1993.
  public static func measure(
    _ a: Mask, _ b: Mask, spacing: SIMD3<Double>
  ) throws -> OverlapFigures {
    try QualityError.check(a.dimensions, b.dimensions)
    var (countA, countB, both) = (0, 0, 0)
    for i in a.bits.indices {
      countA += Int(a.bits[i])
      countB += Int(b.bits[i])
      both += Int(a.bits[i] & b.bits[i])
    }
    guard countA > 0, countB > 0 else {
      let areEqual = countA == countB
      return OverlapFigures(
        dice: areEqual ? 1 : 0, iou: areEqual ? 1 : 0,
        hausdorffMillimetre: areEqual ? 0 : .infinity,
        hausdorff95Millimetre: areEqual ? 0 : .infinity)
    }
    // No voxel outside the box of both masks is nearest to any inside it.
    let box = BoundingBox(of: a, b)
    let (croppedA, croppedB) = (box.crop(a), box.crop(b))
    let (ahead, back) = (
      Reach(from: croppedA, to: croppedB, spacing), Reach(from: croppedB, to: croppedA, spacing)
    )
    return OverlapFigures(
      dice: 2 * Double(both) / Double(countA + countB),
      iou: Double(both) / Double(countA + countB - both),
      hausdorffMillimetre: Double(max(ahead.greatest, back.greatest)).squareRoot(),
      hausdorff95Millimetre: percentile(0.95, of: ahead.surface + back.surface))
  }

  /// How far one mask lies from another, in squared mm.
  private struct Reach {
    /// The greatest distance of a voxel of the one from the other.
    var greatest: Float = 0
    /// The distances of the surface of the one from the surface of the other.
    var surface: [Float] = []

    init(from: Mask, to: Mask, _ spacing: SIMD3<Double>) {
      let edge = Overlap.surface(of: from)
      // From outside a mask, what is nearest of it is on its surface.
      let squares = DistanceTransform.squaredDistances(
        to: Overlap.surface(of: to), spacing: spacing)
      for i in squares.indices where from.bits[i] != 0 {
        if to.bits[i] == 0 { greatest = max(greatest, squares[i]) }
        if edge.bits[i] != 0 { surface.append(squares[i]) }
      }
    }
  }

  /// A percentile of the roots, linearly interpolated as numpy does.
  private static func percentile(_ fraction: Double, of squares: [Float]) -> Double {
    let sorted = squares.sorted()
    let place = Double(sorted.count - 1) * fraction
    let below = Int(place)
    let lower = Double(sorted[below]).squareRoot()
    let upper = Double(sorted[min(below + 1, sorted.count - 1)]).squareRoot()
    return lower + (upper - lower) * (place - Double(below))
  }

  /// The voxels with a face neighbour outside the mask; outside the volume is outside the mask.
  ///
  /// A planar mask has no neighbours along z.
  private static func surface(of mask: Mask) -> Mask {
    let counts = mask.dimensions
    let plane = counts.x * counts.y
    var surface = mask
    for i in mask.bits.indices where mask.bits[i] != 0 {
      let (x, y, z) = (i % counts.x, i / counts.x % counts.y, i / plane)
      let isInner =
        x > 0 && x < counts.x - 1 && y > 0 && y < counts.y - 1
        && mask.bits[i - 1] & mask.bits[i + 1] & mask.bits[i - counts.x] & mask.bits[i + counts.x]
          != 0
      let isDeep =
        counts.z == 1
        || z > 0 && z < counts.z - 1 && mask.bits[i - plane] & mask.bits[i + plane] != 0
      if isInner && isDeep { surface.bits[i] = 0 }
    }
    return surface
  }
}
