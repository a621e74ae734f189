/// Denoises one box by thresholding the cosine transform of every block of four voxels a side.
///
/// All overlapping blocks are transformed (orthonormal), coefficients up to the threshold set to
/// zero except the mean, and the blocks that come back averaged with the weight
/// 1 / (coefficients kept). Eight blocks that follow each other along x are worked on at once.
///
/// - SeeAlso: Manjón et al., Med. Image Anal. 16:18–27, 2012 (ODCT3D).
package struct CosineShrinkageTile: ~Copyable {
  /// The side of a block.
  package static let side = 4

  private let box: VoxelBox
  private let depth: Int
  private let size: SIMD3<Int>
  private let block: UnsafeMutablePointer<FloatLanes>
  private let sums: UnsafeMutablePointer<Float>
  private let totals: UnsafeMutablePointer<Float>

  /// Reserves the scratch of one box; blocks are `depth` (4 or 1) slices deep.
  package init(box: VoxelBox, depth: Int) {
    self.box = box
    self.depth = depth
    // Blocks reach three voxels out of the box on either side; lanes another eight.
    size = [box.x.count + 16, box.y.count + 6, box.z.count + 2 * (depth - 1)]
    block = .allocate(capacity: 16 * depth)
    block.initialize(repeating: FloatLanes(repeating: 0), count: 16 * depth)
    let count = size.x * size.y * size.z
    sums = .allocate(capacity: 2 * count)
    sums.initialize(repeating: 0, count: 2 * count)
    totals = sums + count
  }

  deinit {
    block.deallocate()
    sums.deallocate()
  }

  /// Denoises the box.
  ///
  /// - Parameters:
  ///   - image: The volume with a rim of at least three voxels along each axis that blocks span.
  ///   - threshold: Coefficients no larger than this are taken for noise.
  ///   - output: Receives the denoised voxels, x fastest.
  package func shrink(
    _ image: PaddedVolume, threshold: Float, into output: inout MutableSpan<Float>
  ) {
    image.voxels.withUnsafeBufferPointer { voxels in
      guard let voxels = voxels.baseAddress else { return }
      for z in 0..<(size.z - depth + 1) {
        for y in 0..<(size.y - 3) {
          let corner =
            voxels
            + image.index(
              box.x.lowerBound - 3, box.y.lowerBound - 3 + y, box.z.lowerBound - depth + 1 + z)
          for x in stride(from: 0, to: box.x.count + 3, by: 8) {
            shrinkBlocks(
              corner + x, rowStride: image.rowStride, sliceStride: image.sliceStride,
              threshold: threshold, at: (z * size.y + y) * size.x + x,
              lanes: box.x.count + 3 - x)
          }
        }
      }
    }
    var target = 0
    for z in 0..<box.z.count {
      for y in 0..<box.y.count {
        let first = ((z + depth - 1) * size.y + y + 3) * size.x + 3
        for x in 0..<box.x.count { output[target + x] = sums[first + x] / totals[first + x] }
        target += box.x.count
      }
    }
  }

  /// Transforms, thresholds and adds eight blocks, of which the first `lanes` count.
  private func shrinkBlocks(
    _ corner: UnsafePointer<Float>, rowStride: Int, sliceStride: Int, threshold: Float,
    at target: Int, lanes: Int
  ) {
    for z in 0..<depth {
      for y in 0..<4 {
        let row = z * sliceStride + y * rowStride
        for x in 0..<4 { block[z * 16 + y * 4 + x] = corner.lanes(at: row + x) }
      }
    }
    transformAll(inverse: false)
    let limit = FloatLanes(repeating: threshold)
    let zero = FloatLanes(repeating: 0)
    let one = FloatLanes(repeating: 1)
    var kept = one
    for i in 1..<(16 * depth) {
      let magnitude = block[i].larger(zero - block[i])
      let isNoise = magnitude .<= limit
      block[i].replace(with: zero, where: isNoise)
      kept += one.replacing(with: zero, where: isNoise)
    }
    transformAll(inverse: true)
    var weight = one / kept
    for lane in max(0, min(8, lanes))..<8 { weight[lane] = 0 }
    for z in 0..<depth {
      for y in 0..<4 {
        let row = target + (z * size.y + y) * size.x
        for x in 0..<4 {
          let value = block[z * 16 + y * 4 + x] * weight
          sums.store(sums.lanes(at: row + x) + value, at: row + x)
          totals.store(totals.lanes(at: row + x) + weight, at: row + x)
        }
      }
    }
  }

  @inline(__always) private func transformAll(inverse: Bool) {
    for line in stride(from: 0, to: 16 * depth, by: 4) { transform(line, step: 1, inverse) }
    for plane in stride(from: 0, to: 16 * depth, by: 16) {
      for x in 0..<4 { transform(plane + x, step: 4, inverse) }
    }
    if depth > 1 { for i in 0..<16 { transform(i, step: 16, inverse) } }
  }

  /// The orthonormal cosine transform of four values, or its inverse.
  @inline(__always) private func transform(_ first: Int, step: Int, _ inverse: Bool) {
    let half = FloatLanes(repeating: 0.5)
    // cos(π/8) / √2 and sin(π/8) / √2.
    let cosine = FloatLanes(repeating: 0.653_281_482_4)
    let sine = FloatLanes(repeating: 0.270_598_050_1)
    let (a, b) = (block[first], block[first + step])
    let (c, d) = (block[first + 2 * step], block[first + 3 * step])
    if inverse {
      let (even, odd) = ((a + c) * half, (a - c) * half)
      let (outer, inner) = (b * cosine + d * sine, b * sine - d * cosine)
      block[first] = even + outer
      block[first + step] = odd + inner
      block[first + 2 * step] = odd - inner
      block[first + 3 * step] = even - outer
    } else {
      let (outer, inner) = (a - d, b - c)
      block[first] = (a + d + b + c) * half
      block[first + step] = outer * cosine + inner * sine
      block[first + 2 * step] = (a + d - b - c) * half
      block[first + 3 * step] = outer * sine - inner * cosine
    }
  }
}
