import Foundation
import RestoradTestSupport
import Restoration
import RestorationKernels
import Testing
import VolumeModel

@Suite("MP-PCA")
struct PrincipalComponentTests {
  /// Three tissues whose signal decays at their own rates along 20 directions, with noise.
  private func scene(
    _ dimensions: SIMD3<Int>, volumes: Int, sigma: Double
  ) -> (noisy: [Volume], truth: [[Float]]) {
    var random = SplitMix64(seed: 4)
    var noisy: [Volume] = []
    var truth: [[Float]] = []
    for index in 0..<volumes {
      let b = Double(index % 5) / 4
      var volume = Volume(dimensions: dimensions, repeating: 0)
      var clean = volume.voxels
      for i in clean.indices {
        let (x, y) = (i % dimensions.x, i / dimensions.x % dimensions.y)
        let tissue = x < dimensions.x / 3 ? 0 : y < dimensions.y / 2 ? 1 : 2
        let along = 0.5 + 0.5 * cos(Double(index) * 1.7 + Double(tissue))
        let signal = [300.0, 500, 900][tissue] * exp(-b * (0.4 + Double(tissue) * along))
        clean[i] = Float(signal * (1 + 0.1 * sin(Double(i % 97) / 9)))
        volume.voxels[i] = clean[i] + Float(sigma * random.normal())
      }
      noisy.append(volume)
      truth.append(clean)
    }
    return (noisy, truth)
  }

  private func run(
    _ volumes: [Volume], patch: Int = 2, excluding excluded: [Mask?]? = nil
  ) throws -> (volumes: [Volume], figures: Figures) {
    var method = PrincipalComponentDenoising()
    method.patchRadius = patch
    return try method.apply(
      together: volumes, excluding: excluded ?? volumes.map { _ in nil }, work: .unattended)
  }

  private func error(_ volumes: [Volume], _ truth: [[Float]]) -> Double {
    let squares = zip(volumes, truth).map { volume, clean in
      zip(volume.voxels, clean).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    return (squares.reduce(0, +) / Double(truth.count * truth[0].count)).squareRoot()
  }

  @Test("Noise goes down threefold, and its level is found to 3 %", arguments: [1, 2])
  func truth(patch: Int) throws {
    let (noisy, truth) = scene([16, 15, 9], volumes: 20, sigma: 20)
    let (restored, figures) = try run(noisy, patch: patch)
    #expect(error(restored, truth) < error(noisy, truth) / (patch == 1 ? 1.8 : 3))
    guard case .number(let sigma) = figures["noise_sigma"] else {
      Issue.record("no sigma")
      return
    }
    #expect(abs(sigma / 20 - 1) < (patch == 1 ? 0.08 : 0.03))
  }

  @Test("A scan without noise comes out as it was")
  func noiseFree() throws {
    let (_, truth) = scene([12, 12, 6], volumes: 12, sigma: 0)
    let clean = truth.map { Volume(dimensions: [12, 12, 6], voxels: $0) }
    let (restored, _) = try run(clean)
    #expect(error(restored, truth) < 1e-3)
  }

  @Test(
    "Constant, planar, thin, huge and tiny scans end in finite values",
    arguments: [[12, 12, 1], [3, 40, 2], [7, 1, 1], [9, 9, 9]])
  func robust(counts: [Int]) throws {
    let dimensions = SIMD3(counts[0], counts[1], counts[2])
    let constant = (0..<9).map { Volume(dimensions: dimensions, repeating: Float($0)) }
    for (restored, source) in zip(try run(constant).volumes, constant) {
      for i in source.voxels.indices { #expect(abs(restored.voxels[i] - source.voxels[i]) < 1e-4) }
    }
    for scale in [Float(1e30), 1e-30, -1] {
      let volumes = scene(dimensions, volumes: 9, sigma: 30).noisy.map {
        $0.replacingVoxels($0.voxels.map { $0 * scale })
      }
      let restored = try run(volumes).volumes
      #expect(restored.allSatisfy { $0.voxels.allSatisfy { $0.isFinite && $0 * scale >= 0 } })
    }
  }

  @Test("Excluded voxels and those that are not finite stay bit by bit")
  func excluded() throws {
    var (noisy, _) = scene([10, 10, 5], volumes: 10, sigma: 10)
    noisy[3].voxels[111] = .nan
    noisy[4].voxels[222] = -.infinity
    var mask = Mask(dimensions: [10, 10, 5], repeating: false)
    mask[333] = true
    var masks = [Mask?](repeating: nil, count: 10)
    masks[5] = mask
    let restored = try run(noisy, excluding: masks).volumes
    for (volume, voxel) in [(3, 111), (4, 222), (5, 333)] {
      #expect(
        restored[volume].voxels[voxel].bitPattern == noisy[volume].voxels[voxel].bitPattern)
    }
    let finite = restored.map { $0.voxels.filter(\.isFinite).count }
    #expect(finite == [500, 500, 500, 499, 499, 500, 500, 500, 500, 500])
  }

  @Test("One volume, few volumes, one voxel and different grids are refused")
  func refused() {
    let few = scene([8, 8, 8], volumes: 7, sigma: 1).noisy
    let voxel = scene([2, 1, 2], volumes: 9, sigma: 1).noisy
    var mixed = scene([8, 8, 8], volumes: 9, sigma: 1).noisy
    mixed[2] = Volume(dimensions: [8, 8, 7], repeating: 1)
    for (volumes, code) in [
      (few, RestorationError.Code.unfitVolume), (voxel, .unfitVolume), (mixed, .invalidParameter),
    ] {
      let found = #expect(throws: RestorationError.self) { try run(volumes) }
      #expect(found?.code == code)
    }
    let single = #expect(throws: RestorationError.self) {
      try PrincipalComponentDenoising().apply(to: few[0], excluding: nil, work: .unattended)
    }
    #expect(single?.code == .unfitVolume)
  }

  @Test("Two runs give the same bits")
  func deterministic() throws {
    let noisy = scene([14, 17, 11], volumes: 9, sigma: 10).noisy
    #expect(try run(noisy, patch: 1).volumes == run(noisy, patch: 1).volumes)
  }

  private func entry(
    _ i: Int, _ j: Int, of count: Int, kind: Int, _ random: inout SplitMix64
  ) -> Double {
    switch kind {
    case 0: random.normal()
    case 1: i == j ? 2 : 0
    case 2: 1
    case 3: i == j ? Double(i % 3) : j == i + 1 ? 1e-9 : 0
    // Squares of the least floats beside those of ordinary ones.
    default: (j < count / 3 ? 1 : 1e-90) * random.normal()
    }
  }

  @Test(
    "Eigenvectors rebuild the matrix, are at right angles, and ascend",
    arguments: [1, 2, 3, 8, 17, 64])
  func eigenvectors(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    for kind in 0..<5 {
      var matrix = [Double](repeating: 0, count: count * count)
      for i in 0..<count {
        for j in i..<count {
          let value = entry(i, j, of: count, kind: kind, &random)
          (matrix[i * count + j], matrix[j * count + i]) = (value, value)
        }
      }
      let eigen = SymmetricEigenvectors(count: count)
      #expect(eigen.decompose(matrix))
      let vectors = eigen.vectors
      #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 <= $1 })
      for i in 0..<count {
        for j in 0..<count {
          var (rebuilt, angle) = (0.0, 0.0)
          for k in 0..<count {
            rebuilt += eigen.values[k] * vectors[k * count + i] * vectors[k * count + j]
            angle += vectors[i * count + k] * vectors[j * count + k]
          }
          #expect(abs(rebuilt - matrix[i * count + j]) < 1e-11 * Double(count))
          #expect(abs(angle - (i == j ? 1 : 0)) < 1e-12 * Double(count))
        }
      }
    }
  }
}
