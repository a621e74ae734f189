/// How much signal lies where there should be none.
struct GhostMeasure {
  /// Mean of the air above and below less that of the air beside, as a part of the object's mean.
  let columnExcess: Double
  /// Standard error of `columnExcess`, were the air's noise independent from voxel to voxel.
  let uncertainty: Double
  /// Root mean square of all air, as a part of the object's mean.
  let air: Double
  /// Mean absolute difference of neighbours in the object after smoothing, as a part of its mean.
  let roughness: Double

  /// The percent-signal ghosting of the American College of Radiology, as a fraction.
  ///
  /// It is |(top + bottom) - (left + right)| / (2 x signal).
  var ghosting: Double { abs(columnExcess) }

  /// Measures a plane, columns fastest.
  init(_ plane: [Float], _ regions: GhostRegions) {
    var sums = SIMD3<Double>()
    var counts = SIMD3<Double>()
    var squares = 0.0
    var readoutSquares = 0.0
    var differences = 0.0
    var pairs = 0.0
    let columns = regions.columns
    // Without smoothing, noise would hide the edges that ghosts draw.
    let smooth = PlaneSmoothing.gaussian(plane, columns: columns, sigma: 1)
    for i in plane.indices {
      let value = Double(plane[i])
      if regions.object[i] {
        sums.x += value
        counts.x += 1
        if i >= columns, regions.object[i - 1], regions.object[i - columns] {
          differences += Double(abs(smooth[i] - smooth[i - 1]))
          differences += Double(abs(smooth[i] - smooth[i - columns]))
          pairs += 2
        }
      } else if regions.phaseAir[i] {
        sums.y += value
        counts.y += 1
        squares += value * value
      } else if regions.readoutAir[i] {
        sums.z += value
        counts.z += 1
        squares += value * value
        readoutSquares += value * value
      }
    }
    let means = sums / counts
    let signal = max(means.x, .leastNormalMagnitude)
    columnExcess = (means.y - means.z) / signal
    let airSquare = squares / (counts.y + counts.z)
    air = airSquare.squareRoot() / signal
    uncertainty =
      max(0, readoutSquares / counts.z - means.z * means.z).squareRoot() / signal
      * (1 / counts.y + 1 / counts.z).squareRoot()
    roughness = pairs > 0 ? differences / pairs / signal : 0
  }
}
