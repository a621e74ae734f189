internal import VolumeModel

/// From which value on a voxel is metal, or joins metal beside it.
struct MetalThreshold: Equatable {
  /// A voxel of at least this value is metal.
  let seedHU: Float
  /// A voxel of at least this value is metal when it is connected to metal.
  let growHU: Float
  /// The least value of voxels at the end of the stored scale; nil when the scale was not used up.
  let plateauHU: Float?

  /// What joins metal in a scan whose scale ends below the threshold.
  static let clippedGrowHU: Float = 2000

  /// Settles the threshold for a volume.
  ///
  /// Twelve stored bits with an intercept of -1024 end at 3071 HU, and a threshold beyond would
  /// never fire. Such an end shows as a plateau of voxels at the greatest value.
  init(_ thresholdHU: Double, for volume: Volume, excluding excluded: Mask?) {
    let asked = Float(thresholdHU)
    var greatest = -Float.infinity
    var count = 0
    for (index, value) in volume.voxels.enumerated() where value > greatest - 0.5 {
      guard excluded?[index] != true else { continue }
      count = value > greatest + 0.5 ? 1 : count + 1
      greatest = max(greatest, value)
    }
    // 4095 with the usual intercepts of -1024 and -1000; other ends need a clear plateau.
    let isUsualEnd = (3070...3097).contains(greatest)
    guard isUsualEnd || (count >= 16 && greatest >= Self.clippedGrowHU) else {
      seedHU = asked
      growHU = asked
      plateauHU = nil
      return
    }
    plateauHU = greatest - 1
    seedHU = min(asked, greatest - 1)
    growHU = asked > greatest - 1 ? min(seedHU, Self.clippedGrowHU) : seedHU
  }
}
