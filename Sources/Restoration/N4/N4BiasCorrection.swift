public import VolumeModel

/// Takes slow multiplicative shading (the bias field of coils) off an MR volume.
///
/// measured = true * field. The log intensities are sharpened by deconvolving their histogram; what
/// the sharpening moved is smoothed by a B-spline and added to the field, on ever finer lattices.
/// Fits positive intensities only: voxels at or below 0 take no part, zeros stay zero. Not for CT.
///
/// Where this differs from ITK, unless `exactGeometry` is off: the samples of a shrunk volume lie on
/// the lattice where they lie in the volume, axes with few or distant slices are shrunk less and get
/// fewer control points, and the field keeps the mean of the mask. Samples are single voxels: means
/// of blocks mix tissues, and made the field of a phantom twice as wrong.
///
/// - SeeAlso: Tustison et al., IEEE TMI 29(6):1310–1320, 2010; Sled et al., IEEE TMI 17(1):87–97,
///   1998; ITK `N4BiasFieldCorrectionImageFilter`; ANTs `N4BiasFieldCorrection`.
public struct N4BiasCorrection: RestorationMethod {
  /// The stable name of the step.
  public static let name = "n4"

  /// How much coarser the fit's grid is than the volume, per axis: 1 to 16.
  public var shrink = 4
  /// The most iterations at each fitting level, coarse to fine; 1 to 8 levels, each 0 to 1000.
  public var iterations = [50, 50, 50, 50]
  /// A level ends when std / mean of the change of the field falls to this; 0 never.
  public var convergenceThreshold = 0.001
  /// Bins of the histogram of log intensities: 16 to 4096.
  public var histogramBins = 200
  /// The noise term of the Wiener filter that deconvolves the histogram: above 0, to 10.
  public var wienerFilterNoise = 0.01
  /// The width at half maximum of the blur that shading adds to the histogram, in log intensity:
  /// above 0, to 10.
  public var fullWidthAtHalfMaximum = 0.15
  /// Control points along x, y and z at the first level: `splineOrder` + 1 to 64.
  public var controlPoints = SIMD3(4, 4, 4)
  /// The distance of control points at the first level in mm, which overrides `controlPoints`; nil
  /// when off.
  public var splineDistance: Double?
  /// The order of the B-spline: 1 to 3.
  public var splineOrder = 3
  /// Which voxels are fitted when no mask is handed in.
  public var mask = MaskChoice.otsu
  /// Whether samples are put on the lattice where they lie; false as ITK and ANTs do, where the
  /// lattice of the shrunk volume is stretched over the whole.
  public var exactGeometry = true

  /// Creates a method with the usual parameters.
  public init() {}

  /// Takes the shading off a volume.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` when no voxel to fit is above 0.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try validate(for: volume)
    let mask = ForegroundMask.mask(mask, of: volume, excluding: excluded)
    let correction = try correct(
      volume, mask: mask, weights: nil, excluding: excluded, work: work, keepingField: false)
    return Restored(volume: correction.corrected, figures: correction.figures)
  }

  /// Takes the shading off a volume, with a mask and weights of the caller's.
  ///
  /// - Parameters:
  ///   - volume: Modality values.
  ///   - mask: Voxels to fit; same `dimensions` as `volume`.
  ///   - weights: How much each voxel counts in the fit (ITK's confidence image), one a voxel;
  ///     voxels at or below 0 are left out. Nil when all count alike.
  ///   - excluded: Voxels without a meaning; they keep their value.
  ///   - work: Told how far the method is, and asked whether to go on.
  /// - Returns: The corrected volume, the log of the field that was divided out, and figures.
  /// - Throws: `RestorationError`: `.invalidParameter` when counts differ or a parameter is out of
  ///   range, `.unfitVolume` when no voxel to fit is above 0.
  public func correct(
    _ volume: Volume, mask: Mask, weights: [Float]? = nil, excluding excluded: Mask? = nil,
    work: Work = .unattended
  ) throws -> N4Correction {
    try validate(for: volume)
    guard mask.dimensions == volume.dimensions,
      weights.map({ $0.count == volume.voxels.count }) ?? true
    else {
      throw RestorationError(
        .invalidParameter, "The mask or the weights of n4 have other dimensions than the volume.")
    }
    return try correct(
      volume, mask: mask, weights: weights, excluding: excluded, work: work, keepingField: true)
  }

  private func correct(
    _ volume: Volume, mask: Mask, weights: [Float]?, excluding excluded: Mask?, work: Work,
    keepingField: Bool
  ) throws -> N4Correction {
    let fitted = fittedVoxels(volume, mask, weights, excluded)
    let count = fitted.count
    guard count > 0 else {
      throw RestorationError(
        .unfitVolume, "No voxel that n4 could fit is above 0; check mask and exclusions.")
    }
    let axes = try latticeAxes(for: volume)
    let grid = ShadingGrid(
      volume, fitted: fitted, weights: weights, axes: axes)
    guard grid.count > 0 else {
      throw RestorationError(
        .unfitVolume, "No voxel that n4 could fit is left after shrinking; lower shrink.")
    }
    var fit = ShadingFit(grid: grid, axes: axes, method: self)
    try fit.run(work: work)
    try work.checkCancellation()
    let shading = ShadingCorrection(
      axes: axes, lattice: fit.lattice, level: iterations.count - 1)
    var correction = shading.apply(
      to: volume, fitted: fitted, excluded: excluded, keepingMean: exactGeometry,
      keepingField: keepingField)
    correction.figures["iterations"] = .list(fit.iterationsDone.map { .integer($0) })
    correction.figures["convergence"] = .number(fit.convergence)
    correction.figures["masked_voxels"] = .integer(count)
    correction.figures["shrink"] = .list(axes.map { .integer($0.shrink) })
    work.note(1)
    return correction
  }

  /// The voxels of the mask that have a logarithm and a weight.
  private func fittedVoxels(
    _ volume: Volume, _ mask: Mask, _ weights: [Float]?, _ excluded: Mask?
  ) -> Mask {
    var bits = [UInt8](repeating: 0, count: volume.voxels.count)
    let parts = slabs(of: bits.count)
    fillConcurrently(&bits, parts: parts) { part, elements in
      let first = parts[part].lowerBound
      for i in elements.indices {
        let value = volume.voxels[first + i]
        let holds = mask.bits[first + i] != 0 && value > 0 && value < .infinity
        elements[i] = holds ? 1 : 0
      }
      if let excluded {
        for i in elements.indices where excluded.bits[first + i] != 0 { elements[i] = 0 }
      }
      if let weights {
        for i in elements.indices where !(weights[first + i] > 0) { elements[i] = 0 }
      }
    }
    return Mask(dimensions: volume.dimensions, bits: bits)
  }
}
