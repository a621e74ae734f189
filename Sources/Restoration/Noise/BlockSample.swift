import VolumeModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A square block of one slice, its mean and slope taken off.
struct Block: Sendable {
  /// The mean of its voxels.
  let mean: Double
  /// The variance of what is left, over as many degrees of freedom as white noise has there.
  let variance: Double
  /// Mean squares of the steps of what is left between neighbours along x and along y.
  let steps: SIMD2<Double>
}

/// Blocks from all over a volume, none of which is constant, clipped or holds a voxel that does not
/// count.
struct BlockSample {
  /// The blocks.
  let blocks: [Block]

  /// Takes about 65,536 blocks at most, from up to 32 evenly spread slices; `side` is no more than
  /// the voxels along x and y.
  init(of volume: Volume, excluding excluded: Mask?, side: Int) {
    let picks = slabs(of: volume.dimensions.z, parts: 32).map {
      ($0.lowerBound + $0.upperBound) / 2
    }
    var stride = 2
    while picks.count * volume.planeCount / (stride * stride) > 1 << 16 { stride += 1 }
    let floor = Self.least(volume, excluding: excluded)
    let step = stride
    blocks = summaries(picks.count) { pick in
      let slice = BlockSlice(
        volume, excluded: excluded, z: picks[pick], side: side, floor: floor)
      return slice.blocks(stride: step)
    }.flatMap(\.self)
  }

  private init(_ blocks: [Block]) { self.blocks = blocks }

  /// The blocks of the object, which are the bright ones by Otsu's threshold; all of them where the
  /// bright ones are a few spots or lines, as those of an ultrasound picture are.
  func object() -> BlockSample {
    let threshold = Double(otsuThreshold(blocks.map { Float($0.mean) }))
    let bright = BlockSample(blocks.filter { $0.mean >= threshold })
    guard 20 * bright.blocks.count >= blocks.count else { return self }
    let darkCount = blocks.count - bright.blocks.count
    guard darkCount > 0 else { return self }
    let dark = blocks.reduce(0) { $0 + ($1.mean < threshold ? $1.mean : 0) } / Double(darkCount)
    let mean = bright.blocks.reduce(0) { $0 + $1.mean } / Double(bright.blocks.count)
    // An object whose flattest parts vary by that much of what sets it off is not flat anywhere.
    return bright.lowestCommonDeviation() > 0.2 * (mean - dark) ? self : bright
  }

  /// The lowest of the common standard deviations: that of the flat blocks.
  ///
  /// Where the logarithms of many variances are densest lies the variance itself, whatever their
  /// degrees of freedom. Denser places further up are those of texture and edges.
  func lowestCommonDeviation() -> Double {
    guard let least = blocks.map(\.variance).min() else { return 0 }
    let (width, margin) = (0.02, 24)
    let bins = blocks.map { Int(log($0.variance / least) / 2 / width) + margin }
    var counts = [Double](repeating: 0, count: (bins.max() ?? 0) + margin + 2)
    for bin in bins { counts[bin] += 1 }
    let bell = (-margin...margin).map { offset in
      let distance = Double(offset) * width / 0.15
      return exp(-distance * distance / 2)
    }
    var densities = counts
    for i in counts.indices {
      let places = max(-margin, -i)...min(margin, counts.count - 1 - i)
      densities[i] = places.reduce(0) { $0 + bell[$1 + margin] * counts[i + $1] }
    }
    let enough = (densities.max() ?? 0) / 3
    let peak = densities.indices.dropFirst().dropLast().first { i in
      densities[i] >= enough && densities[i] >= densities[i - 1] && densities[i] > densities[i + 1]
    }
    return least.squareRoot() * exp((Double((peak ?? margin) - margin) + 0.5) * width)
  }

  /// The blocks whose deviation is within a fifth of another.
  func near(_ deviation: Double) -> BlockSample {
    BlockSample(blocks.filter { abs(log($0.variance / (deviation * deviation))) < 0.4 })
  }

  private static func least(_ volume: Volume, excluding excluded: Mask?) -> Float {
    var least = Float.infinity
    for i in volume.voxels.indices where excluded?[i] != true {
      least = min(least, volume.voxels[i])
    }
    return least
  }
}
