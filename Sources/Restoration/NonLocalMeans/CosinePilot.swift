import RestorationKernels
import VolumeModel

/// A first denoising by thresholded cosine transforms, and its local mean.
struct CosinePilot {
  /// The denoised volume.
  let voxels: [Float]
  /// The mean of each voxel, counted twice, and its next neighbours.
  let means: [Float]

  /// Denoises voxels none of which lacks a meaning; Rician ones come out as signal.
  init(
    of source: [Float], dimensions: SIMD3<Int>, crossesSlices: Bool, noise: NoiseModel,
    sigma: Double, work: Work
  ) throws {
    let depth = crossesSlices ? CosineShrinkageTile.side : 1
    let rim = CosineShrinkageTile.side - 1
    let image = PaddedVolume(source, dimensions: dimensions, rim: [rim, rim, depth - 1])
    let signal = noise == .rician ? RicianSignal(sigma: sigma) : nil
    let size: SIMD3<Int> = crossesSlices ? [64, 32, 32] : [128, 128, 1]
    let voxels = try Tiles(of: dimensions, size: size).fill(work: work.share(0...0.9)) {
      box, output in
      // 2.7 sigma is the published threshold.
      CosineShrinkageTile(box: box, depth: depth)
        .shrink(image, threshold: Float(2.7 * sigma), into: &output)
      guard let signal else { return }
      for i in output.indices { output[i] = signal.value(at: output[i]) }
    }
    self.voxels = voxels
    means = try Self.means(
      voxels, dimensions, crossesSlices: crossesSlices, work: work.share(0.9...1))
  }

  private static func means(
    _ voxels: [Float], _ dimensions: SIMD3<Int>, crossesSlices: Bool, work: Work
  ) throws -> [Float] {
    let image = PaddedVolume(voxels, dimensions: dimensions, rim: [1, 1, crossesSlices ? 1 : 0])
    let scale: Float = crossesSlices ? 1 / 8 : 1 / 6
    let tiles = Tiles(of: dimensions, size: [dimensions.x, 32, 1])
    return try tiles.fill(work: work) { box, output in
      var target = 0
      for z in box.z {
        for y in box.y {
          let first = image.index(0, y, z)
          let (row, slice) = (image.rowStride, crossesSlices ? image.sliceStride : 0)
          for x in 0..<box.x.count {
            let i = first + x
            var sum = 2 * image.voxels[i] + image.voxels[i - 1] + image.voxels[i + 1]
            sum += image.voxels[i - row] + image.voxels[i + row]
            if slice > 0 { sum += image.voxels[i - slice] + image.voxels[i + slice] }
            output[target + x] = sum * scale
          }
          target += box.x.count
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
