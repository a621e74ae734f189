import RestorationKernels
import Synchronization
import VolumeModel

/// Filters a volume with a bell along every axis, box by box.
///
/// Within a box four slices at a time: along z from the source's own rows into planes, along y from
/// those into rows, along x into the result. What lies between the axes stays in a core's own
/// cache, and the volume is read and written once: axis by axis over the whole volume, memory took
/// most of the time.
///
///     for each z of a box:   plane[y] = Σ source[y, z ± k]    rows of the box and of its windows
///                            row      = Σ plane[y ± k]        then its ends are mirrored
///                            result   = Σ row[x ± k]
///
/// Sigma 1 in a volume is 27 sums and products for eight voxels, so that 0.7 ns a voxel is the least
/// on a core. It takes some 3 ns at 256³ (November 2026), a fifth of which the system clears the
/// result's pages, and a seventh goes into looking whether all voxels are finite.
///
/// Where voxels are excluded, the sums of the others and of their weights go the same way, side by
/// side, and are divided at the end.
struct GaussianPass: Sendable {
  let dimensions: SIMD3<Int>
  /// Along x, y and z; a radius of 0 where there is nothing to filter.
  let bells: [GaussianBell]
  /// How far the voxels and the rows of each further weight lie from a voxel along x and y.
  private let steps: (x: [(before: Int, after: Int)], y: [(before: Int, after: Int)])
  /// Which voxels of a row go before its first and behind its last one.
  let ends: (before: [Int], after: [Int])

  /// Prepares for volumes of one size; axes without a bell are left as they are.
  init(_ dimensions: SIMD3<Int>, bells: [GaussianBell]) {
    self.dimensions = dimensions
    let bells = (0..<3).map { $0 < bells.count ? bells[$0] : GaussianBell(sigma: 0) }
    self.bells = bells
    let margin = bells[0].radius
    steps = (
      x: (0..<margin).map { (before: -1 - $0, after: 1 + $0) },
      y: (0..<bells[1].radius).map {
        (before: -(1 + $0) * dimensions.x, after: (1 + $0) * dimensions.x)
      }
    )
    ends = (
      before: (0..<margin).map { mirrored($0 - margin, count: dimensions.x) },
      after: (0..<margin).map { mirrored(dimensions.x + $0, count: dimensions.x) }
    )
  }

  /// Rows and slices of a box: the rows that a slice's windows reach fit into a core's own cache,
  /// and those outside the box are few beside its own.
  private static func boxSize(_ dimensions: SIMD3<Int>, radii: SIMD3<Int>) -> SIMD3<Int> {
    let cached = (1 << 20) / (4 * dimensions.x * (2 * radii.z + 8)) - 2 * radii.y
    return [dimensions.x, max(16, 2 * radii.y, min(64, cached)), max(64, 4 * radii.z)]
  }

  /// What is held beside the result on one core, in bytes.
  static func scratchBytes(_ dimensions: SIMD3<Int>, radii: SIMD3<Int>) -> Double {
    let rows = min(boxSize(dimensions, radii: radii).y, dimensions.y) + 2 * radii.y + 4
    return 16 * Double(rows) * Double(dimensions.x + 2 * radii.x)
  }

  /// The filtered voxels, the volume mirrored between voxels at its border.
  ///
  /// - Parameters:
  ///   - voxels: The volume, finite where it counts.
  ///   - excluded: Voxels that have no say and keep their value; nil when all count.
  ///   - range: What the result is held to; nil to leave it.
  ///   - work: Told of every box done and asked before each: where it says no, what is left is
  ///     undefined, so ask it again afterwards.
  /// - Returns: As many voxels.
  func filtered(
    _ voxels: [Float], excluding excluded: Mask? = nil, within range: ClosedRange<Float>? = nil,
    work: Work = .unattended
  ) -> [Float] {
    let radii = SIMD3(bells[0].radius, bells[1].radius, bells[2].radius)
    let boxes = Tiles(of: dimensions, size: Self.boxSize(dimensions, radii: radii)).boxes
    let done = Atomic<Int>(0)
    return filledArray(voxels.count) { output in
      // The boxes are disjoint, so no two threads touch the same voxel.
      nonisolated(unsafe) let output = output
      concurrently(boxes.count) { part in
        guard (try? work.checkCancellation()) != nil else { return }
        voxels.withUnsafeBufferPointer { voxels in
          guard let source = voxels.baseAddress else { return }
          if let excluded {
            excluded.bits.withUnsafeBufferPointer { bits in
              guard let bits = bits.baseAddress else { return }
              fill(boxes[part], from: source, excluding: bits, within: range, into: output)
            }
          } else {
            fill(boxes[part], from: source, within: range, into: output)
          }
        }
        let count = done.add(1, ordering: .relaxed).newValue
        work.note(Double(count) / Double(boxes.count))
      }
    }
  }

  private func fill(
    _ box: VoxelBox, from source: UnsafePointer<Float>, excluding excluded: UnsafePointer<UInt8>,
    within range: ClosedRange<Float>?, into output: UnsafeMutablePointer<Float>
  ) {
    withPlane(of: box) { sums in
      withPlane(of: box) { totals in
        withScratch(dimensions.x) { total in
          for z in box.z {
            let pairs = pairsAlongZ(z)
            for (row, start) in rowStarts(box.y, z).enumerated() {
              SymmetricCorrelation.apply(
                source + start, excluding: excluded + start, centre: 0, pairs: pairs,
                weights: bells[2].weights, intoSums: sums.rows + row * dimensions.x,
                totals: totals.rows + row * dimensions.x, count: dimensions.x)
            }
            for y in box.y {
              let start = (z * dimensions.y + y) * dimensions.x
              let target = output + start
              alongYAndX(sums, row: y - box.y.lowerBound, into: target)
              alongYAndX(totals, row: y - box.y.lowerBound, into: total)
              // A voxel that counts has its own weight in the total, so that is above 0.
              for x in 0..<dimensions.x { target[x] /= total[x] }
              if let range { hold(target, within: range) }
              for x in 0..<dimensions.x where excluded[start + x] != 0 {
                target[x] = source[start + x]
              }
            }
          }
        }
      }
    }
  }
}

// MARK: Along the axes

extension GaussianPass {
  /// What lies between the axes.
  private struct Plane {
    /// The rows of a box and those that its windows along y reach, filtered along z.
    let rows: UnsafeMutablePointer<Float>
    /// One row, filtered along y, with mirrored ends.
    let padded: UnsafeMutablePointer<Float>
  }

  private func withPlane(of box: VoxelBox, _ body: (Plane) -> Void) {
    let rows = (box.y.count + 2 * bells[1].radius) * dimensions.x
    withScratch(rows + dimensions.x + 2 * bells[0].radius) {
      body(Plane(rows: $0, padded: $0 + rows))
    }
  }

  /// How far the slices of each further weight lie from slice z.
  private func pairsAlongZ(_ z: Int) -> [(before: Int, after: Int)] {
    let slice = dimensions.x * dimensions.y
    return (0..<bells[2].radius).map { k in
      (
        before: (mirrored(z - 1 - k, count: dimensions.z) - z) * slice,
        after: (mirrored(z + 1 + k, count: dimensions.z) - z) * slice
      )
    }
  }

  /// Where the rows of a plane begin in slice z of the source.
  private func rowStarts(_ rows: Range<Int>, _ z: Int) -> [Int] {
    let reach = bells[1].radius
    return ((rows.lowerBound - reach)..<(rows.upperBound + reach)).map {
      (z * dimensions.y + mirrored($0, count: dimensions.y)) * dimensions.x
    }
  }

  private func alongYAndX(_ plane: Plane, row: Int, into output: UnsafeMutablePointer<Float>) {
    let (count, margin) = (dimensions.x, bells[0].radius)
    let line = plane.padded + margin
    bells[1].filter(
      plane.rows + (row + bells[1].radius) * count, count: count, pairs: steps.y, into: line)
    for x in 0..<margin {
      plane.padded[x] = line[ends.before[x]]
      line[count + x] = line[ends.after[x]]
    }
    bells[0].filter(line, count: count, pairs: steps.x, into: output)
  }

  private func hold(_ row: UnsafeMutablePointer<Float>, within range: ClosedRange<Float>) {
    for x in 0..<dimensions.x { row[x] = min(max(row[x], range.lowerBound), range.upperBound) }
  }
}

extension GaussianBell {
  /// Filters a row with the rows, or the voxels, that lie at given distances from it.
  fileprivate func filter(
    _ row: UnsafePointer<Float>, count: Int, pairs: [(before: Int, after: Int)],
    into output: UnsafeMutablePointer<Float>
  ) {
    guard radius > 0 else { return output.update(from: row, count: count) }
    SymmetricCorrelation.apply(
      row, centre: 0, pairs: pairs, weights: weights,
      into: UnsafeMutableBufferPointer(start: output, count: count))
  }
}
