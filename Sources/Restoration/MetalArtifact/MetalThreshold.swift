internal import VolumeModel

/// From which value on a voxel is metal, or joins metal beside it.
struct MetalThreshold: Equatable {
  /// A voxel of at least this value is metal.
  let seedHU: Float
  /// A voxel of at least this value is metal when it is connected to metal.
  let growHU: Float

  /// What joins metal in a scan whose own end lies below the threshold.
  static let clippedGrowHU: Float = 2000

  /// Settles the threshold for a volume.
  ///
  /// Twelve stored bits with an intercept of -1024 end at 3071 HU, and a threshold beyond would
  /// never fire. Such an end shows as a plateau of voxels at the greatest value.
  init(_ thresholdHU: Double, for volume: Volume, excluding excluded: Mask?) {
    let asked = Float(thresholdHU)
    var greatest = -Float.infinity
    var count = 0
    for (index, value) in volume.voxels.enumerated() where excluded?[index] != true {
      if value > greatest + 0.5 {
        greatest = value
        count = 1
      } else if value > greatest - 0.5 {
        greatest = max(greatest, value)
        count += 1
      }
    }
    // 4095 with the usual intercepts of -1024 and -1000; other ends need a clear plateau.
    let isUsualEnd = (3070...3097).contains(greatest)
    let isClipped = isUsualEnd || (count >= 16 && greatest >= Self.clippedGrowHU)
    guard isClipped, asked > greatest - 1 else {
      seedHU = asked
      growHU = asked
      return
    }
    seedHU = greatest - 1
    growHU = min(seedHU, Self.clippedGrowHU)
  }
}
