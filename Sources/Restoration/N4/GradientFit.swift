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
    let slices = samples.axes[2].indices.count
    let parts = summaries(slices) { [samples, coefficients] slice in
      GradientSlice(samples, slice: slice, coefficients: coefficients, width: width)
    }
    var blocks = [Double](repeating: 0, count: unknowns * unknowns)
    var right = [Double](repeating: 0, count: unknowns)
    for (slice, part) in parts.enumerated() {
      part.add(to: &blocks, &right, z: samples.axes[2], at: slice, counts)
    }
    var matrix = GradientSlice.matrix(of: blocks, counts)
    let mean = (0..<unknowns).reduce(0) { $0 + matrix[$1 * unknowns + $1] } / Double(unknowns)
    guard mean > 0, mean.isFinite else { return false }
    for i in matrix.indices { matrix[i] += Self.stiffness * mean * stiff[i] }
    // The constant is free; this holds it near 0.
    for i in 0..<unknowns { matrix[i * unknowns + i] += 1e-7 * mean }
    guard let solution = NormalEquations.solve(matrix, right) else { return false }
    coefficients = solution
    return true
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

/// The part of the normal equations that one slice of samples gives, before its B-splines along z.
///
/// Products of B-splines factor along the axes like the B-splines themselves, so the sums over
/// samples are taken along x, then y, then z: some 70 operations for a sample instead of thousands.
private struct GradientSlice {
  /// Products of two B-splines along x and of two along y: for differences along x, y and z.
  private var squares: [[Double]]
  /// B-splines along x and y times the difference, for the same.
  private var moments: [[Double]]

  init(_ samples: GradientSamples, slice: Int, coefficients: [Double], width: Double) {
    let (x, y, z) = (samples.axes[0], samples.axes[1], samples.axes[2])
    let pairs = (x: x.count * x.count, y: y.count * y.count)
    squares = Array(repeating: Array(repeating: 0, count: pairs.x * pairs.y), count: 3)
    moments = Array(repeating: Array(repeating: 0, count: x.count * y.count), count: 3)
    let plain = Self.contracted(coefficients, z.values[slice], inner: x.count * y.count)
    let steep = Self.contracted(coefficients, z.differences[slice], inner: x.count * y.count)
    for line in y.indices.indices {
      let bases = [y.values[line], y.differences[line], y.values[line]]
      let rows = [
        Self.contracted(plain, bases[0], inner: x.count),
        Self.contracted(plain, bases[1], inner: x.count),
        Self.contracted(steep, bases[2], inner: x.count),
      ]
      var sums = RowSums(count: x.count)
      let start = (slice * y.indices.count + line) * x.indices.count
      for i in x.indices.indices where samples.weights[start + i] > 0 {
        let difference = SIMD3<Double>(samples.differences[start + i])
        sums.add(
          x.values[i], x.differences[i], difference, rows, Double(samples.weights[start + i]), width
        )
      }
      for axis in 0..<3 { add(sums, axis, bases[axis], width: x.count) }
    }
  }

  private mutating func add(_ sums: RowSums, _ axis: Int, _ basis: [Double], width: Int) {
    let square = axis == 0 ? sums.steepSquares : sums.plainSquares
    for a in basis.indices {
      for i in 0..<width {
        moments[axis][a * width + i] += basis[a] * sums.moments[axis * width + i]
      }
      for b in basis.indices {
        let start = (a * basis.count + b) * square.count
        let weight = basis[a] * basis[b]
        for i in square.indices { squares[axis][start + i] += weight * square[i] }
      }
    }
  }

  /// Adds the slice, times its B-splines along z, to the normal equations.
  ///
  /// - Parameters:
  ///   - blocks: The matrix, for each pair of control points along z in the order of `squares`.
  ///   - right: The right-hand side.
  ///   - z: The axis.
  ///   - slice: Which of its places this is.
  ///   - counts: Control points along x, y and z.
  func add(
    to blocks: inout [Double], _ right: inout [Double], z: GradientAxis, at slice: Int,
    _ counts: SIMD3<Int>
  ) {
    let plane = counts.x * counts.y
    var blocks = blocks.mutableSpan
    var right = right.mutableSpan
    for axis in 0..<3 {
      let square = squares[axis]
      let basis = axis == 2 ? z.differences[slice] : z.values[slice]
      for a in 0..<counts.z where basis[a] != 0 {
        for i in 0..<plane { right[a * plane + i] += basis[a] * moments[axis][i] }
        for b in 0..<counts.z where basis[b] != 0 {
          let weight = basis[a] * basis[b]
          let start = (a * counts.z + b) * square.count
          for i in square.indices { blocks[start + i] += weight * square[i] }
        }
      }
    }
  }

  /// The matrix of the normal equations, row by row, from its blocks.
  static func matrix(of blocks: [Double], _ counts: SIMD3<Int>) -> [Double] {
    let plane = counts.x * counts.y
    let unknowns = plane * counts.z
    var matrix = [Double](repeating: 0, count: unknowns * unknowns)
    for i in 0..<unknowns {
      let (a, p) = i.quotientAndRemainder(dividingBy: plane)
      let (py, px) = p.quotientAndRemainder(dividingBy: counts.x)
      for j in 0..<unknowns {
        let (b, q) = j.quotientAndRemainder(dividingBy: plane)
        let (qy, qx) = q.quotientAndRemainder(dividingBy: counts.x)
        let from = (py * counts.y + qy) * counts.x * counts.x + px * counts.x + qx
        matrix[i * unknowns + j] = blocks[(a * counts.z + b) * plane * plane + from]
      }
    }
    return matrix
  }

  private static func contracted(
    _ coefficients: [Double], _ basis: [Double], inner: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: inner)
    for (a, weight) in basis.enumerated() where weight != 0 {
      for i in 0..<inner { result[i] += weight * coefficients[a * inner + i] }
    }
    return result
  }
}

/// The sums along one row.
private struct RowSums {
  private(set) var plainSquares: [Double]
  private(set) var steepSquares: [Double]
  /// For differences along x, then y, then z.
  private(set) var moments: [Double]
  private let count: Int

  init(count: Int) {
    self.count = count
    plainSquares = Array(repeating: 0, count: count * count)
    steepSquares = plainSquares
    moments = Array(repeating: 0, count: 3 * count)
  }

  mutating func add(
    _ plain: [Double], _ steep: [Double], _ difference: SIMD3<Double>, _ rows: [[Double]],
    _ weight: Double, _ width: Double
  ) {
    var slope = SIMD3<Double>()
    for i in 0..<count {
      slope.x += rows[0][i] * steep[i]
      slope.y += rows[1][i] * plain[i]
      slope.z += rows[2][i] * plain[i]
    }
    let residual = difference - slope
    let distance = 1 + (residual * residual).sum() / (width * width)
    let weight = weight / (distance * distance)
    let weighted = difference * weight
    for i in 0..<count {
      moments[i] += weighted.x * steep[i]
      moments[count + i] += weighted.y * plain[i]
      moments[2 * count + i] += weighted.z * plain[i]
    }
    Self.add(plain, weight, to: &plainSquares)
    Self.add(steep, weight, to: &steepSquares)
  }

  private static func add(_ basis: [Double], _ weight: Double, to squares: inout [Double]) {
    var squares = squares.mutableSpan
    for i in basis.indices {
      for j in basis.indices {
        squares[i * basis.count + j] += weight * basis[i] * basis[j]
      }
    }
  }
}
