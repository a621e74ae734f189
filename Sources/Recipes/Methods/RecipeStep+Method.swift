public import Restoration

extension RecipeStep {
  /// The method that does this step, with its parameters set.
  ///
  /// - Parameter modality: Decides the defaults; nil when unknown.
  /// - Returns: The method, ready to apply.
  /// - Throws: `RestorationError` when the parameters contradict each other.
  public func method(for modality: String?) throws -> any RestorationMethod {
    let parameters = ResolvedParameters(self, for: modality)
    switch name {
    case N4BiasCorrection.name: return n4(parameters)
    case NonLocalMeans.name: return nonLocalMeans(parameters, for: modality)
    case WaveletShrinkage.name: return wavelet(parameters)
    case GaussianSmoothing.name: return gaussian(parameters)
    case MedianFilter.name:
      return MedianFilter(
        radius: parameters.integer("radius") ?? 1, dimensions: filterDimensions(parameters))
    case BilateralFilter.name:
      return BilateralFilter(
        spatialSigma: parameters.number("spatial_sigma") ?? 1.5,
        rangeSigma: parameters.number("range_sigma"), radius: parameters.integer("radius"),
        dimensions: filterDimensions(parameters))
    case ClaheEqualization.name: return clahe(parameters)
    case MetalArtifactReduction.name: return metalArtifact(parameters)
    case MotionSuppression.name: return motion(parameters)
    case Resampling.name: return resampling(parameters)
    case GibbsUnringing.name: return try gibbs(parameters)
    case PrincipalComponentDenoising.name: return principalComponents(parameters)
    case GridlineSuppression.name: return gridlines(parameters)
    case SpeckleReduction.name: return speckle(parameters)
    case RingSuppression.name: return rings(parameters)
    default: throw RecipeError("there is no step '\(name)'")
    }
  }
}

private func filterDimensions(_ parameters: ResolvedParameters) -> FilterDimensions {
  switch parameters.integer("dimensions") {
  case 2: .two
  case 3: .three
  default: .auto
  }
}

private func n4(_ parameters: ResolvedParameters) -> N4BiasCorrection {
  var method = N4BiasCorrection()
  method.shrink = parameters.integer("shrink") ?? method.shrink
  method.start = parameters.word("start").flatMap(N4BiasCorrection.Start.init) ?? method.start
  method.iterations = parameters.integers("iterations") ?? method.iterations
  method.convergenceThreshold = parameters.number("convergence") ?? method.convergenceThreshold
  method.histogramBins = parameters.integer("bins") ?? method.histogramBins
  method.wienerFilterNoise = parameters.number("noise") ?? method.wienerFilterNoise
  method.fullWidthAtHalfMaximum = parameters.number("fwhm") ?? method.fullWidthAtHalfMaximum
  method.controlPoints = SIMD3(repeating: parameters.integer("control_points") ?? 4)
  let distance = parameters.number("spline_distance") ?? 0
  method.splineDistance = distance > 0 ? distance : nil
  method.mask = parameters.word("mask").flatMap(MaskChoice.init) ?? method.mask
  method.exactGeometry = parameters.flag("exact_geometry") ?? method.exactGeometry
  return method
}

private func nonLocalMeans(_ parameters: ResolvedParameters, for modality: String?) -> NonLocalMeans
{
  let noise: NoiseModel =
    switch parameters.word("noise") {
    case "rician": .rician
    case "gaussian": .gaussian
    case "correlated": .correlated
    default: standardNoise(of: modality)
    }
  let variant: NonLocalMeans.Variant =
    switch parameters.word("variant") {
    case "rotation_invariant": .rotationInvariant
    case "plain": .plain
    default: .classic
    }
  return NonLocalMeans(
    noise: noise, sigma: parameters.number("sigma"),
    strength: parameters.number("strength") ?? 0.8, patchRadius: parameters.integer("patch"),
    searchRadius: parameters.integer("search"), dimensions: filterDimensions(parameters),
    variant: variant)
}

private func standardNoise(of modality: String?) -> NoiseModel {
  switch modality {
  case "MR": .rician
  case "CT", "US": .correlated
  default: .gaussian
  }
}

private func wavelet(_ parameters: ResolvedParameters) -> WaveletShrinkage {
  var method = WaveletShrinkage()
  method.levels = parameters.integer("levels")
  method.mode = parameters.word("boundary").flatMap(WaveletExtension.init) ?? method.mode
  method.shrinkage =
    parameters.word("shrinkage").flatMap(WaveletShrinkage.Shrinkage.init) ?? method.shrinkage
  method.sigma = parameters.number("sigma")
  method.strength = parameters.number("strength") ?? method.strength
  method.undecimated = parameters.flag("undecimated") ?? method.undecimated
  method.noise = parameters.word("noise") == "level_dependent" ? .levelDependent : .white
  let wavelet = parameters.word("wavelet").flatMap { $0 == "auto" ? nil : $0 }
  let allowsBlocks =
    wavelet == nil && method.undecimated && method.noise == .white && method.mode == .symmetric
    && method.shrinkage == .soft
  method.threshold =
    switch parameters.word("threshold") {
    case "universal": .universal
    case "bayes": .bayes
    case "local": .local
    default: parameters.number("threshold").map { .value($0) } ?? (allowsBlocks ? .local : .bayes)
    }
  method.wavelet = wavelet ?? (method.threshold == .local ? "haar" : "db4")
  switch parameters.integer("dimensions") {
  case 2: method.dimensions = .two
  case 3: method.dimensions = .three
  default: method.dimensions = .auto
  }
  return method
}

private func gaussian(_ parameters: ResolvedParameters) -> GaussianSmoothing {
  GaussianSmoothing(
    sigma: parameters.number("sigma") ?? 1,
    unit: parameters.word("unit") == "mm" ? .mm : .voxels,
    dimensions: filterDimensions(parameters))
}

private func clahe(_ parameters: ResolvedParameters) -> ClaheEqualization {
  var method = ClaheEqualization()
  method.clipLimit = parameters.number("clip") ?? method.clipLimit
  if let tiles = parameters.integers("tiles"), let first = tiles.first {
    method.tiles = SIMD2(first, tiles.last ?? first)
  }
  method.bins = parameters.integer("bins")
  method.mode = parameters.word("mode") == "opencv" ? .openCV : .depthNormalised
  method.presentation = parameters.flag("presentation") ?? method.presentation
  return method
}

private func metalArtifact(_ parameters: ResolvedParameters) -> MetalArtifactReduction {
  var method = MetalArtifactReduction()
  method.method = parameters.word("method") == "li" ? .linearInterpolation : .nmar
  method.thresholdHU = parameters.number("threshold") ?? method.thresholdHU
  method.angles = parameters.integer("angles")
  method.minimumArea = parameters.integer("min_area") ?? method.minimumArea
  return method
}

private func motion(_ parameters: ResolvedParameters) -> MotionSuppression {
  var method = MotionSuppression()
  method.axis = parameters.word("axis").flatMap(MotionSuppression.Axis.init) ?? .auto
  method.strength = parameters.number("strength") ?? method.strength
  return method
}

private func resampling(_ parameters: ResolvedParameters) -> Resampling {
  var method = Resampling()
  method.spacing = axes(parameters.numbers("spacing"))
  method.factor = axes(parameters.numbers("factor"))
  method.interpolation =
    parameters.word("interpolation").flatMap(Resampling.Interpolation.init)
    ?? method.interpolation
  return method
}

/// Three numbers, from three or from one for all axes; nil when nothing is said.
private func axes(_ numbers: [Double]?) -> SIMD3<Double>? {
  switch numbers?.count {
  case 1: numbers.map { SIMD3(repeating: $0[0]) }
  case 3: numbers.map { SIMD3($0[0], $0[1], $0[2]) }
  default: nil
  }
}
