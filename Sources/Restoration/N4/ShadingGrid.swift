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
    let seen = fillSummarising(&log, parts: parts) {
      [rows, rowCount, weights] slice, elements -> [Float] in
      let expansion = field.rows(slice: slice, count: rowCount)
      var values = [Float](repeating: 0, count: rowCount)
      var row = values.mutableSpan
      for line in 0..<rows {
        field.row(line, of: expansion, &row)
        for i in 0..<rowCount { elements[line * rowCount + i] -= row[i] }
      }
      let first = parts[slice].lowerBound
      return elements.indices.compactMap { weights[first + $0] > 0 ? elements[$0] : nil }
    }
    let count = seen.reduce(0) { $0 + $1.count }
    guard count > 0 else { return }
    let least = ascending(seen, at: count / 2) + logf(Float(darkest))
    fillConcurrently(&weights, parts: parts) { [log] slice, elements in
      let first = parts[slice].lowerBound
      for i in elements.indices where log[first + i] < least { elements[i] = 0 }
    }
    noteExtents()
  }

  private mutating func noteExtents() {
    let parts = slabs(of: rows * slices)
    let found = summaries(parts.count) { [weights, rowCount] part in
      parts[part].map { Self.extent(of: weights, $0 * rowCount, rowCount) }
    }
    extents = found.flatMap { $0.map(\.lanes) }
    count = found.reduce(0) { $1.reduce($0) { $0 + $1.count } }
  }

  /// The whole lanes outside which a row has no weights, and how many weights it has.
  private static func extent(
    of weights: [Float], _ start: Int, _ rowCount: Int
  ) -> (lanes: Range<Int>, count: Int) {
    var (first, end, count) = (0, 0, 0)
    for i in 0..<rowCount where weights[start + i] > 0 {
      if count == 0 { first = i & ~7 }
      end = (i & ~7) + 8
      count += 1
    }
    return (first..<end, count)
  }
}
