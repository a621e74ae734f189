import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The total deviation of noise whose neighbouring voxels are alike.
///
///     for sides of 9, 13, 19, 27 voxels:
///       blocks of the object, their mean and slope taken off
///       s = the lowest common deviation: that of flat blocks
///       from s and the steps between neighbours there: correlation lengths, and the part of the
///       noise that went with mean and slope
///       until a block is six correlation lengths wide, or structure has leaked in
///
/// Correlations are taken to fall off as a bell. Of noise that has less at low frequencies, as that
/// of CT, sigma comes out 1 to 7 % too high; noise wider than a bell of 3 voxels is not seen whole.
struct CorrelatedNoise {
  /// The deviation.
  let sigma: Double
  /// How many blocks it rests on.
  let count: Int

  /// Measures a volume; nil when too little of it tells anything.
  init?(of volume: Volume, excluding excluded: Mask?) {
    var found: (variance: Double, count: Int)?
    for side in [9, 13, 19, 27] where side <= min(volume.dimensions.x, volume.dimensions.y) {
      let object = BlockSample(of: volume, excluding: excluded, side: side).object()
      let deviation = object.lowestCommonDeviation()
      let flat = object.near(deviation)
      guard flat.blocks.count >= 16 else { break }
      let scale = deviation * deviation / flat.blocks.reduce(0) { $0 + $1.variance }
      let steps = flat.blocks.reduce(.zero) { $0 + $1.steps } * scale
      let (variance, lengths) = Self.whole(deviation * deviation, steps: steps, side: side)
      if let found, variance > 2.2 * found.variance { break }
      found = (variance, flat.blocks.count)
      if 6 * lengths.max() <= Double(side) { break }
    }
    guard let found else { return nil }
    sigma = found.variance.squareRoot()
    count = found.count
  }

  /// The variance before mean and slope were taken off, and the correlation lengths along x and y.
  private static func whole(
    _ left: Double, steps: SIMD2<Double>, side: Int
  ) -> (variance: Double, lengths: SIMD2<Double>) {
    var (variance, lengths) = (left, SIMD2<Double>.zero)
    for _ in 0..<50 {
      let previous = variance
      for axis in 0..<2 {
        let correlation = 1 - steps[axis] / (2 * variance)
        lengths[axis] =
          correlation > 1e-3
          ? min((-0.5 / log(correlation)).squareRoot(), Double(side) / 2) : 0
      }
      let (x, y) = (trendShares(lengths.x, side: side), trendShares(lengths.y, side: side))
      let voxels = Double(side * side)
      variance =
        left * (voxels - 3) / (voxels - x.mean * y.mean - x.slope * y.mean - x.mean * y.slope)
      if abs(variance - previous) < 1e-4 * variance { break }
    }
    return (variance, lengths)
  }

  /// The variances of the mean and of the slope of a row, both as unit vectors, under noise of
  /// variance 1 and this correlation length.
  private static func trendShares(
    _ length: Double, side: Int
  ) -> (mean: Double, slope: Double) {
    guard length > 0 else { return (1, 1) }
    let middle = Double(side - 1) / 2
    var (mean, slope, moment) = (0.0, 0.0, 0.0)
    for i in 0..<side {
      let a = Double(i) - middle
      moment += a * a
      for j in 0..<side {
        let distance = Double(i - j) / length
        let correlation = exp(-distance * distance / 2)
        mean += correlation
        slope += correlation * a * (Double(j) - middle)
      }
    }
    return (mean / Double(side), slope / moment)
  }
}
