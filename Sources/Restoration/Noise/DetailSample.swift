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

  /// Whether no voxel without a meaning went in.
  var isMeaningful: Bool { (magnitude + slope).isFinite }
}

/// Wavelet details from all over a volume.
struct DetailSample {
  /// The details, none of which a voxel without a meaning went into.
  let details: [Detail]

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
    let meaningful = all.reduce(0) { $0 + ($1.isMeaningful ? 1 : 0) }
    details = meaningful == all.count ? all : all.filter(\.isMeaningful)
  }

  private init(_ details: [Detail]) { self.details = details }

  /// The details that are no darker than Otsu's threshold.
  ///
  /// Where that leaves next to nothing (a few bright spots took the upper class), the brighter half.
  func object() -> DetailSample {
    let means = details.map(\.mean)
    let threshold = otsuThreshold(means)
    let bright = details.filter { $0.mean >= threshold }
    guard 20 * bright.count < details.count else { return DetailSample(bright) }
    let median = quantile(0.5, of: means)
    return DetailSample(details.filter { $0.mean >= median })
  }

  /// The details at the flattest places, at most about 131,072: beyond, the median gains nothing.
  func flattest(_ fraction: Double) -> DetailSample {
    let limit = quantile(fraction, of: details.map(\.slope))
    let flat = details.filter { $0.slope <= limit }
    let stride = flat.count >> 17 + 1
    guard stride > 1 else { return DetailSample(flat) }
    return DetailSample(Swift.stride(from: 0, to: flat.count, by: stride).map { flat[$0] })
  }
}

/// The threshold that best parts values into two classes (Otsu 1979), on 256 bins.
func otsuThreshold(_ values: [Float]) -> Float {
  guard let lowest = values.min(), let highest = values.max(), lowest < highest else { return 0 }
  let bins = 256
  let scale = Float(bins - 1) / (highest - lowest)
  var counts = [Double](repeating: 0, count: bins)
  for value in values { counts[Int((value - lowest) * scale)] += 1 }
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
