internal import RestorationKernels
internal import Synchronization
public import VolumeModel

/// Takes noise out of scans of many volumes by the law that noise alone obeys (MP-PCA).
///
/// Around each voxel, the patch of all volumes is parted into principal components, and those that
/// Marchenko and Pastur's law gives to noise are taken out. Each voxel is the mean of what all the
/// patches that hold it say, weighted by 1 / (1 + components kept). Needs no noise level, and keeps
/// what only some volumes show, as diffusion does.
///
/// - SeeAlso: J. Veraart et al., NeuroImage 142:394–406, 2016; J. Manjón et al., PLoS ONE
///   8(9):e73021, 2013 (the weights); DIPY `mppca`.
public struct PrincipalComponentDenoising: JointRestoration {
  /// The stable name of the step.
  public static let name = "mppca"

  /// The radius of the patches in voxels: 1 to 4; less along an axis that has fewer voxels.
  public var patchRadius = 2

  /// Fewer volumes do not show the law.
  static let leastVolumes = 8

  /// Creates a method with the usual parameters.
  public init() {}

  /// Refuses: one volume shows no law.
  ///
  /// - Throws: `RestorationError`, code `.unfitVolume`.
  public func apply(to volume: Volume, excluding excluded: Mask?, work: Work) throws -> Restored {
    throw RestorationError(
      .unfitVolume,
      "mppca needs a scan of at least \(Self.leastVolumes) volumes on one grid, this is one volume")
  }

  /// Restores all volumes together.
  ///
  /// - Throws: `RestorationError`: `.unfitVolume` for fewer than 8 volumes, or a grid of one voxel;
  ///   `.invalidParameter` when the grids differ.
  public func apply(
    together volumes: [Volume], excluding excluded: [Mask?], work: Work
  ) throws -> (volumes: [Volume], figures: Figures) {
    try check(patchRadius, "patch", in: 1...4)
    guard volumes.count >= Self.leastVolumes, let first = volumes.first else {
      throw RestorationError(
        .unfitVolume,
        "mppca needs at least \(Self.leastVolumes) volumes, this scan has \(volumes.count)")
    }
    guard volumes.allSatisfy({ $0.dimensions == first.dimensions }),
      excluded.count == volumes.count
    else {
      throw RestorationError(.invalidParameter, "the volumes of mppca lie on different grids")
    }
    let radius = SIMD3(repeating: patchRadius).clamped(
      lowerBound: .zero, upperBound: (first.dimensions &- 1) / 2)
    guard (2 &* radius &+ 1) != SIMD3(repeating: 1) else {
      throw RestorationError(.unfitVolume, "mppca needs at least 3 voxels along an axis")
    }
    let usable = try zip(volumes, excluded).map {
      try usableExclusions(of: $0, excluding: $1)
    }
    let ranges = try zip(volumes, usable).map {
      try calculableRange(of: $0, excluding: $1, upTo: 1e37)
    }
    var pass = PatchPass(dimensions: first.dimensions, count: volumes.count, radius: radius)
    pass.load(volumes, usable)
    try pass.run(work: work)
    let restored = volumes.indices.map { index in
      // What has one value has no noise, and no rounding either.
      if let range = ranges[index], range.lowerBound == range.upperBound { return volumes[index] }
      var voxels = pass.volume(index, isMagnitude: !volumes[index].voxels.contains { $0 < 0 })
      keepExcluded(usable[index], of: volumes[index], in: &voxels)
      return volumes[index].replacingVoxels(voxels)
    }
    return (restored, pass.figures)
  }
}
