/// One axis of the fit: which voxels are sampled, and where they lie on the lattice.
struct LatticeAxis {
  /// The order of the B-spline: `splineOrder`, less on an axis with too few samples.
  let order: Int
  /// Spans of the first level.
  let spans: Int
  /// How often spans may be doubled; further levels leave this axis as it is.
  let doublings: Int
  /// The voxels that the fit's grid samples.
  let indices: [Int]
  /// Voxels from sample to sample.
  let shrink: Int
  /// Where the samples lie, as fractions of the lattice's extent.
  private let samples: [Double]
  private let sampleStep: Double
  /// Where all voxels lie, as fractions of the lattice's extent.
  private let voxels: [Double]
  private let voxelStep: Double

  /// Lays an axis out.
  ///
  /// - Parameters:
  ///   - count: Voxels along the axis.
  ///   - spacing: mm between them.
  ///   - finest: mm between voxels along the axis where they are closest.
  ///   - controlPoints: Control points of the first level, unless the method has a spline distance.
  ///   - method: The parameters.
  init(
    count: Int, spacing: Double, finest: Double, controlPoints: Int, method: N4BiasCorrection
  ) {
    let domain = Domain(count: count, spacing: spacing, distance: method.splineDistance)
    let wanted = domain.spans ?? controlPoints - method.splineOrder
    let last = Double(max(domain.padded - 1, 1))
    voxels = (0..<count).map { domain.padded > 1 ? Double($0 + domain.before) / last : 0.5 }
    voxelStep = 1 / last
    let available: Int
    if method.exactGeometry {
      shrink = Self.shrink(Double(method.shrink) * finest / spacing, count)
      indices = Self.indices(count, shrink)
      samples = indices.map { [voxels] in voxels[$0] }
      sampleStep = voxelStep
      available = samples.count
      spans = min(wanted, max(1, available - 1))
    } else {
      shrink = method.shrink
      let layout = StretchedSamples(domain: domain, count: count, shrink: shrink)
      indices = layout.indices
      samples = layout.positions
      sampleStep = layout.step
      available = layout.padded
      spans = available > 1 ? wanted : 1
    }
    order = min(method.splineOrder, available - 1)
    let limit = method.exactGeometry ? max(1, available - 1) : available > 1 ? Int.max >> 8 : 1
    var (doublings, reached) = (0, spans)
    while doublings < 8, reached * 2 <= limit {
      (doublings, reached) = (doublings + 1, reached * 2)
    }
    self.doublings = doublings
  }

  /// Spans at a level.
  func spans(level: Int) -> Int { spans << min(level, doublings) }

  /// The B-splines of a level at the samples of the fit.
  func basis(level: Int) -> SplineBasis {
    SplineBasis(order: order, spans: spans(level: level), positions: samples, step: sampleStep)
  }

  /// The B-splines of a level at the voxels of the volume.
  func voxelBasis(level: Int) -> SplineBasis {
    SplineBasis(order: order, spans: spans(level: level), positions: voxels, step: voxelStep)
  }

  /// As many voxels to a sample as wanted, but such that 8 samples are left where there are as many
  /// voxels.
  private static func shrink(_ wanted: Double, _ count: Int) -> Int {
    max(1, min(Int(wanted.rounded()), count / 8))
  }

  /// As many samples as fit, centred.
  private static func indices(_ count: Int, _ shrink: Int) -> [Int] {
    Array(stride(from: (count - 1) % shrink / 2, to: count, by: shrink))
  }
}

/// What the lattice spans along one axis: the volume, and what a given spline distance needs
/// beyond it.
private struct Domain {
  /// Spans that the distance asks for; nil without one.
  let spans: Int?
  /// Voxels before the volume.
  let before: Int
  /// Voxels of the volume and on both sides of it.
  let padded: Int

  /// Rounds as ANTs does: the spans cover the extent, the surplus is shared, the odd voxel behind.
  init(count: Int, spacing: Double, distance: Double?) {
    guard let distance, count > 1 else {
      (spans, before, padded) = (nil, 0, count)
      return
    }
    let extent = Double(count - 1) * spacing
    let spans = min(max(1, (extent / distance).rounded(.up)), 1e6)
    let extra = Int((spans * distance - extent) / spacing + 0.5)
    self.spans = Int(spans)
    before = extra / 2
    padded = count + extra
  }
}

/// The samples that ITK's `ShrinkImageFilter` takes, with the lattice stretched over them.
private struct StretchedSamples {
  /// The voxels that are sampled.
  private(set) var indices: [Int] = []
  /// Where each lies, as a fraction of the extent of all samples.
  private(set) var positions: [Double] = []
  /// All samples, with those in the padding.
  let padded: Int
  let step: Double

  init(domain: Domain, count: Int, shrink: Int) {
    padded = max(1, domain.padded / shrink)
    step = 1 / Double(max(padded - 1, 1))
    let centred = Double(domain.padded - 1) / 2 - Double((padded - 1) * shrink) / 2
    let offset = Int((centred + 0.5).rounded(.down))
    for sample in 0..<padded {
      let index = sample * shrink + offset - domain.before
      guard (0..<count).contains(index) else { continue }
      indices.append(index)
      positions.append(padded > 1 ? Double(sample) * step : 0.5)
    }
  }
}
