import RestorationKernels
import VolumeModel

/// One wavelet detail with what surrounds it.
struct Detail {
  /// A coefficient of the finest band, normed so that white noise keeps its deviation.
  var magnitude: Float
  /// The local mean.
  var mean: Float
  /// The square of the local slope of the mean.
  var slope: Float

  /// 1 if no voxel without a meaning went in, else 0.
  var tally: Int {
    // Of those that are not, the exponent has all of its eight bits.
    let exponent = (magnitude + slope).bitPattern >> 23 & 0xff
    return 1 - Int((exponent + 1) >> 8)
  }
}

/// Wavelet details from all over a volume.
///
/// None of them is one that a voxel without a meaning went into.
struct DetailSample {
  /// Their magnitudes without signs.
  let magnitudes: [Float]
  /// Their local means.
  let means: [Float]
  /// The squares of their local slopes.
  let slopes: [Float]

  /// How many there are.
  var count: Int { magnitudes.count }

  /// Takes about a million details at most, from up to 32 evenly spread slices.
  init(of volume: Volume, excluding excluded: Mask?) {
    let crossesSlices =
      FilterDimensions.auto.crossesSlices(of: volume) && volume.dimensions.z >= FinestDetail.taps
    let positions = volume.dimensions.z - (crossesSlices ? FinestDetail.taps - 1 : 0)
    let picks = slabs(of: positions, parts: 32).map { ($0.lowerBound + $0.upperBound) / 2 }
    let rim = FinestDetail.taps - 1
    let inPlane = (volume.dimensions.x - rim) * (volume.dimensions.y - rim)
    // An odd stride does not fall into step with rows of an even length.
    let stride = 2 * ((picks.count * inPlane) >> 20) + 1
    let perPick = (inPlane + stride - 1) / stride
    var all = [Detail](
      repeating: Detail(magnitude: 0, mean: 0, slope: 0), count: picks.count * perPick)
    let parts = picks.indices.map { ($0 * perPick)..<(($0 + 1) * perPick) }
    fillConcurrently(&all, parts: parts) { part, output in
      let plane = DetailPlane(
        of: volume, excluding: excluded, at: picks[part], slices: crossesSlices ? 4 : 1)
      plane.take(every: stride) { place, detail in output[place] = detail }
    }
    self.init(meaningfulOf: all)
  }

  /// Keeps the details that no voxel without a meaning went into.
  init(meaningfulOf all: [Detail]) {
    // One more, as those behind the last that is kept are put down too.
    let room = [Float](repeating: 0, count: all.count + 1)
    var (magnitudes, means, slopes, count) = (room, room, room, 0)
    magnitudes.withUnsafeMutableBufferPointer { magnitudes in
      means.withUnsafeMutableBufferPointer { means in
        slopes.withUnsafeMutableBufferPointer { slopes in
          for detail in all {
            magnitudes[count] = abs(detail.magnitude)
            means[count] = detail.mean
            slopes[count] = detail.slope
            count += detail.tally
          }
        }
      }
    }
    let rest = room.count - count
    magnitudes.removeLast(rest)
    means.removeLast(rest)
    slopes.removeLast(rest)
    (self.magnitudes, self.means, self.slopes) = (magnitudes, means, slopes)
  }

  /// The details that are no darker than Otsu's threshold.
  ///
  /// Where that leaves next to nothing (a few bright spots took the upper class), the brighter half.
  func object() -> DetailSample {
    let bright = brighter(otsuThreshold(means))
    guard 20 * bright.count < count else { return bright }
    return brighter(quantile(0.5, of: means))
  }

  private func brighter(_ threshold: Float) -> DetailSample {
    DetailSample(self, kept: means.each { tally(threshold, isAtMost: $0) })
  }

  /// The details at the flattest places, at most about 131,072: beyond, the median gains nothing.
  func flattest(_ fraction: Double) -> DetailSample {
    let limit = quantile(fraction, of: slopes)
    let flat = DetailSample(self, kept: slopes.each { tally($0, isAtMost: limit) })
    let stride = flat.count >> 17 + 1
    guard stride > 1 else { return flat }
    return DetailSample(flat, kept: (0..<flat.count).map { $0 % stride == 0 ? 1 : 0 })
  }

  private init(_ all: DetailSample, kept tallies: [Int32]) {
    magnitudes = all.magnitudes.kept(tallies)
    means = all.means.kept(tallies)
    slopes = all.slopes.kept(tallies)
  }
}

/// 1 if a number is at most another, else 0; both are finite.
///
/// Made of the difference's sign: a comparison may end up as a branch, which costs ten times as much
/// where nothing foretells it.
@inline(__always)
private func tally(_ value: Float, isAtMost other: Float) -> Int32 {
  // The difference of two zeros may have a sign.
  1 - Int32(bitPattern: (other - value + 0).bitPattern >> 31)
}

/// The threshold that best parts finite values into two classes (Otsu 1979), on 256 bins.
func otsuThreshold(_ values: [Float]) -> Float {
  let range = FiniteValues(of: values, excluding: nil, in: values.indices)
  let (lowest, highest) = (range.least, range.greatest)
  guard lowest < highest else { return 0 }
  let bins = 256
  let scale = Float(bins - 1) / (highest - lowest)
  // Neighbours often fall into one bin, and would wait for each other if they were counted in one.
  let turns = 4
  var tallies = [Int](repeating: 0, count: turns * bins)
  for (place, value) in values.enumerated() {
    tallies[Int((value - lowest) * scale) * turns + place % turns] += 1
  }
  let counts = (0..<bins).map { bin in
    Double(tallies[(bin * turns)..<((bin + 1) * turns)].reduce(0, +))
  }
  let total = Double(values.count)
  let sum = counts.indices.reduce(0) { $0 + Double($1) * counts[$1] }
  var (below, sumBelow) = (0.0, 0.0)
  var (best, bestSeparation) = (0, -1.0)
  for bin in 0..<(bins - 1) {
    below += counts[bin]
    sumBelow += Double(bin) * counts[bin]
    guard below > 0, below < total else { continue }
    let gap = sumBelow / below - (sum - sumBelow) / (total - below)
    let separation = below * (total - below) * gap * gap
    if separation > bestSeparation { (best, bestSeparation) = (bin, separation) }
  }
  return lowest + Float(best + 1) / scale
}
