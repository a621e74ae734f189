import VolumeModel

/// The coefficients of a decomposition that stand for usable voxels.
struct BandSamples {
  private let decomposition: WaveletDecomposition
  private let excluded: [UInt8]?
  private let unmeasured: [UInt8]?
  private let dimensions: SIMD3<Int>

  /// The greatest coefficient that may be nothing but rounding.
  let resolution: Float

  /// Chooses coefficients by the voxel in the middle of their support.
  ///
  /// - Parameters:
  ///   - decomposition: The coefficients.
  ///   - greatest: The greatest magnitude of what was decomposed.
  ///   - dimensions: Its voxel counts along x, y and z.
  ///   - excluded: 1 for each voxel to leave out; nil when there are none.
  ///   - unmeasured: The same for noise, whose places must be apart from edges too.
  init(
    _ decomposition: WaveletDecomposition, ofAtMost greatest: Float, _ dimensions: SIMD3<Int>,
    excluded: [UInt8]?, unmeasured: [UInt8]?
  ) {
    self.decomposition = decomposition
    self.excluded = excluded
    self.unmeasured = unmeasured
    self.dimensions = dimensions
    resolution = 4 * .ulpOfOne * greatest
  }

  /// Levels of the decomposition.
  var levelCount: Int { decomposition.levels.count }

  /// Bands of a level, the approximation among them.
  var bandCount: Int { decomposition.levels[0].bands }

  /// Coefficients of a band that noise is measured by.
  func noiseCoefficients(level: Int, band: Int) -> [Float] {
    coefficients(level: level, band: band, without: unmeasured)
  }

  private func coefficients(level: Int, band: Int, without excluded: [UInt8]?) -> [Float] {
    let source = decomposition.levels[level]
    let all = source.coefficients[source.range(ofBand: band)]
    guard let excluded else { return Array(all) }
    let centers = (0..<3).map { decomposition.centers(level: level, axis: $0) }
    var chosen: [Float] = []
    var position = all.startIndex
    for z in centers[2] {
      for y in centers[1] {
        let row = (z * dimensions.y + y) * dimensions.x
        for x in centers[0] {
          if excluded[row + x] == 0 { chosen.append(all[position]) }
          position += 1
        }
      }
    }
    return chosen
  }

  /// Mean of the squares of those coefficients; 0 when there are none.
  func meanSquare(level: Int, band: Int) -> Double {
    let chosen = coefficients(level: level, band: band, without: excluded)
    // Four sums, so that one addition need not wait for the one before.
    var sums = SIMD4<Double>.zero
    for i in stride(from: 0, to: chosen.count - 3, by: 4) {
      let d = SIMD4(
        Double(chosen[i]), Double(chosen[i + 1]), Double(chosen[i + 2]), Double(chosen[i + 3]))
      sums += d * d
    }
    for i in (chosen.count & ~3)..<chosen.count {
      sums[0] += Double(chosen[i]) * Double(chosen[i])
    }
    return chosen.isEmpty ? 0 : sums.sum() / Double(chosen.count)
  }
}
