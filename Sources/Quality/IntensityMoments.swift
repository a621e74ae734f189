import VolumeModel

/// Count, range, mean and standard deviation of the counted voxels.
struct IntensityMoments: Sendable {
  private(set) var count = 0
  private(set) var least = Float.infinity
  private(set) var greatest = -Float.infinity
  /// 0 when nothing is counted.
  private(set) var mean = 0.0
  /// With the count as divisor.
  private(set) var deviation = 0.0

  /// Measures a volume; without its deviation where nobody asks for that.
  init(_ volume: Volume, _ counted: CountedVoxels, measuresDeviation: Bool = true) {
    let parts = parts(of: volume.voxels.count)
    let found = concurrentMap(parts.count) { part in
      if counted.bits == nil { return Self.range(of: volume.voxels, in: parts[part]) }
      var (count, sum) = (0, 0.0)
      var (least, greatest) = (Float.infinity, -Float.infinity)
      for i in parts[part] where counted[i] {
        let value = volume.voxels[i]
        count += 1
        sum += Double(value)
        least = min(least, value)
        greatest = max(greatest, value)
      }
      return (count, sum, least, greatest)
    }
    count = found.reduce(0) { $0 + $1.0 }
    guard count > 0 else { return }
    let mean = found.reduce(0) { $0 + $1.1 } / Double(count)
    self.mean = mean
    least = found.reduce(least) { min($0, $1.2) }
    greatest = found.reduce(greatest) { max($0, $1.3) }
    guard measuresDeviation else { return }
    let squares = concurrentMap(parts.count) { part in
      var sum = 0.0
      for i in parts[part] where counted[i] {
        let distance = Double(volume.voxels[i]) - mean
        sum += distance * distance
      }
      return sum
    }
    deviation = (squares.reduce(0, +) / Double(count)).squareRoot()
  }

  /// Count, sum, least and greatest of voxels all of which count.
  ///
  /// Four sums at once, as one would wait for itself.
  private static func range(
    of voxels: [Float], in part: Range<Int>
  ) -> (Int, Double, Float, Float) {
    var sums = SIMD4<Double>(repeating: 0)
    var least = SIMD4<Float>(repeating: .infinity)
    var greatest = SIMD4<Float>(repeating: -.infinity)
    let whole = part.lowerBound + part.count / 4 * 4
    for i in stride(from: part.lowerBound, to: whole, by: 4) {
      let four = SIMD4(voxels[i], voxels[i + 1], voxels[i + 2], voxels[i + 3])
      sums += SIMD4(Double(four[0]), Double(four[1]), Double(four[2]), Double(four[3]))
      least.replace(with: four, where: four .< least)
      greatest.replace(with: four, where: four .> greatest)
    }
    for i in whole..<part.upperBound {
      sums[0] += Double(voxels[i])
      least[0] = Swift.min(least[0], voxels[i])
      greatest[0] = Swift.max(greatest[0], voxels[i])
    }
    return (part.count, sums.sum(), least.min(), greatest.max())
  }
}
