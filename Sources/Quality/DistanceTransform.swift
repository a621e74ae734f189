import VolumeModel

/// Exact Euclidean distances to a mask.
///
/// Squared distances along an axis are the lower envelope of parabolas; axis after axis gives the
/// distance in three dimensions.
///
/// - SeeAlso: Felzenszwalb and Huttenlocher, Theory of Computing 8(19):415–428, 2012.
enum DistanceTransform {
  /// For each voxel the square of its distance in mm to the nearest chosen voxel.
  ///
  /// - Parameters:
  ///   - mask: At least one voxel is chosen.
  ///   - spacing: mm between voxels along x, y and z.
  /// - Returns: Squared distances in mm².
  static func squaredDistances(to mask: Mask, spacing: SIMD3<Double>) -> [Float] {
    var squares = mask.bits.map { $0 != 0 ? Float(0) : .infinity }
    let counts = mask.dimensions
    let steps = SIMD3(1, counts.x, counts.x * counts.y)
    for axis in 0..<3 where counts[axis] > 1 {
      // Lines are dealt out by slices, along z by rows.
      let groups = axis == 2 ? counts.y : counts.z
      let lines = axis == 0 ? counts.y : counts.x
      let groupStep = axis == 2 ? steps.y : steps.z
      let lineStep = axis == 0 ? steps.y : steps.x
      squares.withUnsafeMutableBufferPointer { buffer in
        let shared = SharedElements(buffer: buffer)
        _ = concurrentMap(groups) { group in
          var envelope = ParabolaEnvelope(count: counts[axis], spacing: spacing[axis])
          for line in 0..<lines {
            let start = group * groupStep + line * lineStep
            envelope.transform(shared.buffer, start: start, step: steps[axis])
          }
        }
      }
    }
    return squares
  }
}

/// The lower envelope of the parabolas over one line.
private struct ParabolaEnvelope {
  private let count: Int
  private let square: Double
  private var heights: [Double]
  /// Where the parabolas of the envelope have their feet, and from where on each is lowest.
  private var feet: [Int]
  private var starts: [Double]

  init(count: Int, spacing: Double) {
    self.count = count
    square = spacing * spacing
    heights = Array(repeating: 0, count: count)
    feet = Array(repeating: 0, count: count)
    starts = Array(repeating: 0, count: count)
  }

  mutating func transform(_ values: UnsafeMutableBufferPointer<Float>, start: Int, step: Int) {
    var parabolas = 0
    for i in 0..<count {
      let height = Double(values[start + i * step])
      heights[i] = height
      guard height < .infinity else { continue }
      var from = -Double.infinity
      while parabolas > 0 {
        let foot = feet[parabolas - 1]
        let rise = (height - heights[foot]) / square
        from = (rise + Double(i * i - foot * foot)) / Double(2 * (i - foot))
        guard from <= starts[parabolas - 1] else { break }
        parabolas -= 1
        from = -Double.infinity
      }
      feet[parabolas] = i
      starts[parabolas] = from
      parabolas += 1
    }
    guard parabolas > 0 else { return }
    var parabola = 0
    for i in 0..<count {
      while parabola + 1 < parabolas, starts[parabola + 1] < Double(i) { parabola += 1 }
      let distance = Double(i - feet[parabola])
      values[start + i * step] = Float(heights[feet[parabola]] + distance * distance * square)
    }
  }
}
