import VolumeModel

/// Sums the SSIM map of two volumes, slice after slice.
///
/// Only four windowed means are needed, of a, b, a² + b² and ab, since the variances occur as their
/// sum alone; a fifth, of the weights, where voxels are left out. Means over a slice are kept for as
/// many slices as the window is deep.
struct SimilarityMap: Sendable {
  /// Weights along x and y.
  let weights: [Float]
  /// Weights along z; one when slices are compared by themselves.
  let depth: [Float]
  let covarianceFactor: Float
  let luminanceFloor: Float
  let contrastFloor: Float
  let shift: Float

  /// The sum of the map, and over how many voxels.
  ///
  /// - Parameters:
  ///   - a: The reference.
  ///   - b: What is judged.
  ///   - counted: Voxels that take part.
  ///   - slices: The slices of the map to sum.
  ///   - rows: The rows to sum.
  ///   - columns: The columns to sum.
  /// - Returns: Sum and count.
  func sum(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slices: Range<Int>, rows: Range<Int>,
    columns: Range<Int>
  ) -> (sum: Double, count: Int) {
    var filter = PlaneFilter(columns: a.dimensions.x, rows: a.dimensions.y, weights: weights)
    var cache: [Int: [[Float]]] = [:]
    var (total, count) = (0.0, 0)
    let half = depth.count / 2
    for slice in slices {
      cache = cache.filter { $0.key >= slice - half }
      var means = Array(
        repeating: [Float](repeating: 0, count: depth.count > 1 ? a.planeCount : 0),
        count: counted.bits == nil ? 4 : 5)
      for (tap, weight) in depth.enumerated() {
        let source = mirrored(slice + tap - half, a.dimensions.z)
        let planes = cache[source] ?? filter.means(fields(a, b, counted, slice: source))
        guard depth.count > 1 else {
          means = planes
          break
        }
        cache[source] = planes
        for field in means.indices { add(weight, planes[field], to: &means[field]) }
      }
      let found = sum(means, counted, plane: slice * a.planeCount, rows, columns, a.dimensions.x)
      total += found.sum
      count += found.count
    }
    return (total, count)
  }

  /// a, b, a² + b² and ab of a slice, and the weights where voxels are left out.
  private func fields(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slice: Int
  ) -> [[Float]] {
    let start = slice * a.planeCount
    let plane = [Float](repeating: 0, count: a.planeCount)
    var (first, second, squares, products) = (plane, plane, plane, plane)
    for i in 0..<a.planeCount {
      let (u, v) = (a.voxels[start + i] - shift, b.voxels[start + i] - shift)
      first[i] = u
      second[i] = v
      squares[i] = u * u + v * v
      products[i] = u * v
    }
    guard let bits = counted.bits else { return [first, second, squares, products] }
    var shares = plane
    for i in 0..<a.planeCount {
      if bits[start + i] != 0 {
        shares[i] = 1
      } else {
        (first[i], second[i], squares[i], products[i]) = (0, 0, 0, 0)
      }
    }
    return [first, second, squares, products, shares]
  }

  private func add(_ weight: Float, _ plane: [Float], to sums: inout [Float]) {
    for i in sums.indices { sums[i] += weight * plane[i] }
  }

  private func sum(
    _ means: [[Float]], _ counted: CountedVoxels, plane: Int, _ rows: Range<Int>,
    _ columns: Range<Int>, _ rowCount: Int
  ) -> (sum: Double, count: Int) {
    var (total, count) = (0.0, 0)
    var line = [Float](repeating: 0, count: columns.count)
    for y in rows {
      let start = y * rowCount + columns.lowerBound
      for i in line.indices {
        let share = means.count > 4 ? max(means[4][start + i], 1e-6) : 1
        line[i] = similarity(
          means[0][start + i] / share, means[1][start + i] / share, means[2][start + i] / share,
          means[3][start + i] / share)
      }
      for i in line.indices where counted[plane + start + i] {
        total += Double(line[i])
        count += 1
      }
    }
    return (total, count)
  }

  @inline(__always)
  private func similarity(_ a: Float, _ b: Float, _ squares: Float, _ product: Float) -> Float {
    let variances = covarianceFactor * (squares - a * a - b * b)
    let covariance = covarianceFactor * (product - a * b)
    let (u, v) = (a + shift, b + shift)
    let above = (2 * u * v + luminanceFloor) * (2 * covariance + contrastFloor)
    return above / ((u * u + v * v + luminanceFloor) * (variances + contrastFloor))
  }
}

/// The index in `0..<count` that a mirror at the edges, half a voxel outside, shows at `index`.
func mirrored(_ index: Int, _ count: Int) -> Int {
  let period = 2 * count
  let place = ((index % period) + period) % period
  return place < count ? place : period - 1 - place
}
