import RestorationKernels
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

  /// The sum of the map over rows of one slice that is compared by itself, and over how many voxels.
  ///
  /// - Parameters:
  ///   - a: The reference.
  ///   - b: What is judged.
  ///   - counted: Voxels that take part.
  ///   - slice: The slice.
  ///   - rows: The rows to sum; some 64 keep the planes in the second cache.
  ///   - columns: The columns to sum.
  /// - Returns: Sum and count.
  func sum(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slice: Int, rows: Range<Int>,
    columns: Range<Int>
  ) -> (sum: Double, count: Int) {
    if counted.bits == nil, a.dimensions.y > 1 {
      return stripSum(a, b, slice: slice, rows: rows, columns: columns)
    }
    var filter = PlaneFilter(columns: a.dimensions.x, rows: a.dimensions.y, weights: weights)
    var found = (sum: 0.0, count: 0)
    let means = filter.means(fields(a, b, counted, slice: slice, rows: rows), rows: rows)
    add(means, counted, a, slice: slice, rows, columns, firstRow: rows.lowerBound, to: &found)
    return found
  }

  /// The same where every voxel counts.
  private func stripSum(
    _ a: Volume, _ b: Volume, slice: Int, rows: Range<Int>, columns: Range<Int>
  ) -> (sum: Double, count: Int) {
    let strip = SimilarityStrip(
      SimilarityTerms(
        weights: Array(weights[(weights.count / 2)...]), covarianceFactor: covarianceFactor,
        luminanceFloor: luminanceFloor, contrastFloor: contrastFloor, shift: shift))
    let start = slice * a.planeCount
    let sum = a.voxels.withUnsafeBufferPointer { first in
      b.voxels.withUnsafeBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return 0.0 }
        return strip.sum(
          first + start, second + start, size: [a.dimensions.x, a.dimensions.y], rows: rows,
          columns: columns)
      }
    }
    return (sum, rows.count * columns.count)
  }

  /// The sum of a map whose windows reach across slices, and over how many voxels.
  ///
  /// - Parameters:
  ///   - a: The reference.
  ///   - b: What is judged.
  ///   - counted: Voxels that take part.
  ///   - slices: The slices of the map to sum.
  ///   - rows: The rows to sum.
  ///   - columns: The columns to sum.
  /// - Returns: Sum and count.
  func deepSum(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slices: Range<Int>, rows: Range<Int>,
    columns: Range<Int>
  ) -> (sum: Double, count: Int) {
    var filter = PlaneFilter(columns: a.dimensions.x, rows: a.dimensions.y, weights: weights)
    var cache: [Int: [[Float]]] = [:]
    var (total, count) = (0.0, 0)
    let half = depth.count / 2
    for slice in slices {
      var found = (sum: 0.0, count: 0)
      cache = cache.filter { $0.key >= slice - half }
      let means = deepMeans(a, b, counted, slice: slice, &filter, &cache)
      add(means, counted, a, slice: slice, rows, columns, firstRow: 0, to: &found)
      total += found.sum
      count += found.count
    }
    return (total, count)
  }

  /// The means over a window that reaches into other slices.
  private func deepMeans(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slice: Int, _ filter: inout PlaneFilter,
    _ cache: inout [Int: [[Float]]]
  ) -> [[Float]] {
    let rows = 0..<a.dimensions.y
    var means = Array(
      repeating: [Float](repeating: 0, count: a.planeCount), count: counted.bits == nil ? 4 : 5)
    for (tap, weight) in depth.enumerated() {
      let source = mirrored(slice + tap - depth.count / 2, a.dimensions.z)
      let planes =
        cache[source] ?? filter.means(fields(a, b, counted, slice: source, rows: rows), rows: rows)
      cache[source] = planes
      for field in means.indices { add(weight, planes[field], to: &means[field]) }
    }
    return means
  }

  /// a, b, a² + b² and ab of rows of a slice and of those that the window reaches, and the weights
  /// where voxels are left out.
  private func fields(
    _ a: Volume, _ b: Volume, _ counted: CountedVoxels, slice: Int, rows: Range<Int>
  ) -> [[Float]] {
    let columns = a.dimensions.x
    let reach = a.dimensions.y > 1 ? weights.count / 2 : 0
    let plane = [Float](repeating: 0, count: (rows.count + 2 * reach) * columns)
    var (first, second, squares, products) = (plane, plane, plane, plane)
    var shares = counted.bits == nil ? [] : plane
    for row in 0..<(rows.count + 2 * reach) {
      let y = mirrored(rows.lowerBound + row - reach, a.dimensions.y)
      let (start, target) = ((slice * a.dimensions.y + y) * columns, row * columns)
      // Each array by itself: a loop over six of them does not become vectors.
      for i in 0..<columns { first[target + i] = a.voxels[start + i] - shift }
      for i in 0..<columns { second[target + i] = b.voxels[start + i] - shift }
      if let bits = counted.bits {
        for i in 0..<columns { shares[target + i] = bits[start + i] != 0 ? 1 : 0 }
        for i in 0..<columns where bits[start + i] == 0 {
          first[target + i] = 0
          second[target + i] = 0
        }
      }
      for i in target..<target + columns {
        squares[i] = first[i] * first[i] + second[i] * second[i]
      }
      for i in target..<target + columns { products[i] = first[i] * second[i] }
    }
    return [first, second, squares, products] + (counted.bits == nil ? [] : [shares])
  }

  private func add(_ weight: Float, _ plane: [Float], to sums: inout [Float]) {
    for i in sums.indices { sums[i] += weight * plane[i] }
  }

  /// Adds the map over rows, of means whose first row is `firstRow`.
  private func add(
    _ means: [[Float]], _ counted: CountedVoxels, _ a: Volume, slice: Int, _ rows: Range<Int>,
    _ columns: Range<Int>, firstRow: Int, to found: inout (sum: Double, count: Int)
  ) {
    var line = [Float](repeating: 0, count: columns.count)
    for y in rows {
      let start = (y - firstRow) * a.dimensions.x + columns.lowerBound
      if means.count > 4 {
        for i in line.indices {
          let share = max(means[4][start + i], 1e-6)
          line[i] = similarity(
            means[0][start + i] / share, means[1][start + i] / share, means[2][start + i] / share,
            means[3][start + i] / share)
        }
      } else {
        let (first, second, squares, products) = (means[0], means[1], means[2], means[3])
        for i in 0..<columns.count {
          line[i] = similarity(
            first[start + i], second[start + i], squares[start + i], products[start + i])
        }
      }
      let place = slice * a.planeCount + y * a.dimensions.x + columns.lowerBound
      guard let bits = counted.bits else {
        for value in line { found.sum += Double(value) }
        found.count += line.count
        continue
      }
      for i in line.indices where bits[place + i] != 0 {
        found.sum += Double(line[i])
        found.count += 1
      }
    }
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
