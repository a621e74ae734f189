import RestorationKernels
import VolumeModel

/// Differences of log intensity between the neighbours of voxels on a thinned grid.
///
/// Intensities are smoothed with the voxels of the object that lie within two voxels, so that noise
/// does not drown the slope; the object's rim does not leak in.
struct GradientSamples: Sendable {
  /// The axes.
  let axes: [GradientAxis]
  /// Samples of a row, with those of no weight that make whole eights of it.
  let rowCount: Int
  /// Samples that count.
  let count: Int
  /// For each slice the differences along x of all rows, then those along y, those along z, and how
  /// much each sample counts: 0 where a neighbour lies outside the object.
  private let planes: [Float]

  /// Takes the differences.
  ///
  /// - Parameters:
  ///   - volume: Positive where `fitted`.
  ///   - fitted: The object.
  init(_ volume: Volume, fitted: Mask) {
    let long = (0..<3).filter { volume.dimensions[$0] > 1 }
    let finest = long.map { volume.voxelSpacing[$0] }.min() ?? 1
    let axes = (0..<3).map {
      GradientAxis(
        voxels: volume.dimensions[$0], spacing: volume.voxelSpacing[$0], finest: finest)
    }
    self.axes = axes
    let rowCount = (axes[0].indices.count + 7) & ~7
    self.rowCount = rowCount
    let plane = axes[1].indices.count * rowCount
    let parts = axes[2].indices.indices.map { 4 * plane * $0..<4 * plane * ($0 + 1) }
    var planes = [Float](repeating: 0, count: 4 * plane * parts.count)
    let bright = fillSummarising(&planes, parts: parts) { part, samples in
      let smoothed = SmoothedSlice(volume, fitted, axes, slice: axes[2].indices[part])
      return smoothed.sample(&samples, rowCount: rowCount)
    }
    count = bright.reduce(0) { $0 + $1.count }
    let median = count > 0 ? ascending(bright, at: count / 2) : 1
    fillConcurrently(&planes, parts: parts) { _, samples in
      for i in 3 * plane..<4 * plane {
        // Noise of the logarithm goes with 1 / intensity, up to what is usual in the object.
        let relative = min(samples[i] / median, 1)
        samples[i] = relative * relative
      }
    }
    self.planes = planes
  }

  /// Hands out the rows of a slice in order.
  func eachRow(of slice: Int, _ body: (Int, GradientRow.Samples) -> Void) {
    let rows = axes[1].indices.count
    let plane = rows * rowCount
    planes.withUnsafeBufferPointer { planes in
      guard let first = planes.baseAddress else { return }
      for row in 0..<rows {
        let x = first + 4 * plane * slice + row * rowCount
        body(
          row,
          GradientRow.Samples(
            slopes: (x: x, y: x + plane, z: x + 2 * plane), weights: x + 3 * plane))
      }
    }
  }
}
