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
    let levels = noise == .rician ? RicianLevels(sigma: sigma) : nil
    voxels = try Self.tiles(dimensions, crossesSlices).fill(work: work) { box, output in
      let image = Self.near(source, box, dimensions, crossesSlices)
      // 2.7 sigma is the published threshold.
      CosineShrinkageTile(box: box, depth: Self.depth(crossesSlices))
        .shrink(image, threshold: Float(2.7 * sigma), into: &output)
      guard let levels else { return }
      for i in output.indices { output[i] = levels.signal(ofMean: output[i]) }
    }
  }

  /// Denoises voxels as Wiener would who took a first result for the truth.
  ///
  /// - Parameters:
  ///   - source: Voxels none of which lacks a meaning.
  ///   - guide: The first result: signal, where the noise is Rician.
  ///   - dimensions: Voxel counts along x, y and z.
  ///   - crossesSlices: Whether blocks do.
  ///   - noise: How the noise is distributed.
  ///   - sigma: Its standard deviation, above 0.
  ///   - work: Told of progress.
  /// - Returns: The signal.
  /// - Throws: `CancellationError`.
  static func refined(
    _ source: [Float], guide: [Float], dimensions: SIMD3<Int>, crossesSlices: Bool,
    noise: NoiseModel, sigma: Double, work: Work
  ) throws -> [Float] {
    let levels = noise == .rician ? RicianLevels(sigma: sigma) : nil
    return try tiles(dimensions, crossesSlices).fill(work: work) { box, output in
      let image = near(source, box, dimensions, crossesSlices)
      var first = near(guide, box, dimensions, crossesSlices)
      if let levels { first = first.map { levels.mean(ofSignal: $0) } }
      // The guide errs too: 1.3 times the noise gains 0.1 dB on T1 heads with 1 to 5 % of noise.
      CosineShrinkageTile(box: box, depth: depth(crossesSlices))
        .shrink(image, guide: first, noise: Float(1.3 * sigma * sigma), into: &output)
      guard let levels else { return }
      for i in output.indices { output[i] = levels.signal(ofMean: output[i]) }
    }
  }

  private static func depth(_ crossesSlices: Bool) -> Int {
    crossesSlices ? CosineShrinkageTile.side : 1
  }

  /// Boxes whose scratch stays in a core's second cache.
  private static func tiles(_ dimensions: SIMD3<Int>, _ crossesSlices: Bool) -> Tiles {
    Tiles(of: dimensions, size: crossesSlices ? [64, 32, 32] : [128, 128, 1])
  }

  /// The voxels that blocks reach from a box.
  private static func near(
    _ source: [Float], _ box: VoxelBox, _ dimensions: SIMD3<Int>, _ crossesSlices: Bool
  ) -> PaddedVolume {
    let reach = CosineShrinkageTile.side - 1
    let rim: SIMD3<Int> = [reach, reach, depth(crossesSlices) - 1]
    return PaddedVolume(source, dimensions: dimensions, rim: rim, around: box, reach: rim)
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
