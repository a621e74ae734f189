/// A slice as air, one soft tissue and bone, without metal: the prior of NMAR.
struct TissueModel {
  /// Attenuation relative to water, columns fastest: 0 in air.
  let attenuation: [Float]

  /// Attenuation of soft tissue.
  private let soft: Float

  /// What stands where metal was.
  private static let metalReplacementHU: Float = 40
  /// Below this is air, after smoothing; between air and water, and below fat.
  private static let airBelowHU: Float = -400

  /// Sorts a slice that has been corrected once into tissues.
  ///
  /// The slice is smoothed before it is sorted, or streaks would become tissue; bone keeps its
  /// values, soft tissue gets the median, held to plausible -50...80 HU.
  init(of plane: [Float], metal: [UInt8], columns: Int, boneThresholdHU: Float) {
    let widened = PlaneMorphology.dilated(metal, columns: columns)
    var source = plane
    for i in source.indices where widened[i] != 0 { source[i] = Self.metalReplacementHU }
    let smooth = PlaneSmoothing.gaussian(source, columns: columns, sigma: 1)
    // A histogram in steps of 1 HU gives the median without sorting.
    var histogram = [Int](repeating: 0, count: 4096)
    var count = 0
    for i in smooth.indices where smooth[i] >= Self.airBelowHU && smooth[i] < boneThresholdHU {
      histogram[Int(min(max(source[i].rounded() + 2048, 0), 4095))] += 1
      count += 1
    }
    var median = 0
    var below = 0
    while median < 4095 && below + histogram[median] <= count / 2 {
      below += histogram[median]
      median += 1
    }
    let soft = 1 + (count > 0 ? min(max(Float(median - 2048), -50), 80) : 0) / 1000
    self.soft = soft
    attenuation = smooth.indices.map { i in
      if smooth[i] < Self.airBelowHU { return 0 }
      return smooth[i] < boneThresholdHU ? soft : max(0, 1 + source[i] / 1000)
    }
  }

  /// Whether a voxel is soft tissue.
  func isSoft(_ index: Int) -> Bool { attenuation[index] == soft }
}
