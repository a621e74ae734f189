import RestorationKernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Smoothing of single planes.
enum PlaneSmoothing {
  /// Convolves a plane, columns fastest, with a Gaussian.
  ///
  /// The kernel ends at four standard deviations; the plane is mirrored at its edges.
  static func gaussian(_ plane: [Float], columns: Int, sigma: Double) -> [Float] {
    let radius = Int((4 * sigma).rounded(.up))
    let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = weights.reduce(0, +)
    let kernel = weights.map { Float($0 / sum) }
    let rows = plane.count / columns
    var along = [Float](repeating: 0, count: plane.count)
    var line = [Float](repeating: 0, count: columns + 2 * radius)
    let places = Array(kernel.indices)
    along.withUnsafeMutableBufferPointer { along in
      guard let along = along.baseAddress else { return }
      for row in 0..<rows {
        for i in 0..<columns { line[radius + i] = plane[row * columns + i] }
        for i in 0..<radius {
          line[i] = plane[row * columns + mirrored(i - radius, columns)]
          line[radius + columns + i] = plane[row * columns + mirrored(columns + i, columns)]
        }
        weightedRowSum(
          line, offsets: places, weights: kernel, terms: kernel.count,
          into: along + row * columns, count: columns)
      }
    }
    return [Float](unsafeUninitializedCapacity: plane.count) { result, count in
      guard let result = result.baseAddress else { return }
      for row in 0..<rows {
        let from = places.map { mirrored(row + $0 - radius, rows) * columns }
        weightedRowSum(
          along, offsets: from, weights: kernel, terms: kernel.count,
          into: result + row * columns, count: columns)
      }
      count = plane.count
    }
  }

  /// The position inside 0..<count that a position beyond the edges stands for.
  private static func mirrored(_ position: Int, _ count: Int) -> Int {
    let period = 2 * count
    let wrapped = ((position % period) + period) % period
    return wrapped < count ? wrapped : period - 1 - wrapped
  }
}
