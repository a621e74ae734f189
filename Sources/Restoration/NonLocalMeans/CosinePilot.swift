import RestorationKernels
import VolumeModel

/// A first denoising by thresholded cosine transforms, and its local mean.
struct CosinePilot {
  /// The denoised volume.
  let voxels: [Float]
  private let crossesSlices: Bool

  /// Denoises voxels none of which lacks a meaning; Rician ones come out as signal.
  init(
    of source: [Float], dimensions: SIMD3<Int>, crossesSlices: Bool, noise: NoiseModel,
    sigma: Double, work: Work
  ) throws {
    self.crossesSlices = crossesSlices
    let depth = crossesSlices ? CosineShrinkageTile.side : 1
    let reach = CosineShrinkageTile.side - 1
    let rim: SIMD3<Int> = [reach, reach, depth - 1]
    let signal = noise == .rician ? RicianSignal(sigma: sigma) : nil
    let size: SIMD3<Int> = crossesSlices ? [64, 32, 32] : [128, 128, 1]
    voxels = try Tiles(of: dimensions, size: size).fill(work: work) { box, output in
      // Eight blocks are worked on at once: the last of them reach eight voxels further along x.
      let image = PaddedVolume(
        source, dimensions: dimensions, rim: rim, around: box, reach: rim)
      // 2.7 sigma is the published threshold.
      CosineShrinkageTile(box: box, depth: depth)
        .shrink(image, threshold: Float(2.7 * sigma), into: &output)
      guard let signal else { return }
      for i in output.indices { output[i] = signal.value(at: output[i]) }
    }
  }

  /// The mean of each voxel, counted twice, and its next neighbours, for those voxels of a part
  /// of the pilot whose neighbours it holds.
  func means(_ part: PaddedVolume) -> PaddedVolume {
    let scale: Float = crossesSlices ? 1 / 8 : 1 / 6
    let (row, slice) = (part.rowStride, crossesSlices ? part.sliceStride : 0)
    let held = part.interior(margin: [1, 1, crossesSlices ? 1 : 0])
    return PaddedVolume(like: part) { means in
      part.voxels.withUnsafeBufferPointer { source in
        guard let voxels = source.baseAddress else { return }
        for z in held.z {
          for y in held.y {
            let first = part.index(held.x.lowerBound, y, z)
            for i in first..<(first + held.x.count) {
              var sum = 2 * voxels[i] + voxels[i - 1] + voxels[i + 1]
              sum += voxels[i - row] + voxels[i + row]
              if slice > 0 { sum += voxels[i - slice] + voxels[i + slice] }
              means[i] = sum * scale
            }
          }
        }
      }
    }
  }
}

/// The signal behind means of Rician magnitudes, by a table.
private struct RicianSignal {
  private static let step: Float = 1 / 64
  private let signals: [Float]
  private let sigma: Float

  init(sigma: Double) {
    self.sigma = Float(sigma)
    signals = (0...2_048).map { Float(RicianMoments.signal(meanRatio: Double($0) / 64)) }
  }

  func value(at mean: Float) -> Float {
    let ratio = max(mean, 0) / sigma
    let place = ratio / Self.step
    guard place < Float(signals.count - 1) else { return (ratio * ratio - 1).squareRoot() * sigma }
    let index = Int(place)
    let fraction = place - Float(index)
    return (signals[index] + fraction * (signals[index + 1] - signals[index])) * sigma
  }
}
