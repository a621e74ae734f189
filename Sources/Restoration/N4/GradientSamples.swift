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
  /// The differences along x of all rows, then those along y, those along z, and how much each
  /// sample counts: 0 where a neighbour lies outside the object.
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
    let width = axes[0].indices.count
    let slice = width * axes[1].indices.count
    let parts = axes[2].indices.indices.map { slice * $0..<slice * ($0 + 1) }
    // Differences and smoothed intensity of each sample; 0 where it does not count.
    var found = [SIMD4<Float>](repeating: .zero, count: slice * axes[2].indices.count)
    fillConcurrently(&found, parts: parts) { part, samples in
      SmoothedSlice(volume, fitted, axes, slice: axes[2].indices[part]).sample(&samples)
    }
    rowCount = (width + 7) & ~7
    (planes, count) = Self.planes(of: found, width: width, rowCount: rowCount)
  }

  private static func planes(
    of found: [SIMD4<Float>], width: Int, rowCount: Int
  ) -> ([Float], Int) {
    var bright = found.map(\.w).filter { $0 > 0 }
    let median =
      bright.isEmpty
      ? 1 : bright.withUnsafeMutableBufferPointer { select($0, position: $0.count / 2) }
    let rows = found.count / max(width, 1)
    let plane = rows * rowCount
    var planes = [Float](repeating: 0, count: 4 * plane)
    for row in 0..<rows {
      for x in 0..<width {
        let (sample, place) = (found[row * width + x], row * rowCount + x)
        // Noise of the logarithm goes with 1 / intensity, up to what is usual in the object.
        let relative = min(sample.w / median, 1)
        planes[place] = sample.x
        planes[plane + place] = sample.y
        planes[2 * plane + place] = sample.z
        planes[3 * plane + place] = relative * relative
      }
    }
    return (planes, bright.count)
  }

  /// Hands out the rows of a slice in order.
  func eachRow(of slice: Int, _ body: (Int, GradientRow.Samples) -> Void) {
    let (rows, plane) = (axes[1].indices.count, planes.count / 4)
    planes.withUnsafeBufferPointer { planes in
      guard let first = planes.baseAddress else { return }
      for row in 0..<rows {
        let x = first + (slice * rows + row) * rowCount
        body(
          row,
          GradientRow.Samples(
            slopes: (x: x, y: x + plane, z: x + 2 * plane), weights: x + 3 * plane))
      }
    }
  }
}
