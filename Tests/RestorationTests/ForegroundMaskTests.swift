import RestoradTestSupport
import Restoration
import Testing
import VolumeModel

@Suite("Foreground mask")
struct ForegroundMaskTests {
  private func mask(_ rows: [String]) -> Mask {
    Mask(
      dimensions: [rows[0].count, rows.count, 1],
      bits: rows.joined().map { $0 == "#" ? 1 : 0 })
  }

  @Test("Small parts go, parts of a tenth of the largest stay")
  func largestParts() {
    let scattered = mask(["######..#", "######...", ".......##", "......#.."])
    let expected = mask(["######...", "######...", ".......##", "........."])
    #expect(scattered.keepingLargestParts(fraction: 0.15) == expected)
    #expect(scattered.keepingLargestParts(fraction: 0) == scattered)
  }

  @Test("Holes are filled, bays and the outside are not")
  func holes() {
    let ring = mask([".......", ".#####.", ".#...#.", ".#.#.#.", ".#####.", ".......", "..#.#.."])
    let filled = mask([".......", ".#####.", ".#####.", ".#####.", ".#####.", ".......", "..#.#.."])
    #expect(ring.fillingHoles() == filled)
  }

  @Test("A hole of a volume is closed in all three dimensions")
  func holes3D() {
    var shell = Mask(dimensions: [5, 5, 5], repeating: true)
    shell[62] = false
    #expect(shell.fillingHoles().count == 125)
    for z in 3..<5 { shell[z * 25 + 12] = false }
    #expect(shell.fillingHoles() == shell)
  }

  @Test(
    "Runs join as a plain flood fill does, seed 3",
    arguments: [[13, 11, 9], [64, 40, 17], [130, 37, 23], [200, 90, 1], [257, 3, 40]], [30, 60])
  func floodFill(size: [Int], percent: Int) {
    var random = SplitMix64(seed: 3)
    var noise = Mask(dimensions: [size[0], size[1], size[2]], repeating: false)
    for i in noise.bits.indices { noise[i] = Int.random(in: 0..<100, using: &random) < percent }

    let parts = Self.parts(of: noise, true)
    let largest = parts.map(\.count).max() ?? 0
    var kept = noise
    for part in parts where part.count < largest { for i in part { kept[i] = false } }
    #expect(noise.keepingLargestParts(fraction: 1) == kept)

    var filled = noise
    for part in Self.parts(of: noise, false) where !part.contains(where: { isBorder($0, noise) }) {
      for i in part { filled[i] = true }
    }
    #expect(noise.fillingHoles() == filled)
  }

  @Test("Otsu's threshold lies between the two modes, hot voxels or not")
  func threshold() throws {
    var random = SplitMix64(seed: 1)
    var volume = Volume(dimensions: [40, 40, 10], repeating: 0)
    for i in volume.voxels.indices {
      volume.voxels[i] = Float(10 * random.normal() + (i % 3 == 0 ? 200 : 40))
    }
    let plain = try #require(ForegroundMask.otsuThreshold(of: volume))
    #expect(plain > 90 && plain < 150)
    volume.voxels[77] = 1e6
    let hot = try #require(ForegroundMask.otsuThreshold(of: volume))
    #expect(abs(hot - plain) < 20)
  }

  @Test("One value has no threshold, and every voxel is object")
  func constant() {
    let volume = Volume(dimensions: [4, 4, 4], repeating: 3)
    #expect(ForegroundMask.otsuThreshold(of: volume) == nil)
    #expect(ForegroundMask.otsu(of: volume).count == 64)
  }

  @Test("Excluded voxels and NaN are never chosen", arguments: MaskChoice.allCases)
  func excluded(choice: MaskChoice) {
    var volume = Volume(dimensions: [6, 6, 6], repeating: 3)
    volume.voxels[7] = .nan
    var excluded = Mask(dimensions: [6, 6, 6], repeating: false)
    excluded[100] = true
    let mask = ForegroundMask.mask(choice, of: volume, excluding: excluded)
    #expect(mask.count == 214 && !mask[7] && !mask[100])
  }

  private func isBorder(_ i: Int, _ mask: Mask) -> Bool {
    let counts = mask.dimensions
    let place = SIMD3(i % counts.x, i / counts.x % counts.y, i / (counts.x * counts.y))
    return (0..<3).contains { axis in
      (axis < 2 || counts.z > 1) && (place[axis] == 0 || place[axis] == counts[axis] - 1)
    }
  }

  /// The connected parts of the voxels that are chosen, or that are not.
  private static func parts(of mask: Mask, _ chosen: Bool) -> [[Int]] {
    let counts = mask.dimensions
    let plane = counts.x * counts.y
    var isLeft = mask.bits.map { ($0 != 0) == chosen }
    var parts: [[Int]] = []
    for seed in isLeft.indices where isLeft[seed] {
      isLeft[seed] = false
      var part = [seed]
      var next = 0
      while next < part.count {
        let i = part[next]
        next += 1
        let (x, y, z) = (i % counts.x, i / counts.x % counts.y, i / plane)
        let near = [
          (x > 0, i - 1), (x < counts.x - 1, i + 1), (y > 0, i - counts.x),
          (y < counts.y - 1, i + counts.x), (z > 0, i - plane), (z < counts.z - 1, i + plane),
        ]
        for (inside, neighbour) in near where inside && isLeft[neighbour] {
          isLeft[neighbour] = false
          part.append(neighbour)
        }
      }
      parts.append(part)
    }
    return parts
  }
}
