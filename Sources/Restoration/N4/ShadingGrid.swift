import RestorationKernels
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
  ///   - axes: Which voxels are sampled.
  init(
    _ volume: Volume, fitted: Mask, weights: [Float]?, axes: [LatticeAxis]
  ) {
    let columns = axes[0].indices
    let rowCount = (columns.count + 7) & ~7
    let places = axes[2].indices.flatMap { z in axes[1].indices.map { y in (y, z) } }
    let parts = places.indices.map { rowCount * $0..<rowCount * ($0 + 1) }
    var sampled = [Float](repeating: 0, count: rowCount * places.count)
    fillConcurrently(&sampled, parts: parts) { row, elements in
      let start = volume.index(0, places[row].0, places[row].1)
      for (i, x) in columns.enumerated() where fitted.bits[start + x] != 0 {
        elements[i] = logf(volume.voxels[start + x])
      }
    }
    log = sampled
    fillConcurrently(&sampled, parts: parts) { row, elements in
      let start = volume.index(0, places[row].0, places[row].1)
      for (i, x) in columns.enumerated() {
        elements[i] = fitted.bits[start + x] != 0 ? weights?[start + x] ?? 1 : 0
      }
    }
    self.weights = sampled
    self.rowCount = rowCount
    rows = axes[1].indices.count
    slices = axes[2].indices.count
    noteExtents()
  }

  /// Takes a first field off, and leaves the dark part of what is then seen out of the fit.
  ///
  /// - Parameters:
  ///   - field: The log field at the samples.
  ///   - darkest: The least intensity that is fitted, as a part of the median.
  mutating func begin(with field: ShadingField, darkest: Double) {
    let parts = (0..<slices).map { rows * rowCount * $0..<rows * rowCount * ($0 + 1) }
    fillConcurrently(&log, parts: parts) { [rows, rowCount] slice, elements in
      let expansion = field.rows(slice: slice, count: rowCount)
      var values = [Float](repeating: 0, count: rowCount)
      var row = values.mutableSpan
      for line in 0..<rows {
        field.row(line, of: expansion, &row)
        for i in 0..<rowCount { elements[line * rowCount + i] -= row[i] }
      }
    }
    var seen = log.indices.filter { weights[$0] > 0 }.map { log[$0] }
    guard !seen.isEmpty else { return }
    let middle = seen.withUnsafeMutableBufferPointer { select($0, position: $0.count / 2) }
    let least = middle + logf(Float(darkest))
    for i in log.indices where log[i] < least { weights[i] = 0 }
    noteExtents()
  }

  private mutating func noteExtents() {
    (count, extents) = (0, [])
    for row in 0..<rows * slices { noteExtent(of: row) }
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
