import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

@Suite struct CosineShrinkageTests {
  private let size: SIMD3<Int> = [23, 9, 7]
  /// Blocks of a second row of lanes, and voxels beyond the box, take part.
  private let box = VoxelBox(x: 2..<20, y: 1..<8, z: 1..<6)

  /// An edge under noise of deviation 10.
  private func noisy(seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    var voxels: [Float] = []
    for i in 0..<(size.x * size.y * size.z) {
      let diagonal: Int = i % size.x + i / size.x % size.y
      let signal: Double = diagonal > 14 ? 160 : 100
      voxels.append(Float(signal + 10 * generator.normal()))
    }
    return voxels
  }

  private func padded(_ voxels: [Float], depth: Int) -> PaddedVolume {
    PaddedVolume(voxels, dimensions: size, rim: [3, 3, depth - 1])
  }

  @Test("Thresholds follow the definition, block by block (seed 51)", arguments: [1, 4])
  func threshold(depth: Int) {
    let image = padded(noisy(seed: 51), depth: depth)
    var output = [Float](repeating: 0, count: box.count)
    var span = output.mutableSpan
    CosineShrinkageTile(box: box, depth: depth).shrink(image, threshold: 27, into: &span)
    let expected = PlainCosines(depth: depth).shrunk(image, guide: image, box) { value, _ in
      abs(value) > 27 ? 1 : 0
    }
    for (a, b) in zip(output, expected) { #expect(abs(Double(a) - b) < 2e-3) }
  }

  @Test("Wiener's factors follow the definition, block by block (seeds 52, 53)", arguments: [1, 4])
  func wiener(depth: Int) {
    let (image, guide) = (
      padded(noisy(seed: 52), depth: depth),
      padded(noisy(seed: 53).map { (v: Float) -> Float in 0.8 * v + 26 }, depth: depth)
    )
    var output = [Float](repeating: 0, count: box.count)
    var span = output.mutableSpan
    CosineShrinkageTile(box: box, depth: depth)
      .shrink(image, guide: guide, noise: 100, into: &span)
    let expected = PlainCosines(depth: depth).shrunk(image, guide: guide, box) { _, guide in
      guide * guide <= 2 ? 0 : guide * guide / (guide * guide + 100)
    }
    // Next to the limit a factor of 1 / 50 comes or goes with the last bit.
    for (a, b) in zip(output, expected) { #expect(abs(Double(a) - b) < 2e-2) }
  }

  @Test("Values too large to be squared are kept by Wiener's factors")
  func huge() {
    let image = padded([Float](repeating: 1e25, count: size.x * size.y * size.z), depth: 4)
    var output = [Float](repeating: 0, count: box.count)
    var span = output.mutableSpan
    CosineShrinkageTile(box: box, depth: 4).shrink(image, guide: image, noise: 1, into: &span)
    for value in output { #expect(abs(value / 1e25 - 1) < 1e-5) }
  }

  @Test("Signs and magnitudes of lanes")
  func lanes() {
    let values = FloatLanes(0, 1, -2, .infinity, 3, -4, 5, 6)
    #expect(values.magnitudes == FloatLanes(0, 1, 2, .infinity, 3, 4, 5, 6))
    for lane in 0..<8 {
      var one = FloatLanes(repeating: 1)
      #expect(!one.hasNegative)
      one[lane] = -1
      #expect(one.hasNegative)
    }
  }
}

/// The definition of shrinkage by cosine transforms: one block after the other, in doubles.
private struct PlainCosines {
  let depth: Int

  /// Rows of the orthonormal transform of four values.
  private static let basis: [[Double]] = [0.0, 1, 2, 3].map { (k: Double) -> [Double] in
    let scale: Double = k == 0 ? 0.5 : 0.5.squareRoot()
    return [0.5, 1.5, 2.5, 3.5].map { (n: Double) -> Double in
      let angle: Double = Double.pi * n * k / 4
      return scale * cos(angle)
    }
  }

  func shrunk(
    _ image: PaddedVolume, guide: PaddedVolume, _ box: VoxelBox,
    _ factor: (_ value: Double, _ guide: Double) -> Double
  ) -> [Double] {
    var (sums, totals) = (
      [Double](repeating: 0, count: box.count), [Double](repeating: 0, count: box.count)
    )
    for z in (box.z.lowerBound - depth + 1)..<box.z.upperBound {
      for y in (box.y.lowerBound - 3)..<box.y.upperBound {
        for x in (box.x.lowerBound - 3)..<box.x.upperBound {
          var block = transformed(values(image, x, y, z), inverse: false)
          let guides = transformed(values(guide, x, y, z), inverse: false)
          var squares = 1.0
          for i in 1..<block.count {
            let part = factor(block[i], guides[i])
            block[i] *= part
            squares += part * part
          }
          block = transformed(block, inverse: true)
          for i in block.indices {
            let (u, v, w) = (x + i % 4, y + i / 4 % 4, z + i / 16)
            guard box.x.contains(u), box.y.contains(v), box.z.contains(w) else { continue }
            let row = (w - box.z.lowerBound) * box.y.count + v - box.y.lowerBound
            sums[row * box.x.count + u - box.x.lowerBound] += block[i] / squares
            totals[row * box.x.count + u - box.x.lowerBound] += 1 / squares
          }
        }
      }
    }
    return zip(sums, totals).map { $0 / $1 }
  }

  private func values(_ image: PaddedVolume, _ x: Int, _ y: Int, _ z: Int) -> [Double] {
    (0..<(16 * depth)).map { (i: Int) -> Double in
      let place = image.index(x + i % 4, y + i / 4 % 4, z + i / 16)
      return Double(image.voxels[place])
    }
  }

  private func transformed(_ block: [Double], inverse: Bool) -> [Double] {
    var block = block
    let steps: [Int] = depth == 4 ? [1, 4, 16] : [1, 4]
    for step in steps {
      for first in block.indices where first / step % 4 == 0 {
        let line: [Double] = (0..<4).map { (n: Int) -> Double in block[first + n * step] }
        for k in 0..<4 {
          var sum = 0.0
          for n in 0..<4 {
            let factor: Double = inverse ? Self.basis[n][k] : Self.basis[k][n]
            sum += line[n] * factor
          }
          block[first + k * step] = sum
        }
      }
    }
    return block
  }
}
