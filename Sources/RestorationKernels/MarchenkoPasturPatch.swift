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
  /// The patch, measurements fastest; replaced by its signal.
  public var values: [Double]
  /// The variance of the noise in the last patch.
  public private(set) var variance = 0.0
  /// Components of the last patch that were kept.
  public private(set) var kept = 0

  private let eigen: SymmetricEigenvectors
  private var gram: [Double]
  private var means: [Double]
  private var signal: [Double]

  /// Prepares for patches of one size, at least 2 voxels with 2 measurements.
  public init(voxels: Int, measurements: Int) {
    precondition(voxels > 1 && measurements > 1, "one row or column has no noise to part")
    self.voxels = voxels
    self.measurements = measurements
    values = [Double](repeating: 0, count: voxels * measurements)
    signal = values
    means = [Double](repeating: 0, count: measurements)
    let smaller = min(voxels, measurements)
    eigen = SymmetricEigenvectors(count: smaller)
    gram = [Double](repeating: 0, count: smaller * smaller)
  }

  /// Replaces the patch by its signal.
  public func restore() {
    centre()
    fillGram()
    (variance, kept) = (0, 0)
    let spread = (0..<eigen.count).reduce(0) { $0 + gram[$1 * eigen.count + $1] }
    guard spread > 0, eigen.decompose(&gram) else {
      addMeans()
      return
    }
    variance = Self.noiseVariance(eigen.values, voxels: voxels)
    let factor = 1 + (Double(measurements) / Double(voxels)).squareRoot()
    let edge = factor * factor * variance
    let first = eigen.values.firstIndex { $0 >= edge } ?? eigen.count
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
    for m in 0..<measurements { means[m] = 0 }
    for v in 0..<voxels {
      for m in 0..<measurements { means[m] += values[v * measurements + m] }
    }
    for m in 0..<measurements { means[m] /= Double(voxels) }
    for v in 0..<voxels {
      for m in 0..<measurements { values[v * measurements + m] -= means[m] }
    }
  }

  private func addMeans() {
    for v in 0..<voxels {
      for m in 0..<measurements { values[v * measurements + m] += means[m] }
    }
  }

  /// XᵀX / voxels, or XXᵀ / voxels where that is smaller; their values above 0 are the same.
  private func fillGram() {
    let size = eigen.count
    for i in gram.indices { gram[i] = 0 }
    if measurements <= voxels {
      for v in 0..<voxels {
        let start = v * measurements
        for a in 0..<size {
          let value = values[start + a]
          for b in a..<size { gram[a * size + b] += value * values[start + b] }
        }
      }
    } else {
      for a in 0..<size {
        for b in a..<size {
          var sum = 0.0
          for m in 0..<measurements {
            sum += values[a * measurements + m] * values[b * measurements + m]
          }
          gram[a * size + b] = sum
        }
      }
    }
    for a in 0..<size {
      for b in a..<size {
        gram[a * size + b] /= Double(voxels)
        gram[b * size + a] = gram[a * size + b]
      }
    }
  }

  /// Keeps what lies along the eigenvectors from `first` on.
  private func project(from first: Int) {
    for i in signal.indices { signal[i] = 0 }
    for index in first..<eigen.count {
      let vector = Array(eigen.vector(index))
      if measurements <= voxels { addAcross(vector) } else { addAlong(vector) }
    }
    swap(&signal, &values)
  }

  private func addAcross(_ vector: [Double]) {
    for v in 0..<voxels {
      let start = v * measurements
      var part = 0.0
      for m in 0..<measurements { part += values[start + m] * vector[m] }
      for m in 0..<measurements { signal[start + m] += part * vector[m] }
    }
  }

  private func addAlong(_ vector: [Double]) {
    var part = [Double](repeating: 0, count: measurements)
    for v in 0..<voxels {
      for m in 0..<measurements { part[m] += vector[v] * values[v * measurements + m] }
    }
    for v in 0..<voxels {
      for m in 0..<measurements { signal[v * measurements + m] += vector[v] * part[m] }
    }
  }
}
