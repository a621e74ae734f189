/// Parts the signal of a patch of voxels, measured many times, from its noise.
///
/// The voxels of a patch, each with its measurements, make a matrix of few large singular values; the
/// others are those of noise, and lie where Marchenko and Pastur say. Components below their edge are
/// taken out. One object serves one thread.
///
/// - SeeAlso: J. Veraart et al., NeuroImage 142:394–406, 2016; DIPY `mppca`.
public final class MarchenkoPasturPatch {
  /// Voxels of a patch.
  public let voxels: Int
  /// Measurements of each voxel.
  public let measurements: Int
  /// The variance of the noise in the last patch.
  public private(set) var variance = 0.0
  /// Components of the last patch that were kept.
  public private(set) var kept = 0

  /// A row for each voxel: its measurements less their means, then the signal.
  private let samples: DoubleRows
  /// The same, or with rows for columns where these are fewer: the matrix that is taken apart.
  private let factor: DoubleRows
  private let signal: DoubleRows
  private let means: DoubleRows
  private let eigen: SymmetricEigenvectors
  /// Takes a row of `factor` to what is kept of it.
  private let projection: DoubleRows

  /// Prepares for patches of one size, at least 2 voxels with 2 measurements.
  public init(voxels: Int, measurements: Int) {
    precondition(voxels > 1 && measurements > 1, "one row or column has no noise to part")
    (self.voxels, self.measurements) = (voxels, measurements)
    let (smaller, larger) = (min(voxels, measurements), max(voxels, measurements))
    samples = DoubleRows(rows: voxels, columns: measurements)
    factor = measurements <= voxels ? samples : DoubleRows(rows: larger, columns: smaller)
    signal = DoubleRows(rows: larger, columns: smaller)
    means = DoubleRows(rows: 2, columns: measurements)
    eigen = SymmetricEigenvectors(count: smaller)
    projection = DoubleRows(rows: smaller, columns: smaller)
  }

  /// Takes up neighbouring voxels.
  ///
  /// - Parameters:
  ///   - source: Their measurements, one voxel after the other.
  ///   - count: How many voxels.
  ///   - first: The place of the first one in the patch.
  public func load(_ source: UnsafePointer<Float>, count: Int, at first: Int) {
    for v in 0..<count {
      let (row, values) = (samples[first + v], source + v * measurements)
      for m in 0..<measurements { row[m] = Double(values[m]) }
    }
  }

  /// Adds the signal of neighbouring voxels, weighted, to sums in the order of `load`.
  public func addSignal(
    weight: Float, to sums: UnsafeMutablePointer<Float>, count: Int, from first: Int
  ) {
    for v in 0..<count {
      let (row, target) = (samples[first + v], sums + v * measurements)
      for m in 0..<measurements { target[m] += weight * Float(row[m]) }
    }
  }

  /// Replaces the patch by its signal.
  public func restore() {
    centre()
    if factor !== samples { factor.becomeTransposed(samples) }
    eigen.matrix.becomeGram(of: factor, scale: 1 / Double(voxels))
    (variance, kept) = (0, 0)
    let spread = (0..<eigen.count).reduce(0) { $0 + eigen.matrix[$1][$1] }
    guard spread > 0, eigen.decompose() else { return addMeans() }
    variance = Self.noiseVariance(eigen.values, voxels: voxels)
    let edge = 1 + (Double(measurements) / Double(voxels)).squareRoot()
    let first = eigen.values.firstIndex { $0 >= edge * edge * variance } ?? eigen.count
    kept = eigen.count - first
    project(from: first)
    addMeans()
  }

  /// The variance of noise whose eigenvalues these contain.
  ///
  /// - Parameters:
  ///   - eigenvalues: Of the covariance of the patch, ascending.
  ///   - voxels: Voxels of the patch, whose mean was taken off.
  /// - Returns: The mean of the values that Marchenko and Pastur allow.
  public static func noiseVariance(_ eigenvalues: [Double], voxels: Int) -> Double {
    let values = eigenvalues.suffix(max(1, voxels - 1)).map { max(0, $0) }
    var sum = values.reduce(0, +)
    var last = values.count - 1
    while last > 0 {
      let mean = sum / Double(last + 1)
      let width = 4 * (Double(last + 1) / Double(voxels)).squareRoot() * mean
      if values[last] - values[0] <= width { break }
      sum -= values[last]
      last -= 1
    }
    return max(0, sum) / Double(last + 1)
  }

  private func centre() {
    let (sums, less) = (means[0], means[1])
    for m in 0..<measurements { sums[m] = 0 }
    for v in 0..<voxels {
      for m in 0..<measurements { sums[m] += samples[v][m] }
    }
    for m in 0..<measurements {
      sums[m] /= Double(voxels)
      less[m] = -sums[m]
    }
    add(less)
  }

  private func addMeans() { add(means[0]) }

  private func add(_ line: UnsafeMutablePointer<Double>) {
    for v in 0..<voxels {
      let row = samples[v]
      for m in 0..<measurements { row[m] += line[m] }
    }
  }

  /// Keeps what lies along the eigenvectors from `first` on: factor · Σ vector vectorᵀ.
  private func project(from first: Int) {
    projection.clear()
    for index in first..<eigen.count {
      let vector = eigen.vector(index)
      projection.add(vector, times: vector, to: 0..<eigen.count, from: 0)
    }
    for row in 0..<factor.rows {
      projection.combine(0..<eigen.count, weights: factor[row], from: 0, into: signal[row])
    }
    if factor === samples { samples.become(signal) } else { samples.becomeTransposed(signal) }
  }
}
