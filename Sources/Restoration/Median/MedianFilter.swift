import RestorationKernels
public import VolumeModel

/// Replaces each voxel by the median of a square or cubic window.
///
/// The same as SciPy's `median_filter` with `size = 2 * radius + 1` and mode `reflect` (the volume
/// mirrored between voxels at its border). Excluded voxels do not vote; where that leaves an even
/// number, the median is the mean of the middle two.
public struct MedianFilter: RestorationMethod {
  /// The step's name.
  public static let name = "median"

  /// Voxels from the window's centre to its edge, 1 to 5.
  public var radius: Int
  /// Whether the window reaches across slices.
  public var dimensions: FilterDimensions

  /// Creates the method.
  public init(radius: Int = 1, dimensions: FilterDimensions = .auto) {
    self.radius = radius
    self.dimensions = dimensions
  }

  /// Restores one volume; notes `radius` and `dimensions`.
  ///
  /// - Throws: `RestorationError` for a parameter out of range; `CancellationError`.
  /// - Complexity: O(voxels · (2 · radius + 1)^(dimensions - 1)); scratch a box a core.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    try check(radius, "radius", in: 1...5)
    let excluded = try usableExclusions(of: volume, excluding: excluded)
    let crossesSlices = dimensions.crossesSlices(of: volume)
    let radius: SIMD3<Int> = [self.radius, self.radius, crossesSlices ? self.radius : 0]
    let filled = fillingExcluded(excluded, of: volume)
    var voxels: [Float]
    if excluded == nil, self.radius == 1 || (self.radius == 2 && !crossesSlices) {
      voxels = try smallMedians(filled, volume.dimensions, radius, work: work)
    } else {
      // Boxes of a few thousand voxels: their ranks fit the first cache, as bits.
      let size: SIMD3<Int> = crossesSlices ? [32, 16, 16] : [64, 32, 1]
      voxels = try Tiles(of: volume.dimensions, size: size).fill(work: work) { box, output in
        let image = PaddedVolume(
          filled, dimensions: volume.dimensions, rim: radius, around: box, reach: radius)
        let validity = excluded.map {
          PaddedVolume(
            countingWithout: $0.bits, dimensions: volume.dimensions, rim: radius, around: box,
            reach: radius)
        }
        RankedWindow(box: box, radius: radius, image: image, validity: validity)
          .medians(into: &output)
      }
    }
    keepExcluded(excluded, of: volume, in: &voxels)
    return Restored(
      volume: volume.replacingVoxels(voxels),
      figures: [
        "radius": .integer(self.radius), "dimensions": .integer(crossesSlices ? 3 : 2),
      ])
  }

  private func smallMedians(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, _ rim: SIMD3<Int>, work: Work
  ) throws -> [Float] {
    // Deep enough that the rim around a box is not much more than the box.
    let size: SIMD3<Int> = [dimensions.x, 16, rim.z > 0 ? 16 : 1]
    return try Tiles(of: dimensions, size: size).fill(work: work) { box, output in
      let image = PaddedVolume(voxels, dimensions: dimensions, rim: rim, around: box, reach: rim)
      let row = MedianRow(size: (2 * rim.x + 1) * (2 * rim.y + 1) * (2 * rim.z + 1))
      var target = 0
      for z in box.z {
        for y in box.y {
          let starts = (-rim.z...rim.z).flatMap { dz in
            (-rim.y...rim.y).flatMap { dy in
              (-rim.x...rim.x).map { image.index(box.x.lowerBound + $0, y + dy, z + dz) }
            }
          }
          row.filter(image, starts: starts, into: &output, at: target, count: box.x.count)
          target += box.x.count
        }
      }
    }
  }
}
