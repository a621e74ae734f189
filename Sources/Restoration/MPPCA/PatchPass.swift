import RestorationKernels
import Synchronization
import VolumeModel

/// The pass of a patch over all places of a scan, all volumes at once.
///
/// Three arrays of the scan's size at most: the voxels with their measurements side by side, what the
/// patches say of them, and the volumes that are made of it.
struct PatchPass {
  private let dimensions: SIMD3<Int>
  private let count: Int
  private let radius: SIMD3<Int>
  /// Measurements of each voxel, side by side.
  private var source: [Float]
  /// The weighted sums of what patches say, and of their weights.
  private var sums: [Float]
  private var weights: [Float]
  /// The noise's standard deviation at each centre of a patch, and components kept.
  private var deviations: [Float] = []
  private var kept = 0

  init(dimensions: SIMD3<Int>, count: Int, radius: SIMD3<Int>) {
    (self.dimensions, self.count, self.radius) = (dimensions, count, radius)
    let voxels = dimensions.x * dimensions.y * dimensions.z
    source = [Float](repeating: 0, count: voxels * count)
    sums = source
    weights = [Float](repeating: 0, count: voxels)
  }

  mutating func load(_ volumes: [Volume], _ excluded: [Mask?]) {
    for (index, volume) in volumes.enumerated() {
      let voxels = fillingExcluded(excluded[index], of: volume)
      for i in voxels.indices { source[i * count + index] = voxels[i] }
    }
  }

  /// Lets the patch pass.
  ///
  /// Tiles whose patches do not touch are done at once, in four turns, so that no two threads add to
  /// one voxel and the sums are the same for any number of threads.
  ///
  /// - Throws: `CancellationError`.
  mutating func run(work: Work) throws {
    let ys = Self.cut(radius.y..<dimensions.y - radius.y, least: max(2 * radius.y, 4))
    let zs = Self.cut(radius.z..<dimensions.z - radius.z, least: max(2 * radius.z, 1))
    let tiles = zs.indices.flatMap { z in ys.indices.map { y in (y, z) } }
    let turns = (0..<4).map { turn in
      tiles.filter { $0.0 % 2 == turn % 2 && $0.1 % 2 == turn / 2 }
    }
    let done = Atomic<Int>(0)
    var found: [Found] = []
    for turn in turns where !turn.isEmpty {
      try work.checkCancellation()
      found += sums.withUnsafeMutableBufferPointer { sums in
        weights.withUnsafeMutableBufferPointer { weights in
          let shared = SharedSums(sums: sums, weights: weights)
          return summaries(turn.count) { [source, count, dimensions, radius] i in
            guard (try? work.checkCancellation()) != nil else { return Found() }  // Thrown below.
            let tile = TilePass(
              source: source, dimensions: dimensions, count: count, radius: radius, to: shared)
            let found = tile.run(y: ys[turn[i].0], z: zs[turn[i].1])
            work.note(
              Double(done.add(1, ordering: .relaxed).newValue) / Double(tiles.count))
            return found
          }
        }
      }
    }
    try work.checkCancellation()
    source = []
    deviations = found.flatMap(\.deviations)
    kept = found.reduce(0) { $0 + $1.kept }
  }

  /// One restored volume; where it holds magnitudes, never below 0.
  func volume(_ index: Int, isMagnitude: Bool) -> [Float] {
    var voxels = [Float](repeating: 0, count: weights.count)
    for i in voxels.indices {
      let value = sums[i * count + index] / weights[i]
      voxels[i] = isMagnitude ? max(0, value) : value
    }
    return voxels
  }

  /// What was found: the noise in the middle patch and near both ends, and components kept.
  var figures: Figures {
    let sorted = deviations.sorted()
    let centres = max(1, sorted.count)
    func quantile(_ part: Double) -> Double {
      sorted.isEmpty ? 0 : Double(sorted[Int(part * Double(sorted.count - 1))])
    }
    return [
      "noise_sigma": .number(quantile(0.5)), "noise_sigma_low": .number(quantile(0.05)),
      "noise_sigma_high": .number(quantile(0.95)),
      "components": .number(Double(kept) / Double(centres)),
      "patch_voxels": .integer((2 &* radius &+ 1).wrappedProduct),
    ]
  }

  /// Cuts centres into parts so long that the patches of every other part do not touch.
  private static func cut(_ range: Range<Int>, least: Int) -> [Range<Int>] {
    slabs(of: range.count, parts: max(1, range.count / least)).map {
      range.lowerBound + $0.lowerBound..<range.lowerBound + $0.upperBound
    }
  }
}

extension SIMD3 where Scalar == Int {
  fileprivate var wrappedProduct: Int { x * y * z }
}

/// What the patches of a tile found.
private struct Found: Sendable {
  var deviations: [Float] = []
  var kept = 0
}

/// Sums that tiles share, of which each touches its own voxels only.
private struct SharedSums: @unchecked Sendable {
  let sums: UnsafeMutableBufferPointer<Float>
  let weights: UnsafeMutableBufferPointer<Float>
}

/// The patches whose centres lie in one tile.
private struct TilePass {
  private let source: [Float]
  private let dimensions: SIMD3<Int>
  private let count: Int
  private let radius: SIMD3<Int>
  private let target: SharedSums

  init(
    source: [Float], dimensions: SIMD3<Int>, count: Int, radius: SIMD3<Int>, to target: SharedSums
  ) {
    (self.source, self.dimensions, self.count) = (source, dimensions, count)
    (self.radius, self.target) = (radius, target)
  }

  func run(y: Range<Int>, z: Range<Int>) -> Found {
    var found = Found()
    let patch = MarchenkoPasturPatch(
      voxels: (2 &* radius &+ 1).wrappedProduct, measurements: count)
    for k in z {
      for j in y {
        for i in radius.x..<dimensions.x - radius.x {
          load([i, j, k], into: patch)
          patch.restore()
          add([i, j, k], patch)
          found.deviations.append(Float(patch.variance.squareRoot()))
          found.kept += patch.kept
        }
      }
    }
    return found
  }

  private func load(_ centre: SIMD3<Int>, into patch: MarchenkoPasturPatch) {
    source.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      var place = 0
      eachRow(centre) { start, width in
        patch.load(source + start * count, count: width, at: place)
        place += width
      }
    }
  }

  private func add(_ centre: SIMD3<Int>, _ patch: MarchenkoPasturPatch) {
    guard let sums = target.sums.baseAddress else { return }
    let weight = 1 / Float(1 + patch.kept)
    var place = 0
    eachRow(centre) { start, width in
      for i in start..<start + width { target.weights[i] += weight }
      patch.addSignal(weight: weight, to: sums + start * count, count: width, from: place)
      place += width
    }
  }

  /// The first voxel and the width of each row of a patch.
  private func eachRow(_ centre: SIMD3<Int>, _ body: (Int, Int) -> Void) {
    for z in centre.z - radius.z...centre.z + radius.z {
      for y in centre.y - radius.y...centre.y + radius.y {
        body((z * dimensions.y + y) * dimensions.x + centre.x - radius.x, 2 * radius.x + 1)
      }
    }
  }
}
