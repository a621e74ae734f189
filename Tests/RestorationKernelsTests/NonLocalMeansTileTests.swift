import Foundation
import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

@Suite struct NonLocalMeansTileTests {
  /// A case for the comparison of kernel and definition.
  struct Case: CustomTestStringConvertible {
    var dimensions: SIMD3<Int>
    var patch: SIMD3<Int>
    var search: SIMD3<Int>
    var squares = false
    var withholds = false
    var guided = false

    var testDescription: String {
      "\(dimensions) \(patch) \(search) \(squares) \(withholds) \(guided)"
    }
  }

  static let cases = [
    Case(dimensions: [1, 1, 1], patch: [1, 1, 1], search: [2, 2, 2]),
    Case(dimensions: [9, 8, 7], patch: [1, 1, 1], search: [2, 2, 2]),
    Case(dimensions: [9, 8, 7], patch: [1, 1, 1], search: [3, 3, 3], squares: true),
    Case(dimensions: [17, 6, 5], patch: [0, 0, 0], search: [1, 1, 1]),
    Case(dimensions: [11, 6, 5], patch: [2, 2, 2], search: [2, 2, 2], withholds: true),
    Case(dimensions: [23, 21, 1], patch: [3, 3, 0], search: [4, 4, 0], squares: true),
    Case(dimensions: [23, 21, 2], patch: [1, 1, 0], search: [5, 5, 0], withholds: true),
    Case(dimensions: [3, 2, 1], patch: [5, 5, 0], search: [9, 9, 0]),
    Case(dimensions: [23, 21, 2], patch: [1, 1, 0], search: [6, 6, 0], guided: true),
  ]

  @Test("A volume cut into boxes follows the definition (seed 21)", arguments: cases)
  func definition(_ test: Case) {
    var generator = SplitMix64(seed: 21)
    let count = test.dimensions.x * test.dimensions.y * test.dimensions.z
    let voxels = (0..<count).map { _ in Float(100 + 10 * generator.normal()) }
    let valid = (0..<count).map { _ in
      test.withholds && Int.random(in: 0..<4, using: &generator) == 0 ? Float(0) : 1
    }
    let likeness = PatchLikeness(
      patchRadius: test.patch, searchRadius: test.search, noiseFloor: 100, filteringStrength: 10,
      cutoff: 5, averagesSquares: test.squares)
    let image = PaddedVolume(voxels, dimensions: test.dimensions, rim: test.patch)
    // What is compared need not be what is averaged.
    let guide = PaddedVolume(
      test.guided ? voxels.map { _ in Float(100 + 10 * generator.normal()) } : voxels,
      dimensions: test.dimensions, rim: test.patch)
    let validity = PaddedVolume(valid, dimensions: test.dimensions, rim: test.patch)
    let expected = plain(voxels, valid, guide, likeness)
    // Cut in the middle of each axis, so that pairs cross from box to box.
    for z in halves(test.dimensions.z) {
      for y in halves(test.dimensions.y) {
        for x in halves(test.dimensions.x) {
          let box = VoxelBox(x: x, y: y, z: z)
          var filtered = [Float](repeating: 0, count: box.count)
          var span = filtered.mutableSpan
          NonLocalMeansTile(box: box, likeness: likeness)
            .average(
              image, guide: test.guided ? guide : nil, validity: test.withholds ? validity : nil,
              into: &span)
          let wanted = z.flatMap { z in
            y.flatMap { y in
              x.map { expected[(z * test.dimensions.y + y) * test.dimensions.x + $0] }
            }
          }
          for (a, b) in zip(filtered, wanted) { #expect(abs(Double(a) - b) <= 2e-5 * abs(b)) }
        }
      }
    }
  }

  private func halves(_ count: Int) -> [Range<Int>] {
    [0..<(count / 2), (count / 2)..<count].filter { !$0.isEmpty }
  }

  /// The definition, voxel by voxel.
  private func plain(
    _ voxels: [Float], _ valid: [Float], _ image: PaddedVolume, _ likeness: PatchLikeness
  ) -> [Double] {
    let (size, search) = (image.dimensions, likeness.searchRadius)
    let power = Double(likeness.filteringStrength * likeness.filteringStrength)
    var result: [Double] = []
    for index in voxels.indices {
      let here: SIMD3<Int> = [index % size.x, index / size.x % size.y, index / size.x / size.y]
      func quantity(_ i: Int) -> Double {
        let value = Double(voxels[i])
        return likeness.averagesSquares ? value * value : value
      }
      var (sum, total) = (quantity(index), 1.0)
      for other in voxels.indices where other != index {
        let there: SIMD3<Int> = [other % size.x, other / size.x % size.y, other / size.x / size.y]
        let shift = there &- here
        guard abs(shift.x) <= search.x, abs(shift.y) <= search.y, abs(shift.z) <= search.z else {
          continue
        }
        let distance = patchDistance(image, here, there, likeness.patchRadius)
        let exponent = max(distance - Double(likeness.noiseFloor), 0) / power
        guard exponent < Double(likeness.cutoff) else { continue }
        let weight = exp(-exponent) * Double(valid[index] * valid[other])
        sum += weight * quantity(other)
        total += weight
      }
      result.append(sum / total)
    }
    return result
  }

  private func patchDistance(
    _ image: PaddedVolume, _ a: SIMD3<Int>, _ b: SIMD3<Int>, _ radius: SIMD3<Int>
  ) -> Double {
    var (sum, count) = (0.0, 0.0)
    for z in -radius.z...radius.z {
      for y in -radius.y...radius.y {
        for x in -radius.x...radius.x {
          let first = image.voxels[image.index(a.x + x, a.y + y, a.z + z)]
          let second = image.voxels[image.index(b.x + x, b.y + y, b.z + z)]
          sum += Double(first - second) * Double(first - second)
          count += 1
        }
      }
    }
    return sum / count
  }
}
