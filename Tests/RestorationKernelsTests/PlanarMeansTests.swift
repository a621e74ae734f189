import RestoradTestSupport
import RestorationKernels
import Testing
import VolumeModel

/// The integer tile against the one in floats.
@Suite struct PlanarMeansTests {
  /// A case for the comparison.
  struct Case: CustomTestStringConvertible {
    var dimensions: SIMD3<Int>
    var patch: Int
    var search: Int
    var noiseFloor: Float = 200
    var strength: Float = 8
    var cutoff: Float = 5
    var withholds = false

    var testDescription: String {
      "\(dimensions) \(patch) \(search) \(noiseFloor) \(strength) \(cutoff) \(withholds)"
    }

    var likeness: PatchLikeness {
      PatchLikeness(
        patchRadius: [patch, patch, 0], searchRadius: [search, search, 0],
        noiseFloor: noiseFloor, filteringStrength: strength, cutoff: cutoff,
        averagesSquares: false)
    }
  }

  /// The deviation of the noise.
  static let sigma: Float = 10

  static let cases = [
    Case(dimensions: [1, 1, 1], patch: 1, search: 2),
    Case(dimensions: [1, 23, 2], patch: 3, search: 10),
    Case(dimensions: [17, 1, 1], patch: 2, search: 3),
    Case(dimensions: [61, 47, 1], patch: 3, search: 10),
    Case(dimensions: [61, 47, 2], patch: 3, search: 10, withholds: true),
    Case(dimensions: [33, 31, 2], patch: 0, search: 15),
    Case(dimensions: [40, 16, 1], patch: 1, search: 1),
    Case(dimensions: [40, 16, 1], patch: 5, search: 15),
    Case(dimensions: [40, 32, 1], patch: 2, search: 10, noiseFloor: 0, strength: 5.5, cutoff: 12),
    Case(dimensions: [40, 32, 1], patch: 2, search: 10, noiseFloor: 0, strength: 30, cutoff: 12),
    Case(dimensions: [40, 32, 1], patch: 3, search: 5, strength: 2),
    Case(dimensions: [40, 32, 1], patch: 3, search: 5, strength: 30),
    Case(dimensions: [3, 2, 1], patch: 5, search: 15),
  ]

  @Test("Integers give what floats give but for their rounding (seed 41)", arguments: cases)
  func parity(_ test: Case) throws {
    var generator = SplitMix64(seed: 41)
    let size = test.dimensions
    let voxels = (0..<size.x * size.y * size.z).map { i in
      let edge: Float = i % size.x + i / size.x % size.y > (size.x + size.y) / 2 ? 60 : 0
      let spot: Float = i % 97 == 13 ? 400 : 0
      return edge + spot + Self.sigma * Float(generator.normal())
    }
    let valid = voxels.map { _ in
      test.withholds && Int.random(in: 0..<4, using: &generator) == 0 ? Float(0) : 1
    }
    let rim = test.likeness.patchRadius
    let image = PaddedVolume(voxels, dimensions: size, rim: rim)
    let validity =
      test.withholds ? PaddedVolume(valid, dimensions: size, rim: rim) : nil
    // Cut in the middle of each axis, so that pairs cross from box to box.
    for box in boxes(size) {
      var (wanted, found) = (
        [Float](repeating: 0, count: box.count), [Float](repeating: 0, count: box.count)
      )
      var span = wanted.mutableSpan
      NonLocalMeansTile(box: box, likeness: test.likeness)
        .average(image, validity: validity, into: &span)
      var other = found.mutableSpan
      guard
        let tile = PlanarMeansTile(
          box: box, likeness: test.likeness, image: image, validity: validity)
      else {
        Issue.record("the integers do not suffice")
        return
      }
      tile.average(image, into: &other)
      let errors = zip(wanted, found).map { abs($0 - $1) }
      let power = errors.reduce(0) { $0 + $1 * $1 } / Float(errors.count)
      // Where few patches are alike a single weight counts much; the noise itself is `sigma`.
      #expect(errors.max() ?? 0 < Self.sigma / 20 + test.likeness.filteringStrength / 50)
      #expect(power.squareRoot() < (Self.sigma + test.likeness.filteringStrength) / 50)
    }
  }

  @Test("Twice the same, and a constant stays what it is")
  func constant() throws {
    let size: SIMD3<Int> = [30, 20, 1]
    let image = PaddedVolume(
      [Float](repeating: 7.3, count: 600), dimensions: size, rim: [3, 3, 0])
    let box = VoxelBox(x: 0..<30, y: 0..<20, z: 0..<1)
    let likeness = Case(dimensions: size, patch: 3, search: 10).likeness
    var found = [Float](repeating: 0, count: 600)
    var span = found.mutableSpan
    let tile = PlanarMeansTile(box: box, likeness: likeness, image: image, validity: nil)
    if let tile { tile.average(image, into: &span) }
    #expect(found.allSatisfy { $0 == 7.3 })
  }

  @Test("What 16 bits cannot hold is left to floats")
  func refused() {
    let size: SIMD3<Int> = [16, 16, 1]
    let box = VoxelBox(x: 0..<16, y: 0..<16, z: 0..<1)
    func isTaken(
      _ values: [Float], _ change: (inout PatchLikeness) -> Void = { _ in }
    ) -> Bool {
      var likeness = Case(dimensions: size, patch: 1, search: 3).likeness
      change(&likeness)
      let image = PaddedVolume(values, dimensions: size, rim: [1, 1, 0])
      let tile = PlanarMeansTile(box: box, likeness: likeness, image: image, validity: nil)
      if tile != nil { return true }
      return false
    }
    let narrow = (0..<256).map { Float($0) }
    #expect(isTaken(narrow))
    #expect(!isTaken(narrow.map { $0 * 1000 }))
    #expect(!isTaken(narrow.map { $0 * 1e30 }))
    #expect(!isTaken(narrow) { $0.averagesSquares = true })
    #expect(!isTaken(narrow) { $0.cutoff = 87 })
    #expect(!isTaken(narrow) { $0.searchRadius = [3, 3, 1] })
    #expect(!isTaken(narrow) { $0.filteringStrength = 1e-3 })
  }

  private func boxes(_ size: SIMD3<Int>) -> [VoxelBox] {
    func halves(_ count: Int) -> [Range<Int>] {
      [0..<(count / 2), (count / 2)..<count].filter { !$0.isEmpty }
    }
    return halves(size.z).flatMap { z in
      halves(size.y).flatMap { y in halves(size.x).map { VoxelBox(x: $0, y: y, z: z) } }
    }
  }
}
