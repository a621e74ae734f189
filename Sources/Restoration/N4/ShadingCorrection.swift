import RestorationKernels
import VolumeModel

#if canImport(Glibc)
import Glibc
#endif

/// Takes a log field, given by its lattice, off a volume.
struct ShadingCorrection {
  /// A volume without its shading.
  struct Unshaded {
    let volume: Volume
    /// What the log field was raised by, so that the mean stays.
    let shift: Float
    /// Least and greatest value of the field over the fitted voxels.
    let fieldRange: ClosedRange<Double>
  }

  /// What becomes of the mean, which the fit leaves open.
  enum Mean {
    /// The field is scaled so that the mean of the fitted voxels stays.
    case kept
    /// The field is taken as it was fitted.
    case free
    /// The log field is raised by as much as for another volume of the scan.
    case shifted(Float)
  }

  /// Log fields, of which the sum is taken off.
  private let fields: [ShadingField]
  /// Voxels whose mean is kept.
  private let fitted: Mask

  /// Takes the lattice of the last level, and the field that the fit began with.
  init(
    axes: [LatticeAxis], lattice: SplineLattice, level: Int, start: ShadingField?, fitted: Mask
  ) {
    self.fitted = fitted
    let bases = axes.map { $0.voxelBasis(level: level) }
    let fit = ShadingField(lattice: lattice, x: bases[0], y: bases[1], z: bases[2])
    fields = [fit] + (start.map { [$0] } ?? [])
  }

  /// Divides a volume by the field.
  ///
  /// - Parameters:
  ///   - volume: What was measured.
  ///   - excluded: Voxels that keep their value; voxels that are not finite do so as well.
  ///   - mean: What becomes of the mean.
  /// - Returns: The corrected volume and what was divided out.
  func apply(
    to volume: Volume, excluding excluded: Mask?, mean: Mean
  ) -> Unshaded {
    let blocks = RowBlocks(of: volume)
    var (corrected, found) = filledSummarising(parts: blocks.elements) { part, room in
      correct(volume, blocks.blocks[part], into: room.baseAddress)
    }
    let scale = scale(mean, found)
    fillConcurrently(&corrected, parts: blocks.elements) { [found] part, elements in
      let first = blocks.elements[part].lowerBound
      if scale != 1 { for i in elements.indices { elements[i] *= scale } }
      if !found[part].areFinite {
        for i in elements.indices where !(volume.voxels[first + i].magnitude < .infinity) {
          elements[i] = volume.voxels[first + i]
        }
      }
      guard let excluded else { return }
      for i in elements.indices where excluded.bits[first + i] != 0 {
        elements[i] = volume.voxels[first + i]
      }
    }
    let shift = -log(Double(scale))
    let least = found.reduce(Float.infinity) { min($0, $1.least) }
    let greatest = found.reduce(-Float.infinity) { max($0, $1.greatest) }
    return Unshaded(
      volume: volume.replacingVoxels(corrected), shift: Float(shift),
      fieldRange: exp(Double(least) + shift)...exp(Double(greatest) + shift))
  }

  private func scale(_ mean: Mean, _ found: [ShadingTotals]) -> Float {
    switch mean {
    case .free: return 1
    case .shifted(let shift): return exp(-shift)
    case .kept:
      let before = found.reduce(0) { $0 + $1.before }
      let after = found.reduce(0) { $0 + $1.after }
      return before != after ? Float(before / after) : 1
    }
  }

  private func correct(
    _ volume: Volume, _ block: RowBlocks.Block, into output: UnsafeMutablePointer<Float>?
  ) -> ShadingTotals {
    let count = volume.dimensions.x
    let first = volume.index(0, block.rows.lowerBound, block.slice)
    var totals = ShadingTotals()
    volume.voxels.withUnsafeBufferPointer { voxels in
      fitted.bits.withUnsafeBufferPointer { bits in
        guard let voxels = voxels.baseAddress, let bits = bits.baseAddress, let output else {
          return
        }
        eachRow(block, count: count) { line, row in
          let start = first + line * count
          totals.correct(
            voxels + start, fitted: bits + start, field: row.span, into: output + line * count,
            count: count)
        }
      }
    }
    return totals
  }

  /// The log field on the grid of a volume, raised by a constant.
  func field(of volume: Volume, shift: Float) -> Volume {
    let blocks = RowBlocks(of: volume)
    var field = volume.voxels
    fillConcurrently(&field, parts: blocks.elements) { part, elements in
      eachRow(blocks.blocks[part], count: volume.dimensions.x) { line, row in
        let start = line * volume.dimensions.x
        for i in 0..<volume.dimensions.x { elements[start + i] = row[i] + shift }
      }
    }
    return volume.replacingVoxels(field)
  }

  /// Hands out the log field of the rows of a block, each padded to whole lanes.
  private func eachRow(
    _ block: RowBlocks.Block, count: Int, _ body: (Int, inout MutableSpan<Float>) -> Void
  ) {
    let padded = (count + 7) & ~7
    // All in arrays of their own: those of the fields are shared, and for each row every thread would
    // write down that it uses them.
    var (rows, firsts, taps): ([Float], [Int], [SIMD4<Float>]) = ([], [], [])
    for field in fields {
      let before = rows.count / padded
      rows += field.rows(slice: block.slice, count: padded)
      firsts += block.rows.map { before + field.y.first[$0] }
      taps += block.rows.map { SIMD4<Float>(field.y.taps[$0]) }
    }
    var values = [Float](repeating: 0, count: padded)
    var more = values
    var row = values.mutableSpan
    var other = more.mutableSpan
    for line in 0..<block.rows.count {
      ShadingRows.gather(rows.span, taps: taps[line], first: firsts[line], &row)
      for place in stride(from: line + block.rows.count, to: taps.count, by: block.rows.count) {
        ShadingRows.gather(rows.span, taps: taps[place], first: firsts[place], &other)
        for i in 0..<padded { row[i] += other[i] }
      }
      body(line, &row)
    }
  }
}
