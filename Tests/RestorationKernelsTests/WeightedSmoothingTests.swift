import RestoradTestSupport
import RestorationKernels
import Testing

@Suite("Smoothing of an object without what lies beside it")
struct WeightedSmoothingTests {
  private static let weights: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }

  @Test("Slices, rows and places are weighted as sums over all voxels say, seed 6")
  func sums() {
    let (columns, rows, slices) = (13, 6, 7)
    let plane = columns * rows
    var random = SplitMix64(seed: 6)
    let voxels = (0..<slices * plane).map { _ in Float.random(in: 1...100, using: &random) }
    let bits = voxels.indices.map { _ in UInt8.random(in: 0...1, using: &random) }
    let taps = SmoothingTaps(Self.weights)
    // Around the slices 1, 2 and 3; there is none before 0.
    let starts = (-1...5).map { $0 < 0 ? nil : $0 * plane }

    let count = 3 * plane + 8 + columns + 8
    var room = [Float](repeating: 0, count: 2 * count)
    unsafe room.withUnsafeMutableBufferPointer { room in
      guard let first = room.baseAddress else { return }
      let sums = unsafe WeightedSums(values: first, weights: first + count)
      WeightedSmoothing.sumSlices(
        voxels, where: bits, slices: starts, count: plane, taps, into: sums)
      let row = sums.from(3 * plane + 8)
      for slice in 1...3 {
        for y in 0..<rows {
          WeightedSmoothing.sumRows(
            sums.from((slice - 1) * plane), y: y, of: rows, columns: columns, taps, into: row)
          for x in 0..<columns {
            let found = row.mean(at: x, taps, count: columns)
            let wanted = mean(voxels, bits, [x, y, slice], [columns, rows, slices])
            #expect(abs(found - wanted) < 1e-5 * wanted)
          }
        }
      }
    }
  }

  private func mean(
    _ voxels: [Float], _ bits: [UInt8], _ place: SIMD3<Int>, _ size: SIMD3<Int>
  ) -> Float {
    var (sum, total) = (0.0, 0.0)
    for dz in -2...2 {
      for dy in -2...2 {
        for dx in -2...2 {
          let at = place &+ SIMD3(dx, dy, dz)
          guard at.min() >= 0, at.x < size.x, at.y < size.y, at.z < size.z else { continue }
          let i = (at.z * size.y + at.y) * size.x + at.x
          guard bits[i] != 0 else { continue }
          let weight = Double(Self.weights[dx + 2] * Self.weights[dy + 2] * Self.weights[dz + 2])
          sum += weight * Double(voxels[i])
          total += weight
        }
      }
    }
    return Float(sum / total)
  }
}
