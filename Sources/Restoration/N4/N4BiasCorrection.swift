import RestorationKernels
public import VolumeModel

/// Takes slow multiplicative shading (the bias field of coils) off an MR volume.
///
/// measured = true * field. The log intensities are sharpened by deconvolving their histogram; what
/// the sharpening moved is smoothed by a B-spline and added to the field, on ever finer lattices.
/// It begins with a field fitted to the slopes of the log intensity inside tissues, see
/// `GradientFit`: from no field at all, it would take the contrast between the parts of a head for
/// shading. Fits positive intensities only: voxels at or below 0 take no part, zeros stay zero. Not for CT.
///
/// Where this differs from ITK, unless `exactGeometry` is off: the samples of a shrunk volume lie on
/// the lattice where they lie in the volume, axes with few or distant slices are shrunk less and get
/// fewer control points, values below a thousandth of the mean are not fitted, and the field keeps
/// the mean of the mask. Samples are single voxels: means of blocks mix tissues, and made the field
/// of a finely textured phantom two to three times as wrong.
///
/// - SeeAlso: Tustison et al., IEEE TMI 29(6):1310–1320, 2010; Sled et al., IEEE TMI 17(1):87–97,
///   1998; ITK `N4BiasFieldCorrectionImageFilter`; ANTs `N4BiasFieldCorrection`.
public struct N4BiasCorrection: RestorationMethod {
  /// The stable name of the step.
  public static let name = "n4"

  /// How much coarser the fit's grid is than the volume, per axis: 1 to 16.
  ///
  /// Less is used where fewer than 8 samples along an axis or 4096 in all would be left.
  public var shrink = 4
  /// Where the fit begins.
  public var start = Start.gradients
  /// The most iterations at each fitting level, coarse to fine; 1 to 8 levels, each 0 to 1000.
  public var iterations = [0, 20, 20]
  /// A level ends when std / mean of the change of the field falls to this; 0 never.
  public var convergenceThreshold = 0.0001
  /// Bins of the histogram of log intensities: 16 to 4096.
  public var histogramBins = 200
  /// The noise term of the Wiener filter that deconvolves the histogram: above 0, to 10.
  public var wienerFilterNoise = 0.01
  /// The width at half maximum of the blur that shading adds to the histogram, in log intensity:
  /// above 0, to 10.
  public var fullWidthAtHalfMaximum = 0.1
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

  /// The parameters of ITK's filter.
  public static var itk: N4BiasCorrection {
    var method = N4BiasCorrection()
    method.start = .none
    method.exactGeometry = false
    method.shrink = 1
    method.iterations = [50, 50, 50, 50]
    method.convergenceThreshold = 0.001
    method.fullWidthAtHalfMaximum = 0.15
    method.mask = .all
    return method
  }

  /// Where a fit may begin.
  public enum Start: String, Sendable {
    /// With a smooth field fitted to the slopes of the log intensity inside tissues; what then is
    /// darker than `darkest` of the median takes no part in the levels.
    case gradients
    /// With no field, as N3 and N4 do.
    case none
  }

  /// The least intensity, as a part of the median, that the levels fit after `Start.gradients`:
  /// fluid, air and bone have few voxels of one kind, and noise that the logarithm raises.
  private static let darkest = 0.8

  /// Takes the shading off a volume.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` when no voxel to fit is above 0.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    try validate(for: volume, excluded)
    _ = try calculableRange(of: volume, excluding: excluded)
    let mask = ForegroundMask.mask(mask, of: volume, excluding: excluded)
    let (shading, figures) = try fit(volume, mask, nil, excluded, work)
    let unshaded = shading.apply(
      to: volume, excluding: excluded, mean: exactGeometry ? .kept : .free)
    return Restored(
      volume: unshaded.volume, figures: noting(unshaded, in: figures))
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
    try validate(for: volume, excluded)
    guard mask.dimensions == volume.dimensions,
      weights.map({ $0.count == volume.voxels.count }) ?? true
    else {
      throw RestorationError(
        .invalidParameter, "The mask or the weights of n4 have other dimensions than the volume.")
    }
    let (shading, figures) = try fit(volume, mask, weights, excluded, work)
    let unshaded = shading.apply(
      to: volume, excluding: excluded, mean: exactGeometry ? .kept : .free)
    return N4Correction(
      corrected: unshaded.volume, logBiasField: shading.field(of: volume, shift: unshaded.shift),
      figures: noting(unshaded, in: figures))
  }

  func fit(
    _ volume: Volume, _ mask: Mask, _ weights: [Float]?, _ excluded: Mask?, _ work: Work
  ) throws -> (ShadingCorrection, Figures) {
    let (fitted, count) = fittedVoxels(volume, mask, weights, excluded)
    guard count > 0 else {
      throw RestorationError(
        .unfitVolume, "No voxel that n4 could fit is above 0; check mask and exclusions.")
    }
    var (axes, grid) = try sample(volume, fitted, weights, wanted: min(count, 4096))
    let first =
      start == .gradients
      ? try GradientFit.field(of: volume, fitted: fitted, work: work) : nil
    if let first { grid.begin(with: first.sampled(axes), darkest: Self.darkest) }
    var fit = ShadingFit(grid: grid, axes: axes, method: self)
    try fit.run(work: work)
    try work.checkCancellation()
    let shading = ShadingCorrection(
      axes: axes, lattice: fit.lattice, level: iterations.count - 1, start: first,
      fitted: fitted)
    return (
      shading,
      [
        "start": .text(first == nil ? "none" : "gradients"),
        "iterations": .list(fit.iterationsDone.map { .integer($0) }),
        "convergence": .number(fit.convergence),
        "masked_voxels": .integer(count),
        "shrink": .list(axes.map { .integer($0.shrink) }),
      ]
    )
  }

  func noting(_ unshaded: ShadingCorrection.Unshaded, in figures: Figures) -> Figures {
    var figures = figures
    figures["field_min"] = .number(unshaded.fieldRange.lowerBound)
    figures["field_max"] = .number(unshaded.fieldRange.upperBound)
    return figures
  }

  /// Lays out the fit's grid; for a small object with less shrinking than asked for, until the
  /// histogram of 200 bins has enough samples.
  private func sample(
    _ volume: Volume, _ fitted: Mask, _ weights: [Float]?, wanted: Int
  ) throws -> ([LatticeAxis], ShadingGrid) {
    var method = self
    while true {
      let axes = try method.latticeAxes(for: volume)
      let grid = ShadingGrid(volume, fitted: fitted, weights: weights, axes: axes)
      if grid.count >= wanted || !exactGeometry && grid.count > 0 { return (axes, grid) }
      guard exactGeometry, method.shrink > 1 else {
        throw RestorationError(
          .unfitVolume, "No voxel that n4 could fit is left after shrinking; lower shrink.")
      }
      method.shrink -= 1
    }
  }

  /// The voxels of the mask that have a logarithm and a weight, and how many they are.
  ///
  /// Values below a thousandth of the mean, such as resampling leaves in air, would stretch the
  /// histogram until its bins are wider than the shading it looks for; ITK takes them in.
  private func fittedVoxels(
    _ volume: Volume, _ mask: Mask, _ weights: [Float]?, _ excluded: Mask?
  ) -> (Mask, Int) {
    let parts = slabs(of: volume.voxels.count)
    var (bits, sums): ([UInt8], [(sum: Double, count: Int)]) = filledSummarising(parts: parts) {
      part, room in
      var elements = MutableSpan(_unsafeElements: room)
      let first = parts[part].lowerBound
      ValueChoice.above(
        0, of: volume.voxels, within: mask.bits, excluding: excluded?.bits, in: parts[part],
        into: &elements)
      if let weights {
        for i in elements.indices {
          let weight = weights[first + i]
          if !(weight > 0 && weight < .infinity) { elements[i] = 0 }
        }
      }
      return ValueChoice.sum(of: volume.voxels, from: first, where: elements.span)
    }
    var count = sums.reduce(0) { $0 + $1.count }
    if exactGeometry {
      let mean = sums.reduce(0) { $0 + $1.sum } / Double(max(1, count))
      let floor = Float(mean / 1000)
      let counts = fillSummarising(&bits, parts: parts) { part, elements in
        ValueChoice.drop(
          below: floor, of: volume.voxels, from: parts[part].lowerBound, in: &elements)
      }
      count = counts.reduce(0, +)
    }
    return (Mask(dimensions: volume.dimensions, bits: bits), count)
  }
}
