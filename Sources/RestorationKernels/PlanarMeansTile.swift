/// Non-local means of one box of slices, in 16-bit integers.
///
/// What `NonLocalMeansTile` does, for rules that `PlanarMeansScale` can express. Values are rounded
/// to steps (by default a 64th of the noise's deviation), weights to 2⁻¹⁵ and exponentials to 0.5 %.
/// For each shift of one half of the search window:
///
///     columns += squares of the row that joins - squares of the row that leaves
///     w        = weight(sum of neighbouring columns)       kept for as many rows as the shift has
///     totals  += w(voxel), w(voxel - shift)                both pairs of a voxel at once
///
/// 1. Sums are exact, so a running sum of columns does not drift. 2. What a row has stored is read
/// by the next stage only after another row, when the processor has put it away. 3. Totals are
/// emptied into floats before they can overflow.
///
/// Two shifts, one voxel apart along x, are visited at once: their values lie by turns in every row
/// (`ShortImage`), as the instruction wants them that sums products of neighbours, and totals, by
/// far the most memory, are passed through half as often.
package struct PlanarMeansTile: ~Copyable {
  /// Values beside the rows of weights and of the image: what is one voxel farther than the
  /// farthest shift, twice, a vector more, and whole lines of the cache.
  private static let margin = 96

  private let box: VoxelBox
  private let likeness: PatchLikeness
  private let scale: PlanarMeansScale
  private let image: ShortImage
  private let validity: ShortImage?
  /// Values in a row of sums and of weights, a whole number of the cache's lines.
  private let width: Int
  private let scratch: UnsafeMutablePointer<Int16>
  private let squares: UnsafeMutablePointer<Int16>
  private let columns: UnsafeMutablePointer<Int16>
  private let weights: UnsafeMutablePointer<Int16>
  private let nothing: UnsafeMutablePointer<Int16>
  private let totals: PlanarMeansTotals

  /// Reserves the scratch of one box and rounds what is near it; nil where 16 bits are too few for
  /// the rule or the range of the image.
  ///
  /// - Parameters:
  ///   - box: The voxels to restore.
  ///   - likeness: The rule.
  ///   - image: The volume with a rim of at least the patch radius.
  ///   - validity: 1 where a voxel counts, else 0, with the same rim; nil where all count.
  package init?(
    box: VoxelBox, likeness: PatchLikeness, image: PaddedVolume, validity: PaddedVolume?
  ) {
    guard let scale = PlanarMeansScale(likeness),
      let rounded = ShortImage(image, step: scale.step, margin: Self.margin)
    else { return nil }
    self.box = box
    self.likeness = likeness
    self.scale = scale
    self.image = rounded
    self.validity = validity.map { ShortImage(mask: $0, margin: Self.margin) }
    let taps = 2 * likeness.patchRadius.x + 1
    let (search, margin) = (likeness.searchRadius, Self.margin)
    width = (2 * (box.x.count + search.x + taps) + 31) / 32 * 32 + 2 * margin
    let rows = taps + 2 + search.y + 3
    scratch = UnsafeMutableRawPointer.allocate(byteCount: 2 * rows * width, alignment: 64)
      .bindMemory(to: Int16.self, capacity: rows * width)
    scratch.initialize(repeating: 0, count: rows * width)
    squares = scratch
    columns = squares + taps * width
    weights = columns + 2 * width
    nothing = weights + (search.y + 2) * width
    totals = PlanarMeansTotals(columns: box.x.count, rows: box.y.count)
  }

  deinit { UnsafeMutableRawPointer(scratch).deallocate() }

  /// Averages the voxels of the box over those with like patches.
  ///
  /// - Parameters:
  ///   - source: The volume of which the image was rounded.
  ///   - output: Receives the mean of each voxel, x fastest.
  package func average(_ source: PaddedVolume, into output: inout MutableSpan<Float>) {
    let (shifts, atOnce) = (likeness.halfOfShiftsByTwins, scale.shiftsAtOnce / 2)
    for z in box.z {
      totals.clear()
      for first in stride(from: 0, to: shifts.count, by: atOnce) {
        for shift in shifts[first..<min(first + atOnce, shifts.count)] {
          let pairs = TwinPairs(
            box: box, shift: shift, farthest: likeness.searchRadius.x,
            dimensions: source.dimensions)
          if let pairs { visit(pairs, z) }
        }
        totals.empty()
      }
      finish(source, z, into: &output)
    }
  }

  /// Weighs all pairs of two shifts in a slice.
  private func visit(_ pairs: TwinPairs, _ z: Int) {
    let (radius, rise) = (likeness.patchRadius.y, pairs.shift.y)
    scratch.update(repeating: 0, count: weights - scratch + (rise + 2) * width)
    var joining = pairs.y.lowerBound - radius
    // One row more, for the last totals: they come a row after their weights.
    for y in pairs.y.lowerBound...box.y.upperBound {
      if pairs.y.contains(y) {
        while joining <= min(y + 1, pairs.y.upperBound - 1) + radius {
          join(joining, of: pairs, z)
          joining += 1
        }
        weigh(y, of: pairs, z)
      }
      if box.y.contains(y - 1) { add(y - 1, of: pairs, z, rise: rise) }
    }
  }

  /// Lets a row of squares join the sums of columns.
  private func join(_ y: Int, of pairs: TwinPairs, _ z: Int) {
    let (radius, taps) = (likeness.patchRadius, 2 * likeness.patchRadius.y + 1)
    let (x, shift) = (pairs.x.lowerBound - radius.x, pairs.shift)
    let place = y - pairs.y.lowerBound + radius.y
    PlanarMeansRows.square(
      image.row(x, y, z), image.twinRow(x + shift.x, y + shift.y, z),
      squares: squares + place % taps * width, columns: columns + (place + 1) % 2 * width,
      into: columns + place % 2 * width, count: 2 * (pairs.x.count + 2 * radius.x),
      scale: scale)
  }

  /// Weighs a row of pairs.
  private func weigh(_ y: Int, of pairs: TwinPairs, _ z: Int) {
    let place = y - pairs.y.lowerBound + 2 * likeness.patchRadius.y
    let (x, shift) = (pairs.x.lowerBound, pairs.shift)
    let weights = weightRow(y, of: pairs) + 2 * (x - box.x.lowerBound)
    PlanarMeansRows.weigh(
      columns + place % 2 * width, taps: 2 * likeness.patchRadius.x + 1,
      weight: scale.weight(of: pairs),
      validity: validity.map { ($0.row(x, y, z), $0.twinRow(x + shift.x, y + shift.y, z)) },
      into: weights, count: 2 * pairs.x.count)
    pairs.clearOthers(in: weights)
  }

  /// Adds a row's pairs to its totals.
  private func add(_ y: Int, of pairs: TwinPairs, _ z: Int, rise: Int) {
    let (x, shift) = (box.x.lowerBound, pairs.shift.x)
    let own = image.row(x, y, z)
    let (hasAhead, hasBehind) = (pairs.y.contains(y), pairs.y.contains(y - rise))
    let none = nothing + Self.margin
    // Behind, the second of two shifts leads one voxel farther back: there it comes first.
    totals.add(
      PlanarMeansRows.Neighbours(
        own: own, ahead: hasAhead ? image.twinRow(x + shift, y + rise, z) : own,
        behind: hasBehind ? image.twinRow(x - shift - 1, y - rise, z) : own,
        forward: hasAhead ? weightRow(y, of: pairs) : none,
        backward: hasBehind ? weightRow(y - rise, of: pairs) - 2 * shift - 1 : none),
      row: y - box.y.lowerBound)
  }

  /// The weights of a row of pairs, from the box's first column on.
  private func weightRow(_ y: Int, of pairs: TwinPairs) -> UnsafeMutablePointer<Int16> {
    weights + (y - pairs.y.lowerBound) % (pairs.shift.y + 2) * width + Self.margin
  }

  /// Ends each mean; a voxel counts for itself with the full weight.
  private func finish(_ source: PaddedVolume, _ z: Int, into output: inout MutableSpan<Float>) {
    let slice = (z - box.z.lowerBound) * box.y.count
    for y in box.y {
      let row = y - box.y.lowerBound
      totals.finish(
        row: row, of: source, from: source.index(box.x.lowerBound, y, z), scale: scale,
        into: &output, at: (slice + row) * box.x.count)
    }
  }
}
