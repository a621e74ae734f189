import RestorationKernels
public import VolumeModel

/// Averages each voxel with those near it whose surroundings look alike.
///
/// With `d` the mean squared difference of the patches around two voxels, the one counts for the
/// other with the weight `exp(-max(d - 2 sigma², 0) / h²)`, `h = strength * sigma`: what noise
/// alone makes of `d` is taken off first. Weights below `exp(-5)` are none. Near the border the
/// search window is clipped, and patches see the volume mirrored. Under Rician noise squares are
/// averaged and `2 sigma²`, by which noise raises them, is taken off the mean.
///
/// Under correlated noise a patch holds few independent voxels, so that `d` scatters widely and
/// many unlike patches lie below `2 sigma²`. There nothing is taken off `d`, and weights end at
/// `exp(-12)`: at equal noise this keeps small structures best, and the effect grows smoothly with
/// `strength`, from 0.45 (a quarter of the noise gone) to 0.7 (two thirds).
///
/// Keeps grid, spacing and the scale of intensities: nothing is rescaled, so HU stay HU.
///
/// - SeeAlso: Buades, Coll, Morel, CVPR 2005; Coupé et al., IEEE TMI 27:425–441, 2008;
///   Wiest-Daesslé et al., MICCAI 2008 (Rician); scikit-image `denoise_nl_means` (`fast_mode`).
public struct NonLocalMeans: RestorationMethod {
  /// What makes two voxels alike.
  public enum Variant: String, Sendable, Codable, CaseIterable {
    /// The patches around them.
    case classic
    /// The same, but nothing is taken off `d` and weights end at `exp(-87)`: DIPY's weights, where
    /// `strength` is the fourth root of 2.
    case plain
    /// A first denoising (thresholded cosine transforms) and its local mean, whichever way the
    /// surroundings are turned; patches have no part. `h` is `strength * sigma / 1.85`, and weights
    /// end at `exp(-10)`. The mean then guides a second shrinkage of cosine transforms, as Wiener's
    /// filter.
    ///
    /// Manjón et al., Med. Image Anal. 16:18–27, 2012 (ODCT3D and PRI-NLM3D); Dabov et al., IEEE
    /// TIP 16:2080–2095, 2007 (the second step).
    case rotationInvariant
  }

  /// The step's name.
  public static let name = "nlm"

  /// How the noise is distributed.
  public var noise: NoiseModel
  /// The standard deviation of the noise in the unit of the volume, at least 0; nil estimates it.
  public var sigma: Double?
  /// The filtering strength h in units of sigma, 0.1 to 3.
  public var strength: Double
  /// Voxels from a patch's centre to its edge, 0 to 5; nil takes 1 across slices, 3 within one
  /// (2 under correlated noise).
  public var patchRadius: Int?
  /// Voxels from the search window's centre to its edge, 1 to 15; nil takes 3 across slices (2 for
  /// the rotation-invariant variant), 10 within one.
  public var searchRadius: Int?
  /// Whether to look across slices.
  public var dimensions: FilterDimensions
  /// What makes two voxels alike.
  public var variant: Variant
  /// Whether `classic` may round values, to a 64th of sigma by default, and reckon in integers:
  /// within slices, unless squares are averaged, and several times as fast.
  public var usesIntegers = true

  /// Creates the method.
  public init(
    noise: NoiseModel = .gaussian, sigma: Double? = nil, strength: Double = 0.8,
    patchRadius: Int? = nil, searchRadius: Int? = nil, dimensions: FilterDimensions = .auto,
    variant: Variant = .classic
  ) {
    self.noise = noise
    self.sigma = sigma
    self.strength = strength
    self.patchRadius = patchRadius
    self.searchRadius = searchRadius
    self.dimensions = dimensions
    self.variant = variant
  }

  /// Restores one volume; notes `noise_sigma`, `noise_model`, `strength`, `patch_radius`,
  /// `search_radius`, `dimensions` and `variant`.
  ///
  /// - Throws: `RestorationError` for a parameter out of range, when sigma is to be estimated and
  ///   cannot be, or for Rician noise when more than 1 % of the voxels are negative;
  ///   `CancellationError`.
  /// - Complexity: O(voxels · (2 · searchRadius + 1)^dimensions); scratch a box a core, and the
  ///   pilot's volume for the rotation-invariant variant.
  public func apply(
    to volume: Volume, excluding excluded: Mask?, work: Work
  ) throws -> Restored {
    try checkParameters()
    let excluded = try usableExclusions(of: volume, excluding: excluded)
    // Squares of magnitudes are averaged.
    _ = try calculableRange(of: volume, excluding: excluded, upTo: 1e18)
    if noise == .rician { try checkMagnitudes(volume, excluding: excluded) }
    let crossesSlices = dimensions.crossesSlices(of: volume)
    let sigma =
      try sigma ?? NoiseEstimator(model: noise).estimateQuickly(volume, excluding: excluded).sigma
    let patchRadius = patchRadius ?? (crossesSlices ? 1 : noise == .correlated ? 2 : 3)
    let searchRadius = searchRadius ?? defaultSearchRadius(crossesSlices: crossesSlices)
    let figures: Figures = [
      "noise_sigma": .number(sigma), "noise_model": .text(noise.rawValue),
      "strength": .number(strength), "patch_radius": .integer(patchRadius),
      "search_radius": .integer(searchRadius), "dimensions": .integer(crossesSlices ? 3 : 2),
      "variant": .text(variant.rawValue),
    ]
    guard sigma > 0 else { return Restored(volume: volume, figures: figures) }
    try checkSquareable(sigma, "sigma")
    let across = crossesSlices ? 1 : 0
    var likeness = PatchLikeness(
      patchRadius: [patchRadius, patchRadius, patchRadius * across],
      searchRadius: [searchRadius, searchRadius, searchRadius * across],
      noiseFloor: noise == .correlated ? 0 : Float(2 * sigma * sigma),
      filteringStrength: Float(strength * sigma), cutoff: noise == .correlated ? 12 : 5,
      averagesSquares: noise == .rician)
    var voxels: [Float]
    switch variant {
    case .classic, .plain:
      if variant == .plain { (likeness.noiseFloor, likeness.cutoff) = (0, 87) }
      voxels = try average(volume, excluding: excluded, by: likeness, work: work)
      if noise == .rician { takeOffBias(from: &voxels, sigma: sigma) }
    case .rotationInvariant:
      likeness.filteringStrength /= 1.85
      likeness.cutoff = 10
      voxels = try restoreByPilot(
        volume, excluding: excluded, by: likeness, sigma: sigma, work: work)
    }
    keepExcluded(excluded, of: volume, in: &voxels)
    return Restored(volume: volume.replacingVoxels(voxels), figures: figures)
  }

  /// Rician noise is that of magnitudes; where more than a few voxels are negative the volume is a
  /// phase or field map, whose sign the correction of the bias would take away.
  private func checkMagnitudes(_ volume: Volume, excluding excluded: Mask?) throws {
    var (negative, counting) = (0, 0)
    for index in volume.voxels.indices where excluded?[index] != true {
      counting += 1
      if volume.voxels[index] < 0 { negative += 1 }
    }
    guard negative * 100 <= counting else {
      throw RestorationError(
        .unfitVolume, "the volume has negative values, so its noise is not Rician")
    }
  }

  /// What `searchRadius` is when it is nil.
  func defaultSearchRadius(crossesSlices: Bool) -> Int {
    guard crossesSlices else { return 10 }
    return variant == .rotationInvariant ? 2 : 3
  }

  private func checkParameters() throws {
    try check(strength, "strength", in: 0.1...3)
    try check(sigma ?? 0, "sigma", in: 0...1e17)
    try check(patchRadius ?? 0, "patch radius", in: 0...5)
    try check(searchRadius ?? 1, "search radius", in: 1...15)
  }

  /// The mean over like patches at each voxel, of squares where `likeness` says so.
  private func average(
    _ volume: Volume, excluding excluded: Mask?, by likeness: PatchLikeness, work: Work
  ) throws -> [Float] {
    let crossesSlices = likeness.searchRadius.z > 0
    let filled = fillingExcluded(excluded, of: volume)
    let (rim, reach) = (likeness.patchRadius, likeness.searchRadius &+ likeness.patchRadius)
    let (dimensions, isQuick) = (volume.dimensions, usesIntegers)
    let tiles = Tiles(of: dimensions, size: Self.boxSize(crossesSlices: crossesSlices))
    return try tiles.fill(work: work) { box, output in
      let image = PaddedVolume(
        filled, dimensions: dimensions, rim: rim, around: box, reach: reach)
      let validity = excluded.map {
        PaddedVolume(
          countingWithout: $0.bits, dimensions: dimensions, rim: rim, around: box, reach: reach)
      }
      if isQuick,
        let tile = PlanarMeansTile(
          box: box, likeness: likeness, image: image, validity: validity)
      {
        tile.average(image, into: &output)
      } else {
        NonLocalMeansTile(box: box, likeness: likeness)
          .average(image, validity: validity, into: &output)
      }
    }
  }

  /// Sides that keep image, totals and sums of a tile within one or two megabytes of cache; rows of
  /// slices are long, for every one takes some time to begin.
  static func boxSize(crossesSlices: Bool) -> SIMD3<Int> {
    crossesSlices ? [64, 32, 16] : [512, 128, 1]
  }

  /// From mean squares of Rician magnitudes to the signal.
  func takeOffBias(from squares: inout [Float], sigma: Double) {
    let bias = Float(2 * sigma * sigma)
    for i in squares.indices { squares[i] = max(squares[i] - bias, 0).squareRoot() }
  }
}
