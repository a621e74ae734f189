import RestorationKernels

extension RestorationMethod {
  /// Any slice, unless the method knows better.
  public func sliceReach(on grid: VolumeGrid) -> Double { .infinity }
}

// MARK: Slice by slice

extension ClaheEqualization {
  /// Each slice by itself.
  public func sliceReach(on grid: VolumeGrid) -> Double { 0 }
}

extension GridlineSuppression {
  /// Each slice by itself.
  public func sliceReach(on grid: VolumeGrid) -> Double { 0 }
}

extension RingSuppression {
  /// Each slice by itself.
  public func sliceReach(on grid: VolumeGrid) -> Double { 0 }
}

extension MotionSuppression {
  /// Each slice by itself.
  public func sliceReach(on grid: VolumeGrid) -> Double { 0 }
}

extension N4BiasCorrection {
  /// Each voxel is divided by its shading, which is one estimate for the whole scan.
  public func sliceReach(on grid: VolumeGrid) -> Double { 0 }
}

extension MetalArtifactReduction {
  /// What is metal is told by the slices next to it; the rest happens in the slice.
  public func sliceReach(on grid: VolumeGrid) -> Double { grid.dimensions.z > 1 ? 1 : 0 }
}

extension GibbsUnringing {
  /// Each slice by itself; where it takes slices across the stored ones, all of these.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    axis(on: grid) == .z ? 0 : .infinity
  }
}

// MARK: Across slices

extension GaussianSmoothing {
  /// Where the bell is cut.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    guard dimensions.crossesSlices(of: grid) else { return 0 }
    let voxels = unit == .mm ? sigma / grid.voxelSpacing.z : sigma
    // Sigmas beyond this are refused when the step is applied.
    return (0...1_000).contains(voxels) ? Double(GaussianBell(sigma: voxels).radius) : .infinity
  }
}

extension MedianFilter {
  /// The radius.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    dimensions.crossesSlices(of: grid) ? Double(radius) : 0
  }
}

extension BilateralFilter {
  /// The radius.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    guard dimensions.crossesSlices(of: grid) else { return 0 }
    return Double(radius ?? min(15, Int((2 * spatialSigma).rounded(.up))))
  }
}

extension NonLocalMeans {
  /// The search window and the surroundings that are compared: patches, or the pilot's mean and
  /// its transformed blocks.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    guard dimensions.crossesSlices(of: grid) else { return 0 }
    let surroundings =
      variant == .rotationInvariant ? CosineShrinkageTile.side : patchRadius ?? 1
    return Double((searchRadius ?? 3) + surroundings)
  }
}

extension WaveletShrinkage {
  /// The filters of all levels, there and back; with blocks the neighbours of one.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    let axes = transformedAxes(of: grid)
    guard axes.contains(2) else { return 0 }
    // A wavelet that is not known is refused when the step is applied.
    guard let bank = try? WaveletFilterBank(named: wavelet) else { return .infinity }
    let levels = levelCount(of: grid.dimensions, axes: axes, filterLength: bank.length)
    let neighbours = threshold == .local ? 1.0 : 0
    return Double(bank.length - 1) * Double((1 << min(levels, 40)) - 1) + neighbours
  }
}

extension PrincipalComponentDenoising {
  /// The patches that hold a voxel.
  public func sliceReach(on grid: VolumeGrid) -> Double { 2 * Double(patchRadius) }
}

extension Resampling {
  /// The kernel, widened where the grid becomes coarser; the nearest slice of the source lies half
  /// a slice off at most.
  public func sliceReach(on grid: VolumeGrid) -> Double {
    let step = resultGrid(of: grid).voxelSpacing.z / grid.voxelSpacing.z
    guard step != 1 else { return 0 }
    guard step.isFinite else { return .infinity }
    let width = antialias && interpolation != .nearest ? max(step, 1) : 1
    return (interpolation.radius * width + 0.5).rounded(.down)
  }
}
