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

  /// Measures a volume.
  init(_ volume: Volume, _ counted: CountedVoxels) {
    let parts = parts(of: volume.voxels.count)
    let found = concurrentMap(parts.count) { part in
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
    let squares = concurrentMap(parts.count) { part in
      var sum = 0.0
      for i in parts[part] where counted[i] {
        let distance = Double(volume.voxels[i]) - mean
        sum += distance * distance
      }
      return sum
    }
    self.mean = mean
    deviation = (squares.reduce(0, +) / Double(count)).squareRoot()
    least = found.reduce(least) { min($0, $1.2) }
    greatest = found.reduce(greatest) { max($0, $1.3) }
  }
}
