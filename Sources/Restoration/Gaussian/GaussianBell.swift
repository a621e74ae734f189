import RestorationKernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The weights of a Gaussian along one axis, cut at four standard deviations, their sum one.
struct GaussianBell {
  /// Voxels from the centre to the last weight.
  let radius: Int
  /// From the centre outwards; all but the first count on both sides.
  private let weights: [Float]

  /// Creates the weights for a standard deviation in voxels.
  init(sigma: Double) {
    radius = Int(4 * sigma + 0.5)
    let bell = (0...radius).map { offset in
      offset == 0 ? 1 : exp(-0.5 * Double(offset * offset) / (sigma * sigma))
    }
    let sum = 2 * bell.reduce(0, +) - 1
    weights = bell.map { Float($0 / sum) }
  }

  /// Filters voxels along one axis (0 for x) in their place, mirrored between voxels at the border.
  ///
  /// What is held beside them is one sheet a core: some columns of all rows along the axis.
  func filter(_ voxels: inout [Float], _ dimensions: SIMD3<Int>, along axis: Int) {
    if axis == 0 { return filterRows(&voxels, length: dimensions.x) }
    let rows = dimensions[axis]
    let stride = axis == 1 ? dimensions.x : dimensions.x * dimensions.y
    let sheetDistance = axis == 1 ? dimensions.x * dimensions.y : dimensions.x
    // Half a megabyte stays in a core's own cache.
    let width = max(64, 131_072 / rows)
    let blocks = slabs(of: dimensions.x, parts: (dimensions.x + width - 1) / width)
    voxels.withUnsafeMutableBufferPointer { buffer in
      // Sheets are disjoint, so no two threads touch the same voxel.
      nonisolated(unsafe) let voxels = buffer.baseAddress
      concurrently(dimensions[3 - axis] * blocks.count) { part in
        guard let voxels else { return }
        let block = blocks[part % blocks.count]
        let first = part / blocks.count * sheetDistance + block.lowerBound
        filterSheet(voxels + first, rows: rows, stride: stride, width: block.count)
      }
    }
  }

  private func filterSheet(
    _ voxels: UnsafeMutablePointer<Float>, rows: Int, stride: Int, width: Int
  ) {
    withScratch(rows * width) { sheet in
      for row in 0..<rows {
        (sheet + row * width).update(from: voxels + row * stride, count: width)
      }
      for row in 0..<rows {
        let pairs = (1...radius).map {
          (
            before: mirrored(row - $0, count: rows) * width,
            after: mirrored(row + $0, count: rows) * width
          )
        }
        SymmetricCorrelation.apply(
          sheet, centre: row * width, pairs: pairs, weights: weights,
          into: UnsafeMutableBufferPointer(start: voxels + row * stride, count: width))
      }
    }
  }

  private func filterRows(_ voxels: inout [Float], length: Int) {
    let parts = slabs(of: voxels.count / length)
    let pairs = (0..<radius).map { (before: radius - 1 - $0, after: radius + 1 + $0) }
    voxels.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let voxels = buffer
      concurrently(parts.count) { part in
        withScratch(length + 2 * radius) { padded in
          for row in parts[part] {
            let row = UnsafeMutableBufferPointer(
              rebasing: voxels[(row * length)..<((row + 1) * length)])
            for x in 0..<length { padded[radius + x] = row[x] }
            for x in 0..<radius {
              padded[x] = row[mirrored(x - radius, count: length)]
              padded[radius + length + x] = row[mirrored(length + x, count: length)]
            }
            SymmetricCorrelation.apply(
              padded, centre: radius, pairs: pairs, weights: weights, into: row)
          }
        }
      }
    }
  }
}
