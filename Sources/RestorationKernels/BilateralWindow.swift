#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A bilateral filter's window, and the filter for rows of voxels.
///
/// Two times so many voxels as there are lanes go through the whole window with their sums in
/// registers. With the weight by distance in the exponent, a neighbour of a lane costs some 20
/// instructions, 12 of them of the exponential, and nothing but its load is memory's.
package struct BilateralWindow: Sendable {
  /// A neighbour of a voxel.
  private struct Neighbour {
    /// From the voxel to it, in elements of the padded volume.
    let distance: Int
    /// The binary logarithm of its weight by distance.
    let power: Float
  }

  private let neighbours: [Neighbour]
  /// From a squared difference to the binary logarithm of its weight.
  private let scale: Float

  /// Lays a window out.
  ///
  /// - Parameters:
  ///   - neighbours: Where they lie from the voxel, and the logarithms of their weights by distance.
  ///   - rangeSigma: The standard deviation of the weight by brightness.
  ///   - image: A volume with the strides that rows will have, and a rim that holds the window.
  package init(
    _ neighbours: [(offset: SIMD3<Int>, exponent: Double)], rangeSigma: Double,
    strides image: PaddedVolume
  ) {
    self.neighbours = neighbours.map { neighbour in
      let offset = neighbour.offset
      return Neighbour(
        distance: offset.z * image.sliceStride + offset.y * image.rowStride + offset.x,
        power: Float(neighbour.exponent * Self.binary))
    }
    scale = Float(-Self.binary / (2 * rangeSigma * rangeSigma))
  }

  /// The binary logarithm of e.
  private static let binary = 1 / log(2.0)

  /// Filters a row; each voxel counts for itself with the weight 1.
  ///
  /// - Parameters:
  ///   - image: The volume, with strides as this window's.
  ///   - validity: 1 where a neighbour counts, else 0, with the same strides; nil where all do.
  ///   - first: The position of the row's first voxel.
  ///   - count: Voxels of the row.
  ///   - output: Receives the filtered voxels.
  ///   - target: Where they begin.
  package func filter(
    _ image: PaddedVolume, validity: PaddedVolume?, at first: Int, count: Int,
    into output: inout MutableSpan<Float>, at target: Int
  ) {
    image.voxels.withUnsafeBufferPointer { voxels in
      guard let voxels = voxels.baseAddress else { return }
      guard let validity else {
        return filter(voxels + first, nil, count: count, &output, target)
      }
      validity.voxels.withUnsafeBufferPointer { validity in
        filter(
          voxels + first, validity.baseAddress.map { $0 + first }, count: count, &output, target)
      }
    }
  }

  private func filter(
    _ row: UnsafePointer<Float>, _ validity: UnsafePointer<Float>?, count: Int,
    _ output: inout MutableSpan<Float>, _ target: Int
  ) {
    neighbours.withUnsafeBufferPointer { window in
      let width = WideLanes.scalarCount
      for x in stride(from: 0, to: count, by: 2 * width) {
        // What is read past a row's end lies in its rim or among the spare zeros.
        let rest = count - x - width
        let (near, far) = sums(row + x, validity.map { $0 + x }, window, isWide: rest > 0)
        for lane in 0..<min(width, width + rest) { output[target + x + lane] = near[lane] }
        for lane in 0..<max(0, min(width, rest)) { output[target + x + width + lane] = far[lane] }
      }
    }
  }

  /// The filtered values of the voxels at a place, and of the next ones.
  @inline(__always)
  private func sums(
    _ row: UnsafePointer<Float>, _ validity: UnsafePointer<Float>?,
    _ window: UnsafeBufferPointer<Neighbour>, isWide: Bool
  ) -> (WideLanes, WideLanes) {
    let width = WideLanes.scalarCount
    guard isWide else { return (mean(row, validity, window), WideLanes(repeating: 0)) }
    guard validity == nil else {
      return (mean(row, validity, window), mean(row + width, validity.map { $0 + width }, window))
    }
    let scale = WideLanes(repeating: scale)
    let (near, far) = (row.wideLanes(at: 0), row.wideLanes(at: width))
    var (nearSums, farSums) = (Sums(), Sums())
    for neighbour in window {
      let candidates = row + neighbour.distance
      let power = WideLanes(repeating: neighbour.power)
      nearSums.add(candidates.wideLanes(at: 0) - near, power, scale)
      farSums.add(candidates.wideLanes(at: width) - far, power, scale)
    }
    return (near + nearSums.step, far + farSums.step)
  }

  /// The filtered values of the voxels at a place.
  private func mean(
    _ row: UnsafePointer<Float>, _ validity: UnsafePointer<Float>?,
    _ window: UnsafeBufferPointer<Neighbour>
  ) -> WideLanes {
    let scale = WideLanes(repeating: scale)
    let own = row.wideLanes(at: 0)
    var sums = Sums()
    for neighbour in window {
      let counts = validity.map { ($0 + neighbour.distance).wideLanes(at: 0) }
      sums.add(
        row.wideLanes(at: neighbour.distance) - own, WideLanes(repeating: neighbour.power), scale,
        counts: counts)
    }
    return own + sums.step
  }

  /// The sums over the neighbours of some voxels.
  private struct Sums {
    private var totals = WideLanes(repeating: 1)
    private var steps = WideLanes(repeating: 0)

    /// The mean less the voxel.
    var step: WideLanes { steps / totals }

    @inline(__always)
    mutating func add(
      _ difference: WideLanes, _ power: WideLanes, _ scale: WideLanes, counts: WideLanes? = nil
    ) {
      // Powers end at 2⁻¹²⁵, far below any that could be seen in a sum of floats.
      let exponent = power.addingProduct(difference * difference, scale)
        .larger(WideLanes(repeating: -125))
      var weight = exponential2(exponent)
      if let counts { weight *= counts }
      totals += weight
      steps = steps.addingProduct(weight, difference)
    }
  }
}
