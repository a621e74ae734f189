import RestorationKernels
import VolumeModel

/// Fits a smooth log field to the slopes of log intensity inside tissues.
///
/// Within one tissue the slope of the log intensity is that of the shading; where two tissues meet
/// it is much steeper, and such places lose their say while the fit narrows what it believes. The
/// contrast between tissues takes no part, so anatomy is not mistaken for shading.
///
/// Minimises sum w ρ(|d - ∂f|²) + λ ∫|f''|² for a cubic spline f of two spans along each axis, with
/// ρ of Geman and McClure, by reweighted least squares.
///
/// - SeeAlso: S. Geman, D. McClure, Bull. Int. Stat. Inst. 52(4):5–21, 1987 (ρ); U. Vovk et al., IEEE
///   TMI 26(3):405–421, 2007 (methods that fit to gradients).
struct GradientFit {
  /// The slopes, per pair of voxels, up to which a place counts as one tissue, from round to round.
  private static let widths = [0.3, 0.15, 0.1, 0.06, 0.04, 0.03, 0.02, 0.015, 0.015]
  /// λ, as a part of the mean weight of a control point.
  private static let stiffness = 0.1
  /// Samples that there must be for each control point.
  private static let leastSamples = 4

  private let samples: GradientSamples
  private let counts: SIMD3<Int>
  private let unknowns: Int
  private let stiff: [Double]
  private var coefficients: [Double]

  /// The field at the voxels of a volume; nil where there is too little to tell it from.
  static func field(of volume: Volume, fitted: Mask, work: Work) throws -> ShadingField? {
    let samples = GradientSamples(volume, fitted: fitted)
    var fit = GradientFit(samples)
    guard samples.count >= leastSamples * fit.unknowns, fit.unknowns > 1 else { return nil }
    for width in widths {
      try work.checkCancellation()
      guard fit.improve(width: width) else { return nil }
    }
    return fit.field(of: volume)
  }

  private init(_ samples: GradientSamples) {
    self.samples = samples
    counts = [samples.axes[0].count, samples.axes[1].count, samples.axes[2].count]
    unknowns = counts.x * counts.y * counts.z
    coefficients = [Double](repeating: 0, count: unknowns)
    stiff = Bending.matrix(counts)
  }

  /// Fits once, with what lies within `width` of the last fit; false when that has no solution.
  private mutating func improve(width: Double) -> Bool {
    let parts = summaries(samples.axes[2].indices.count) { [samples, rows] slice in
      GradientSlice(samples, slice: slice, coefficients: rows, width: width)
    }
    var equations = GradientEquations(counts: counts)
    for (slice, part) in parts.enumerated() {
      equations.add(part, z: samples.axes[2].columns, at: slice)
    }
    var matrix = equations.matrix
    let mean = (0..<unknowns).reduce(0) { $0 + matrix[$1 * unknowns + $1] } / Double(unknowns)
    guard mean > 0, mean.isFinite else { return false }
    for i in matrix.indices { matrix[i] += Self.stiffness * mean * stiff[i] }
    // The constant is free; this holds it near 0.
    for i in 0..<unknowns { matrix[i * unknowns + i] += 1e-7 * mean }
    guard let solution = NormalEquations.solve(matrix, equations.right) else { return false }
    coefficients = solution
    return true
  }

  /// The coefficients as rows of control points along x, as many along y and z as there is room for.
  private var rows: [SIMD8<Double>] {
    let most = SplineColumns.most
    var rows = [SIMD8<Double>](repeating: .zero, count: most * most)
    for (i, coefficient) in coefficients.enumerated() {
      let (line, x) = i.quotientAndRemainder(dividingBy: counts.x)
      let (z, y) = line.quotientAndRemainder(dividingBy: counts.y)
      rows[z * most + y][x] = coefficient
    }
    return rows
  }

  private func field(of volume: Volume) -> ShadingField {
    let bases = (0..<3).map { GradientAxis.voxelBasis(voxels: volume.dimensions[$0]) }
    var lattice = SplineLattice(counts: [bases[0].stored, bases[1].stored, bases[2].stored])
    for z in 0..<counts.z {
      for y in 0..<counts.y {
        for x in 0..<counts.x {
          lattice.coefficients[(z * bases[1].stored + y) * bases[0].stored + x] =
            coefficients[(z * counts.y + y) * counts.x + x]
        }
      }
    }
    return ShadingField(lattice: lattice, x: bases[0], y: bases[1], z: bases[2])
  }
}
