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

  /// Voxels filtered along one axis (0 for x), mirrored between voxels at the border.
  func filtered(_ voxels: [Float], _ dimensions: SIMD3<Int>, along axis: Int) -> [Float] {
    var output = [Float](repeating: 0, count: voxels.count)
    let rows = slabs(of: dimensions.y * dimensions.z)
    let parts = rows.map { ($0.lowerBound * dimensions.x)..<($0.upperBound * dimensions.x) }
    fillConcurrently(&output, parts: parts) { part, elements in
      elements.withUnsafeMutableBufferPointer { elements in
        var padded = [Float](repeating: 0, count: axis == 0 ? dimensions.x + 2 * radius : 0)
        for (position, row) in rows[part].enumerated() {
          let first = position * dimensions.x
          let target = UnsafeMutableBufferPointer(
            rebasing: elements[first..<(first + dimensions.x)])
          if axis == 0 {
            filterRow(voxels, from: row * dimensions.x, padded: &padded, into: target)
          } else {
            filterAcross(voxels, dimensions, row: row, along: axis, into: target)
          }
        }
      }
    }
    return output
  }

  private func filterRow(
    _ voxels: [Float], from first: Int, padded: inout [Float],
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    for x in 0..<output.count { padded[radius + x] = voxels[first + x] }
    for x in 0..<radius {
      padded[x] = voxels[first + mirrored(x - radius, count: output.count)]
      padded[radius + output.count + x] =
        voxels[first + mirrored(output.count + x, count: output.count)]
    }
    let pairs = (0..<radius).map { (before: radius - 1 - $0, after: radius + 1 + $0) }
    padded.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      SymmetricCorrelation.apply(
        source, centre: radius, pairs: pairs, weights: weights, into: output)
    }
  }

  private func filterAcross(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, row: Int, along axis: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let (y, z) = (row % dimensions.y, row / dimensions.y)
    func start(_ offset: Int) -> Int {
      let y = axis == 1 ? mirrored(y + offset, count: dimensions.y) : y
      let z = axis == 2 ? mirrored(z + offset, count: dimensions.z) : z
      return (z * dimensions.y + y) * dimensions.x
    }
    let pairs = (0..<radius).map { (before: start(-1 - $0), after: start(1 + $0)) }
    voxels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      SymmetricCorrelation.apply(
        source, centre: start(0), pairs: pairs, weights: weights, into: output)
    }
  }
}
