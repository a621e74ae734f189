/// Shrinkage block by block, written down as it is defined, in double precision.
struct PlainBlocks {
  let dimensions: SIMD3<Int>
  let levels: Int
  /// The variance of the noise.
  let variance: Double

  /// The samples of all levels from the coarsest to the finest.
  func restored(_ samples: [Double]) -> [Double] {
    restored(samples, dimensions, level: 0, variance: variance)
  }

  private var isVolume: Bool { dimensions.z > 1 }

  private func restored(
    _ samples: [Double], _ shape: SIMD3<Int>, level: Int, variance: Double
  ) -> [Double] {
    let step = 1 << level
    let corners = isVolume ? 8 : 4
    let blocks = shape &+ SIMD3(step, step, isVolume ? step : 0)
    func at(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * shape.y + y) * shape.x + x }
    func block(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * blocks.y + y) * blocks.x + x }
    func sample(_ x: Int, _ y: Int, _ z: Int) -> Double {
      samples[at(mirror(x, shape.x), mirror(y, shape.y), mirror(z, shape.z))]
    }
    // Bit 0 of a corner or a kind is x, bit 1 y, bit 2 z; set is the later sample, the difference.
    var kinds = [[Double]](
      repeating: [Double](repeating: 0, count: blocks.x * blocks.y * blocks.z), count: corners)
    forEach(blocks) { x, y, z in
      for kind in 0..<corners {
        var sum = 0.0
        for corner in 0..<corners {
          let value = sample(
            x - (corner & 1 == 0 ? step : 0), y - (corner & 2 == 0 ? step : 0),
            z - (isVolume && corner & 4 == 0 ? step : 0))
          sum += (kind & ~corner).nonzeroBitCount % 2 == 0 ? value : -value
        }
        kinds[kind][block(x, y, z)] = sum
      }
    }
    var means = kinds[0].map { $0 / Double(corners) }
    if level + 1 < levels {
      means = restored(
        means, blocks, level: level + 1, variance: variance / Double(corners))
    }
    var shrunk = kinds
    shrunk[0] = means.map { $0 * Double(corners) }
    let reach = isVolume ? 1 : 2
    let taken = isVolume && level > 0 ? 1.0 : 2
    let around = Double((2 * reach + 1) * (2 * reach + 1) * corners) * variance * taken
    // Along one axis each by itself, along several all together.
    let several = (1..<corners).filter { $0.nonzeroBitCount > 1 }
    for together in [[1], [2], [4], several] where together.allSatisfy({ $0 < corners }) {
      forEach(blocks) { x, y, z in
        var energy = 0.0
        for kind in together {
          for dy in -reach...reach {
            for dx in -reach...reach {
              let near = block(clamp(x + dx, blocks.x), clamp(y + dy, blocks.y), z)
              energy += kinds[kind][near] * kinds[kind][near]
            }
          }
        }
        let left = max(energy - around * Double(together.count), 0)
        for kind in together { shrunk[kind][block(x, y, z)] *= energy > 0 ? left / energy : 0 }
      }
    }
    var result = [Double](repeating: 0, count: samples.count)
    forEach(shape) { x, y, z in
      var sum = 0.0
      for corner in 0..<corners {
        let place = block(
          x + (corner & 1 == 0 ? step : 0), y + (corner & 2 == 0 ? step : 0),
          z + (isVolume && corner & 4 == 0 ? step : 0))
        for kind in 0..<corners {
          let value = shrunk[kind][place]
          sum += (kind & ~corner).nonzeroBitCount % 2 == 0 ? value : -value
        }
      }
      result[at(x, y, z)] = sum / Double(corners * corners)
    }
    return result
  }

  private func forEach(_ shape: SIMD3<Int>, _ body: (Int, Int, Int) -> Void) {
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x { body(x, y, z) }
      }
    }
  }

  private func clamp(_ place: Int, _ count: Int) -> Int { min(max(place, 0), count - 1) }

  private func mirror(_ place: Int, _ count: Int) -> Int {
    let folded = ((place % (2 * count)) + 2 * count) % (2 * count)
    return folded < count ? folded : 2 * count - 1 - folded
  }
}
