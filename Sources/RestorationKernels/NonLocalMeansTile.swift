/// Non-local means over one box of voxels, small enough that all it touches stays in a core's cache.
///
/// For each shift of one half of the search window, over the voxels whose pair lies in the box:
///
///     e = (image - shifted image)²           row by row, with a rim as wide as the patch
///     d = box sums of e along x, y, z        rolling: a few planes; four rows share their sums
///     w = exp(-max(d - noise floor, 0) / h²)
///     totals(voxel)     += w, w · (candidate - voxel)
///     totals(candidate) += w, w · (voxel - candidate)
///
/// Of eight pairs without a weight no exponential is taken.
///
/// 1. A pair is weighed once and used twice; only pairs that cross the box's side are weighed again
///    by the neighbour. 2. Steps instead of values are summed, so a constant stays what it is and
///    nothing cancels. 3. Candidates beyond the volume do not count; patches see it mirrored.
///
/// - SeeAlso: Buades, Coll, Morel, CVPR 2005; Darbon et al., ISBI 2008; Froment, IPOL 2014.
package struct NonLocalMeansTile: ~Copyable {
  private let box: VoxelBox
  private let likeness: PatchLikeness
  private let taps: SIMD3<Int>
  /// Floats from a scratch row to the next: the box, a shift, a patch, and spare lanes.
  private let width: Int
  private let planeSize: Int
  private let scratch: UnsafeMutablePointer<Float>
  private let differences: UnsafeMutablePointer<Float>
  private let rowSums: UnsafeMutablePointer<Float>
  private let planeSums: UnsafeMutablePointer<Float>
  private let totals: PairTotals

  /// Reserves the scratch of one box.
  package init(box: VoxelBox, likeness: PatchLikeness) {
    self.box = box
    self.likeness = likeness
    taps = likeness.patchRadius &* 2 &+ 1
    let rows = box.y.count + likeness.searchRadius.y + taps.y
    width = box.x.count + likeness.searchRadius.x + taps.x + 16
    planeSize = (box.y.count + likeness.searchRadius.y) * width
    let count = width + rows * width + taps.z * planeSize
    scratch = .allocate(capacity: count)
    scratch.initialize(repeating: 0, count: count)
    differences = scratch
    rowSums = differences + width
    planeSums = rowSums + rows * width
    totals = PairTotals(box: box, searchRadius: likeness.searchRadius)
  }

  deinit { scratch.deallocate() }

  /// Averages the voxels of the box over those with like patches.
  ///
  /// - Parameters:
  ///   - image: The volume with a rim of at least the patch radius.
  ///   - guide: The picture whose patches are compared, with the same rim; nil for the image itself.
  ///   - validity: 1 where a voxel counts, else 0, with the same rim; nil where all count.
  ///   - output: Receives the mean of each voxel (or of squares), x fastest.
  package func average(
    _ image: PaddedVolume, guide: PaddedVolume? = nil, validity: PaddedVolume?,
    into output: inout MutableSpan<Float>
  ) {
    (guide ?? image).voxels.withUnsafeBufferPointer { compared in
      image.voxels.withUnsafeBufferPointer { voxels in
        guard let voxels = voxels.baseAddress, let compared = compared.baseAddress else { return }
        for shift in likeness.halfOfShifts {
          let pairs = VoxelPairs(box: box, shift: shift, dimensions: image.dimensions)
          guard let pairs else { continue }
          if let validity {
            validity.voxels.withUnsafeBufferPointer {
              visit(pairs, image, compared, voxels, validity: $0.baseAddress)
            }
          } else {
            visit(pairs, image, compared, voxels, validity: nil)
          }
        }
      }
    }
    totals.finish(image, averagesSquares: likeness.averagesSquares, into: &output)
  }

  /// Weighs all pairs of one shift.
  private func visit(
    _ pairs: VoxelPairs, _ image: PaddedVolume, _ compared: UnsafePointer<Float>,
    _ voxels: UnsafePointer<Float>, validity: UnsafePointer<Float>?
  ) {
    let radius = likeness.patchRadius
    let (xs, ys, zs) = (pairs.x, pairs.y, pairs.z)
    let shift =
      pairs.shift.z * image.sliceStride + pairs.shift.y * image.rowStride + pairs.shift.x
    guard radius.z > 0 else {
      return visitPlane(pairs, image, compared, voxels, shift, validity)
    }
    for z in (zs.lowerBound - radius.z)..<(zs.upperBound + radius.z) {
      for y in (ys.lowerBound - radius.y)..<(ys.upperBound + radius.y) {
        let row = compared + image.index(xs.lowerBound - radius.x, y, z)
        PatchRows.squareDifferences(
          row, row + shift, into: differences, count: xs.count + 2 * radius.x)
        PatchRows.sum(
          differences, step: 1, taps: taps.x,
          into: rowSums + (y - ys.lowerBound + radius.y) * width, count: xs.count)
      }
      let plane = planeSums + (z - zs.lowerBound + radius.z) % taps.z * planeSize
      PatchRows.sumColumns(
        rowSums, step: width, taps: taps.y, into: plane, rows: ys.count, count: xs.count)
      if z - radius.z >= zs.lowerBound {
        weighRows(
          ys, of: pairs, z - radius.z, image, voxels, shift, validity, sums: planeSums,
          step: planeSize, taps: taps.z)
      }
    }
  }

  /// Weighs all pairs of one shift in slices: along y first, as sums along y can be shared, and four
  /// rows at a time, so that what they need is still in the first cache.
  private func visitPlane(
    _ pairs: VoxelPairs, _ image: PaddedVolume, _ compared: UnsafePointer<Float>,
    _ voxels: UnsafePointer<Float>, _ shift: Int, _ validity: UnsafePointer<Float>?
  ) {
    let radius = likeness.patchRadius
    let (xs, ys) = (pairs.x, pairs.y)
    let count = xs.count + 2 * radius.x
    for z in pairs.z {
      var ready = 0
      for first in stride(from: 0, to: ys.count, by: 4) {
        let band = first..<min(first + 4, ys.count)
        while ready < band.upperBound + 2 * radius.y {
          let y = ys.lowerBound - radius.y + ready
          let row = compared + image.index(xs.lowerBound - radius.x, y, z)
          PatchRows.squareDifferences(
            row, row + shift, into: rowSums + ready * width, count: count)
          ready += 1
        }
        PatchRows.sumColumns(
          rowSums + first * width, step: width, taps: taps.y, into: planeSums, rows: band.count,
          count: count)
        let rows = (ys.lowerBound + band.lowerBound)..<(ys.lowerBound + band.upperBound)
        weighRows(
          rows, of: pairs, z, image, voxels, shift, validity, sums: planeSums, step: 1,
          taps: taps.x)
      }
    }
  }

  /// Weighs rows of pairs, from sums that lack the one over `taps` values `step` apart.
  private func weighRows(
    _ rows: Range<Int>, of pairs: VoxelPairs, _ z: Int, _ image: PaddedVolume,
    _ voxels: UnsafePointer<Float>, _ shift: Int, _ validity: UnsafePointer<Float>?,
    sums: UnsafePointer<Float>, step: Int, taps: Int
  ) {
    let strength = likeness.filteringStrength * likeness.filteringStrength
    let patch = Float(self.taps.x * self.taps.y * self.taps.z)
    for y in rows where totals.wants(pairs, y, z) {
      let first = image.index(pairs.x.lowerBound, y, z)
      PatchRows.weigh(
        sums + (y - rows.lowerBound) * width, step: step, taps: taps,
        scale: 1 / (patch * strength), floor: likeness.noiseFloor / strength, likeness: likeness,
        pair: (voxels + first, voxels + first + shift),
        validity: validity.map { ($0 + first, $0 + first + shift) },
        into: totals.row(pairs, y, z))
    }
  }
}
