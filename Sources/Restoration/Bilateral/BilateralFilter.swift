import RestorationKernels
public import VolumeModel

/// Averages each voxel with near ones of like brightness, so that edges stay.
///
/// A voxel at distance `r` (in voxels) whose brightness differs by `d` has the weight
/// `exp(-r² / (2 spatialSigma²)) · exp(-d² / (2 rangeSigma²))`, in a square or cubic window: the
/// definition of scikit-image's `denoise_bilateral`, which rounds `d` to a table and knows slices
/// only. The volume is mirrored between voxels at its border.
///
/// - SeeAlso: Tomasi and Manduchi, ICCV 1998.
public struct BilateralFilter: RestorationMethod {
  /// The step's name.
  public static let name = "bilateral"

  /// The standard deviation of the weight by distance, in voxels, 0.1 to 10.
  public var spatialSigma: Double
  /// The standard deviation of the weight by brightness in the unit of the volume, at least 0; nil
  /// takes twice the estimated noise.
  public var rangeSigma: Double?
  /// Voxels from the window's centre to its edge, 1 to 15; nil takes two spatial sigmas.
  public var radius: Int?
  /// Whether to look across slices.
  public var dimensions: FilterDimensions

  /// Creates the method.
  public init(
    spatialSigma: Double = 1.5, rangeSigma: Double? = nil, radius: Int? = nil,
    dimensions: FilterDimensions = .auto
  ) {
    self.spatialSigma = spatialSigma
    self.rangeSigma = rangeSigma
    self.radius = radius
    self.dimensions = dimensions
  }

  /// Restores one volume; notes `spatial_sigma`, `range_sigma`, `radius`, `dimensions` and, when it
  /// was estimated, `noise_sigma`.
  ///
  /// - Throws: `RestorationError` for a parameter out of range or when the noise is to be estimated
  ///   and cannot be; `CancellationError`.
  /// - Complexity: O(voxels · (2 · radius + 1)^dimensions); scratch a box a core.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    try check(spatialSigma, "spatial sigma", in: 0.1...10)
    try check(rangeSigma ?? 0, "range sigma", in: 0...1e17)
    try check(radius ?? 1, "radius", in: 1...15)
    let excluded = try usableExclusions(of: volume, excluding: excluded)
    let radius = radius ?? min(15, Int((2 * spatialSigma).rounded(.up)))
    let crossesSlices = dimensions.crossesSlices(of: volume)
    let noise =
      try rangeSigma == nil
      ? NoiseEstimator(model: .gaussian).estimate(volume, excluding: excluded).sigma : nil
    let rangeSigma = rangeSigma ?? 2 * (noise ?? 0)
    var figures: Figures = [
      "spatial_sigma": .number(spatialSigma), "range_sigma": .number(rangeSigma),
      "radius": .integer(radius), "dimensions": .integer(crossesSlices ? 3 : 2),
    ]
    if let noise { figures["noise_sigma"] = .number(noise) }
    guard rangeSigma > 0 else { return Restored(volume: volume, figures: figures) }
    try checkSquareable(rangeSigma, "range sigma")
    let window = neighbours(radius, crossesSlices: crossesSlices)
    var voxels = try filtered(
      volume, excluding: excluded, window: window, rangeSigma: rangeSigma, work: work)
    keepExcluded(excluded, of: volume, in: &voxels)
    return Restored(volume: volume.replacingVoxels(voxels), figures: figures)
  }

  /// The neighbours of a voxel and the logarithms of their weights by distance.
  private func neighbours(
    _ radius: Int, crossesSlices: Bool
  ) -> [(offset: SIMD3<Int>, exponent: Double)] {
    let depth = crossesSlices ? radius : 0
    var neighbours: [(offset: SIMD3<Int>, exponent: Double)] = []
    for z in -depth...depth {
      for y in -radius...radius {
        for x in -radius...radius where x != 0 || y != 0 || z != 0 {
          let square = Double(x * x + y * y + z * z)
          neighbours.append(([x, y, z], -square / (2 * spatialSigma * spatialSigma)))
        }
      }
    }
    return neighbours
  }

  private func filtered(
    _ volume: Volume, excluding excluded: Mask?,
    window: [(offset: SIMD3<Int>, exponent: Double)], rangeSigma: Double, work: Work
  ) throws -> [Float] {
    let rim = window.reduce(SIMD3<Int>(repeating: 0)) { pointwiseMax($0, $1.offset) }
    let filled = fillingExcluded(excluded, of: volume)
    // Deep enough that the rim around a box is not much more than the box.
    let size: SIMD3<Int> = [volume.dimensions.x, 16, rim.z > 0 ? 16 : 1]
    return try Tiles(of: volume.dimensions, size: size).fill(work: work) { box, output in
      let image = PaddedVolume(
        filled, dimensions: volume.dimensions, rim: rim, around: box, reach: rim)
      let validity = excluded.map {
        PaddedVolume(
          countingWithout: $0.bits, dimensions: volume.dimensions, rim: rim, around: box,
          reach: rim)
      }
      let window = BilateralWindow(window, rangeSigma: rangeSigma, strides: image)
      var target = 0
      for z in box.z {
        for y in box.y {
          window.filter(
            image, validity: validity, at: image.index(box.x.lowerBound, y, z),
            count: box.x.count, into: &output, at: target)
          target += box.x.count
        }
      }
    }
  }
}
