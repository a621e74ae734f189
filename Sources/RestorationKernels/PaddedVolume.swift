/// A volume with a rim of mirrored voxels, so that a window fits at every voxel.
///
/// The mirror lies between voxels (`d c b a | a b c d | d c b a`): SciPy's `reflect`, half-sample
/// symmetry. A rim wider than the volume goes on mirroring.
package struct PaddedVolume: Sendable {
  /// Voxel counts along x, y and z without the rim.
  package let dimensions: SIMD3<Int>
  /// The width of the rim along x, y and z.
  package let rim: SIMD3<Int>
  /// Zeros behind the last voxel, so that lanes may read past the end.
  package static let spare = 32

  /// Voxels with the rim, x fastest, and `spare` zeros more.
  package let voxels: [Float]
  /// From a row to the next.
  package let rowStride: Int
  /// From a slice to the next.
  package let sliceStride: Int
  /// The voxel of the volume that stands first in `voxels`; negative in the rim.
  private let origin: SIMD3<Int>

  /// Pads voxels.
  package init(_ source: [Float], dimensions: SIMD3<Int>, rim: SIMD3<Int>) {
    self.dimensions = dimensions
    self.rim = rim
    let size = dimensions &+ rim &+ rim
    origin = SIMD3(repeating: 0) &- rim
    rowStride = size.x
    sliceStride = size.x * size.y
    let rowStride = rowStride
    let total = size.x * size.y * size.z + Self.spare
    voxels = [Float](unsafeUninitializedCapacity: total) { padded, count in
      source.withUnsafeBufferPointer { source in
        guard let target = padded.baseAddress, let source = source.baseAddress else { return }
        for row in 0..<(size.y * size.z) {
          let slice = mirrored(row / size.y - rim.z, count: dimensions.z) * dimensions.y
          let line = slice + mirrored(row % size.y - rim.y, count: dimensions.y)
          pad(
            source + line * dimensions.x, count: dimensions.x, rim: rim.x,
            into: target + row * rowStride)
        }
        (target + total - Self.spare).initialize(repeating: 0, count: Self.spare)
        count = total
      }
    }
  }

  /// The position in `voxels` of the voxel at (x, y, z) of the volume without the rim.
  package func index(_ x: Int, _ y: Int, _ z: Int) -> Int {
    (z - origin.z) * sliceStride + (y - origin.y) * rowStride + x - origin.x
  }
}

extension PaddedVolume {
  /// The surroundings of one box: what the padded volume holds up to `reach` voxels from it.
  ///
  /// A tile that asks for no more gets the voxels that the whole volume would give it, without
  /// anybody holding that volume a second time.
  package init(
    _ source: [Float], dimensions: SIMD3<Int>, rim: SIMD3<Int>, around box: VoxelBox,
    reach: SIMD3<Int>
  ) {
    self.init(dimensions: dimensions, rim: rim, around: box, reach: reach) { $0 = source[$1] }
  }

  /// The same of what voxels count for: 1, and 0 where they are excluded.
  ///
  /// - Parameters:
  ///   - excluded: One byte a voxel, 1 where it is excluded, else 0.
  ///   - dimensions: Voxel counts without the rim.
  ///   - rim: The width of the rim.
  ///   - box: Whose surroundings.
  ///   - reach: How far they go.
  package init(
    countingWithout excluded: [UInt8], dimensions: SIMD3<Int>, rim: SIMD3<Int>,
    around box: VoxelBox, reach: SIMD3<Int>
  ) {
    self.init(dimensions: dimensions, rim: rim, around: box, reach: reach) {
      $0 = 1 - Float(excluded[$1])
    }
  }

  @inline(__always)
  private init(
    dimensions: SIMD3<Int>, rim: SIMD3<Int>, around box: VoxelBox, reach: SIMD3<Int>,
    _ value: (inout Float, Int) -> Void
  ) {
    func side(_ range: Range<Int>, _ axis: Int) -> Range<Int> {
      let lower = max(range.lowerBound - reach[axis], -rim[axis])
      return lower..<min(range.upperBound + reach[axis], dimensions[axis] + rim[axis])
    }
    let (xs, ys, zs) = (side(box.x, 0), side(box.y, 1), side(box.z, 2))
    self.dimensions = dimensions
    self.rim = rim
    origin = [xs.lowerBound, ys.lowerBound, zs.lowerBound]
    rowStride = xs.count
    sliceStride = xs.count * ys.count
    let inner = xs.clamped(to: 0..<dimensions.x)
    let total = xs.count * ys.count * zs.count + Self.spare
    voxels = [Float](unsafeUninitializedCapacity: total) { padded, count in
      guard var target = padded.baseAddress else { return }
      for z in zs {
        let slice = mirrored(z, count: dimensions.z) * dimensions.y
        for y in ys {
          let row = (slice + mirrored(y, count: dimensions.y)) * dimensions.x
          for x in xs.lowerBound..<inner.lowerBound {
            value(&target[x - xs.lowerBound], row + mirrored(x, count: dimensions.x))
          }
          for x in inner { value(&target[x - xs.lowerBound], row + x) }
          for x in inner.upperBound..<xs.upperBound {
            value(&target[x - xs.lowerBound], row + mirrored(x, count: dimensions.x))
          }
          target += xs.count
        }
      }
      target.initialize(repeating: 0, count: Self.spare)
      count = total
    }
  }

  /// Values for the same voxels as those of another one, in its order, which the body fills.
  package init(like other: PaddedVolume, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
    dimensions = other.dimensions
    rim = other.rim
    rowStride = other.rowStride
    sliceStride = other.sliceStride
    origin = other.origin
    let total = other.voxels.count
    voxels = [Float](unsafeUninitializedCapacity: total) { values, count in
      guard let first = values.baseAddress else { return }
      first.initialize(repeating: 0, count: total)
      fill(first)
      count = total
    }
  }

  /// The same voxels, each with another value.
  package func map(_ value: (Float) -> Float) -> PaddedVolume {
    PaddedVolume(like: self) { target in
      for i in voxels.indices { target[i] = value(voxels[i]) }
    }
  }

  /// The voxels, those of the rim among them, that have neighbours on all sides here.
  ///
  /// - Parameter margin: How far neighbours reach along x, y and z.
  /// - Returns: Those voxels, by their places in the volume.
  package func interior(margin: SIMD3<Int>) -> VoxelBox {
    let rows = sliceStride / rowStride
    let slices = (voxels.count - Self.spare) / sliceStride
    func side(_ count: Int, _ axis: Int) -> Range<Int> {
      let lower = origin[axis] + margin[axis]
      return lower..<max(lower, origin[axis] + count - margin[axis])
    }
    return VoxelBox(x: side(rowStride, 0), y: side(rows, 1), z: side(slices, 2))
  }
}

/// Copies a row and mirrors it at both ends.
private func pad(
  _ row: UnsafePointer<Float>, count: Int, rim: Int, into target: UnsafeMutablePointer<Float>
) {
  (target + rim).initialize(from: row, count: count)
  for x in 0..<rim {
    target[x] = row[mirrored(x - rim, count: count)]
    target[rim + count + x] = row[mirrored(count + x, count: count)]
  }
}

/// Which voxel stands at an index that may lie outside `0..<count`, mirrored between voxels.
package func mirrored(_ index: Int, count: Int) -> Int {
  let period = 2 * count
  let folded = ((index % period) + period) % period
  return folded < count ? folded : period - 1 - folded
}
