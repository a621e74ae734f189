#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A bilateral filter's window, and the filter for rows of voxels.
///
/// Sixteen voxels go through the whole window with their sums in registers. With the weight by
/// distance in the exponent, a neighbour of eight voxels costs some 20 instructions, 12 of them of
/// the exponential: 0.6 ns a voxel and neighbour, and nothing but its load is memory's.
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
      for x in stride(from: 0, to: count, by: 16) {
        // What is read past a row's end lies in its rim or among the eight spare lanes.
        let (near, far) = sums(row + x, validity.map { $0 + x }, window, isWide: x + 8 < count)
        for lane in 0..<min(8, count - x) { output[target + x + lane] = near[lane] }
        for lane in 0..<max(0, min(8, count - x - 8)) { output[target + x + 8 + lane] = far[lane] }
      }
    }
  }

  /// The filtered values of the eight voxels at a place, and of the eight next.
  @inline(__always)
  private func sums(
    _ row: UnsafePointer<Float>, _ validity: UnsafePointer<Float>?,
    _ window: UnsafeBufferPointer<Neighbour>, isWide: Bool
  ) -> (FloatLanes, FloatLanes) {
    guard isWide else { return (mean(row, validity, window), FloatLanes(repeating: 0)) }
    guard validity == nil else {
      return (mean(row, validity, window), mean(row + 8, validity.map { $0 + 8 }, window))
    }
    let scale = FloatLanes(repeating: scale)
    let (near, far) = (row.lanes(at: 0), row.lanes(at: 8))
    var (nearSums, farSums) = (Sums(), Sums())
    for neighbour in window {
      let candidates = row + neighbour.distance
      let power = FloatLanes(repeating: neighbour.power)
      nearSums.add(candidates.lanes(at: 0) - near, power, scale)
      farSums.add(candidates.lanes(at: 8) - far, power, scale)
    }
    return (near + nearSums.step, far + farSums.step)
  }

  /// The filtered values of eight voxels.
  private func mean(
    _ row: UnsafePointer<Float>, _ validity: UnsafePointer<Float>?,
    _ window: UnsafeBufferPointer<Neighbour>
  ) -> FloatLanes {
    let scale = FloatLanes(repeating: scale)
    let own = row.lanes(at: 0)
    var sums = Sums()
    for neighbour in window {
      let counts = validity.map { ($0 + neighbour.distance).lanes(at: 0) }
      sums.add(
        row.lanes(at: neighbour.distance) - own, FloatLanes(repeating: neighbour.power), scale,
        counts: counts)
    }
    return own + sums.step
  }

  /// The sums over the neighbours of eight voxels.
  private struct Sums {
    private var totals = FloatLanes(repeating: 1)
    private var steps = FloatLanes(repeating: 0)

    /// The mean less the voxel.
    var step: FloatLanes { steps / totals }

    @inline(__always)
    mutating func add(
      _ difference: FloatLanes, _ power: FloatLanes, _ scale: FloatLanes, counts: FloatLanes? = nil
    ) {
      // Powers end at 2⁻¹²⁵, far below any that could be seen in a sum of floats.
      let exponent = power.addingProduct(difference * difference, scale)
        .larger(FloatLanes(repeating: -125))
      var weight = exponential2(exponent)
      if let counts { weight *= counts }
      totals += weight
      steps = steps.addingProduct(weight, difference)
    }
  }
}
