import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Patches of MP-PCA")
struct MarchenkoPasturTests {
  /// Two signals over all voxels, with noise; measurements of a voxel side by side.
  private func patch(voxels: Int, measurements: Int) -> [Float] {
    var random = SplitMix64(seed: UInt64(voxels * 1000 + measurements))
    let shapes = (0..<2).map { _ in (0..<measurements).map { _ in 40 * random.normal() } }
    return (0..<voxels).flatMap { _ in
      let parts = [random.normal(), random.normal()]
      return (0..<measurements).map {
        Float(300 + parts[0] * shapes[0][$0] + parts[1] * shapes[1][$0] + random.normal())
      }
    }
  }

  private func load(
    _ values: [Float], into kernel: MarchenkoPasturPatch, from first: Int, count: Int
  ) {
    let part = Array(values[(first * kernel.measurements)...])
    unsafe part.withUnsafeBufferPointer {
      guard let start = $0.baseAddress else { return }
      unsafe kernel.load(start, count: count, at: first)
    }
  }

  private func add(
    _ weight: Float, of kernel: MarchenkoPasturPatch, to sums: inout [Float], from first: Int,
    count: Int
  ) {
    unsafe sums.withUnsafeMutableBufferPointer {
      guard let start = $0.baseAddress else { return }
      unsafe kernel.addSignal(
        weight: weight, to: start + first * kernel.measurements, count: count, from: first)
    }
  }

  @Test(
    "The signal is what the plain definition keeps",
    arguments: [[27, 9], [8, 20], [125, 32], [5, 5], [2, 3], [9, 2]])
  func plain(sides: [Int]) {
    let (voxels, measurements) = (sides[0], sides[1])
    let values = patch(voxels: voxels, measurements: measurements)
    let kernel = MarchenkoPasturPatch(voxels: voxels, measurements: measurements)
    // In two parts, as rows of a patch come, and twice, for nothing may be left of what was before.
    for _ in 0..<2 {
      load(values, into: kernel, from: 0, count: 1)
      load(values, into: kernel, from: 1, count: voxels - 1)
      kernel.restore()
    }
    var sums = [Float](repeating: 1, count: values.count)
    add(0.5, of: kernel, to: &sums, from: 0, count: voxels - 1)
    add(0.5, of: kernel, to: &sums, from: voxels - 1, count: 1)
    let wanted = PlainPatch(values.map(Double.init), voxels: voxels, measurements: measurements)
    #expect(kernel.kept == wanted.kept)
    #expect(abs(kernel.variance - wanted.variance) < 1e-9 * (1 + wanted.variance))
    for (sum, signal) in zip(sums, wanted.signal) {
      #expect(abs(Double(sum) - (1 + signal / 2)) < 1e-4)
    }
  }

  @Test("Equal voxels have no noise, and come out as they were")
  func constant() {
    let kernel = MarchenkoPasturPatch(voxels: 12, measurements: 7)
    let values = (0..<84).map { Float($0 % 7) }
    load(values, into: kernel, from: 0, count: 12)
    kernel.restore()
    var sums = [Float](repeating: 0, count: 84)
    add(1, of: kernel, to: &sums, from: 0, count: 12)
    #expect((kernel.variance, kernel.kept) == (0, 0))
    #expect(zip(sums, values).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}

/// MP-PCA by its definition, one number at a time.
private struct PlainPatch {
  let signal: [Double]
  let variance: Double
  let kept: Int

  init(_ values: [Double], voxels: Int, measurements: Int) {
    let means = (0..<measurements).map { m in
      (0..<voxels).reduce(0) { $0 + values[$1 * measurements + m] } / Double(voxels)
    }
    let centred = values.indices.map { values[$0] - means[$0 % measurements] }
    var covariance = (0..<measurements).map { a in
      (0..<measurements).map { b in
        (0..<voxels).reduce(0) {
          $0 + centred[$1 * measurements + a] * centred[$1 * measurements + b]
        } / Double(voxels)
      }
    }
    let vectors = Self.jacobi(&covariance)
    let order = (0..<measurements).sorted { covariance[$0][$0] < covariance[$1][$1] }
    // The others are 0: no more than voxels, or measurements, say anything.
    let ascending = order.suffix(min(voxels, measurements)).map { covariance[$0][$0] }
    variance = MarchenkoPasturPatch.noiseVariance(ascending, voxels: voxels)
    let factor = 1 + (Double(measurements) / Double(voxels)).squareRoot()
    let edge = factor * factor * variance
    let components = order.suffix(min(voxels, measurements)).filter {
      covariance[$0][$0] >= edge
    }
    kept = components.count
    var signal = values.indices.map { means[$0 % measurements] }
    for component in components {
      let vector = vectors.map { $0[component] }
      for v in 0..<voxels {
        let part = (0..<measurements).reduce(0) {
          $0 + centred[v * measurements + $1] * vector[$1]
        }
        for m in 0..<measurements { signal[v * measurements + m] += part * vector[m] }
      }
    }
    self.signal = signal
  }

  /// Turns pairs of axes until nothing lies beside the diagonal; eigenvectors are the columns.
  private static func jacobi(_ a: inout [[Double]]) -> [[Double]] {
    let n = a.count
    var vectors = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    for _ in 0..<30 {
      for p in 0..<n {
        for q in 0..<n where q > p && a[p][q] != 0 {
          let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
          let sign = theta < 0 ? -1.0 : 1
          let t = sign / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<n {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
          }
          for k in 0..<n {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
          }
          for k in 0..<n {
            (vectors[k][p], vectors[k][q]) = (
              c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q]
            )
          }
        }
      }
    }
    return vectors
  }
}
