import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// Log intensities and weights on the grid of the fit.
///
/// Rows are padded to whole lanes of 8; padding and what is left out has the weight 0.
struct ShadingGrid {
  /// A row's values, padding included.
  let rowCount: Int
  /// Rows in a slice.
  let rows: Int
  let slices: Int
  private(set) var log: [Float]
  private(set) var weights: [Float]
  /// For each row the whole lanes outside which all weights are 0; empty rows have an empty extent.
  private(set) var extents: [Range<Int>] = []
  /// Samples with a weight.
  private(set) var count = 0

  /// Samples a volume.
  ///
  /// - Parameters:
  ///   - volume: Positive where `fitted`.
  ///   - fitted: Voxels that take part.
  ///   - weights: How much each voxel counts; all alike when nil.
  ///   - axes: Which voxels lie behind each sample.
  init(
    _ volume: Volume, fitted: Mask, weights: [Float]?, axes: [LatticeAxis]
  ) {
    let columns = axes[0].blocks
    rowCount = (columns.count + 7) & ~7
    rows = axes[1].blocks.count
    slices = axes[2].blocks.count
    let pool = BlockPool(volume: volume, fitted: fitted, weights: weights, axes: axes)
    let (rowCount, rows) = (rowCount, rows)
    // Intensity and weight of a row lie one after the other until they are parted below.
    var sampled = [Float](repeating: 0, count: 2 * rowCount * rows * slices)
    let parts = (0..<rows * slices).map { 2 * rowCount * $0..<2 * rowCount * ($0 + 1) }
    fillConcurrently(&sampled, parts: parts) { row, elements in
      pool.sample(row: row % rows, slice: row / rows, rowCount: rowCount, &elements)
    }
    log = []
    self.weights = []
    log.reserveCapacity(sampled.count / 2)
    self.weights.reserveCapacity(sampled.count / 2)
    for part in parts {
      let middle = part.lowerBound + rowCount
      log += sampled[part.lowerBound..<middle]
      self.weights += sampled[middle..<part.upperBound]
    }
    for row in parts.indices { noteExtent(of: row) }
  }

  private mutating func noteExtent(of row: Int) {
    let start = row * rowCount
    let chosen = (start..<start + rowCount).filter { weights[$0] > 0 }
    count += chosen.count
    let first = ((chosen.first ?? start) - start) & ~7
    let last = ((chosen.last ?? start - 8) - start) & ~7
    extents.append(first..<max(first, last + 8))
  }
}

/// Means of the voxels behind each sample of a row.
private struct BlockPool {
  let volume: Volume
  let fitted: Mask
  let weights: [Float]?
  let axes: [LatticeAxis]

  /// Writes the log intensities of a row of samples, then their weights.
  func sample(row: Int, slice: Int, rowCount: Int, _ elements: inout MutableSpan<Float>) {
    let columns = axes[0].blocks
    var sums = [Float](repeating: 0, count: volume.dimensions.x)
    var totals = [Float](repeating: 0, count: volume.dimensions.x)
    for z in axes[2].blocks[slice] {
      for y in axes[1].blocks[row] {
        let start = volume.index(0, y, z)
        for x in 0..<volume.dimensions.x where fitted.bits[start + x] != 0 {
          let weight = weights?[start + x] ?? 1
          sums[x] += weight * volume.voxels[start + x]
          totals[x] += weight
        }
      }
    }
    let area = axes[1].blocks[row].count * axes[2].blocks[slice].count
    for (column, block) in columns.enumerated() {
      var (sum, total): (Float, Float) = (0, 0)
      for x in block { (sum, total) = (sum + sums[x], total + totals[x]) }
      guard total > 0 else { continue }
      elements[column] = logf(sum / total)
      elements[rowCount + column] = total / Float(area * block.count)
    }
  }
}
