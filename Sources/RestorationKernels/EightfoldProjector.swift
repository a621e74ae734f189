internal import CLanes

/// Line integrals of a square plane by Joseph's method, four views at once.
///
/// The sums are those of `ParallelProjector`, in another order. In three passes, each of which can
/// be shared out among threads and is whole before the next: the plane is folded into eight lanes,
/// projected group by group, and each view is taken out of its group.
///
///     for each row, for each detector of the lower half:
///         sum[detector] += (1 - f) * pixel[p] + f * pixel[p + 1]      8 lanes
///
/// Two loads that are fused into multiplications for eight samples, where gathering takes sixteen:
/// 0.25 ns a sample where `ParallelProjector` takes 1.0 (both on a busy Xeon, November 2026); 15
/// loads for 32 samples, three a cycle, would allow 0.06. What is zero at both ends of a row
/// costs nothing, nor do rays that nobody needs.
public final class EightfoldProjector: @unchecked Sendable {
  /// Zeros before and after a row: four rows are crossed together, and each is shifted by up to one
  /// pixel against the next.
  private static let margin = 6
  /// Rows that are kept in the second cache while all groups of a part pass over them.
  private static let stripRows = 32

  private let symmetry: EightfoldBeam
  private let plane: [Float]
  /// The plane with rows for columns.
  private let turned: [Float]

  /// The folded plane, on whole cache lines: half of the loads would else touch two.
  private let folded: UnsafeMutablePointer<Float>
  /// For each folded row the first column that is not zero and the last, in any lane.
  private let extents: UnsafeMutablePointer<(first: Int32, last: Int32)>

  /// Creates a projector of a plane.
  ///
  /// - Parameters:
  ///   - symmetry: The geometry.
  ///   - plane: The pixels, columns fastest.
  public init(_ symmetry: EightfoldBeam, of plane: [Float]) {
    precondition(plane.count == symmetry.side * symmetry.side, "the values do not fill the plane")
    self.symmetry = symmetry
    self.plane = plane
    turned = Self.turned(plane, symmetry.side)
    let rows = (symmetry.side + 3) & ~3
    folded = .allocateLines(rows * 8 * (symmetry.side + 2 * Self.margin))
    extents = .allocate(capacity: rows)
    extents.initialize(repeating: (0, -1), count: rows)
  }

  deinit {
    folded.deallocate()
    extents.deallocate()
  }

  /// Rows of the folded plane: a multiple of four.
  public var foldedRows: Int { (symmetry.side + 3) & ~3 }
  private var foldedRowCount: Int { 8 * (symmetry.side + 2 * Self.margin) }
  /// Floats of one projected group: the detectors up to the middle one.
  public var groupCount: Int { 8 * (symmetry.middle + 1) }

  private static func turned(_ plane: [Float], _ side: Int) -> [Float] {
    let whole = side & ~7
    return [Float](unsafeUninitializedCapacity: plane.count) { turned, count in
      guard let to = turned.baseAddress else { return }
      plane.withUnsafeBufferPointer { plane in
        guard let from = plane.baseAddress else { return }
        for row in 0..<side {
          let isWhole = row < whole
          for column in (isWhole ? whole : 0)..<side {
            to[column * side + row] = from[row * side + column]
          }
          guard isWhole, row.isMultiple(of: 8) else { continue }
          for column in stride(from: 0, to: whole, by: 8) {
            clanes_transpose(from + row * side + column, side, to + column * side + row, side)
          }
        }
      }
      count = plane.count
    }
  }

  /// Puts the eight turned and mirrored planes side by side.
  ///
  /// - Parameter rows: Which rows, below `foldedRows`.
  public func fold(_ rows: Range<Int>) {
    let side = symmetry.side
    precondition(rows.lowerBound >= 0 && rows.upperBound <= foldedRows, "rows of the plane")
    for row in rows {
      let start = folded + row * foldedRowCount
      guard row < side else {
        start.initialize(repeating: 0, count: foldedRowCount)
        continue
      }
      let target = start + 8 * Self.margin
      start.initialize(repeating: 0, count: 8 * Self.margin)
      (target + 8 * side).initialize(repeating: 0, count: 8 * Self.margin)
      plane.withUnsafeBufferPointer { plane in
        turned.withUnsafeBufferPointer { turned in
          guard let plane = plane.baseAddress, let turned = turned.baseAddress else { return }
          let (up, down) = (row * side, (side - 1 - row) * side)
          fold(plane + up, plane + down, turned + up, turned + down, into: target)
        }
      }
      extents[row] = extent(target)
    }
  }

  /// Puts a row together of that row and its mirrored one, of the plane and of the turned one.
  @inline(__always)
  private func fold(
    _ up: UnsafePointer<Float>, _ down: UnsafePointer<Float>, _ turnedUp: UnsafePointer<Float>,
    _ turnedDown: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let side = symmetry.side
    let whole = side & ~7
    for left in stride(from: 0, to: whole, by: 8) {
      let (pixel, right) = (target + 8 * left, side - 8 - left)
      pixel.store(up.lanes(at: left), at: 0)
      pixel.store(clanes_reversed(down.lanes(at: right)), at: 8)
      pixel.store(clanes_reversed(up.lanes(at: right)), at: 16)
      pixel.store(down.lanes(at: left), at: 24)
      pixel.store(turnedUp.lanes(at: left), at: 32)
      pixel.store(clanes_reversed(turnedDown.lanes(at: right)), at: 40)
      pixel.store(turnedDown.lanes(at: left), at: 48)
      pixel.store(clanes_reversed(turnedUp.lanes(at: right)), at: 56)
      clanes_transpose(pixel, 8, pixel, 8)
    }
    for left in whole..<side {
      let (pixel, right) = (target + 8 * left, side - 1 - left)
      (pixel[0], pixel[1], pixel[2], pixel[3]) = (up[left], down[right], up[right], down[left])
      (pixel[4], pixel[5]) = (turnedUp[left], turnedDown[right])
      (pixel[6], pixel[7]) = (turnedDown[left], turnedUp[right])
    }
  }

  private func extent(_ row: UnsafePointer<Float>) -> (first: Int32, last: Int32) {
    func isZero(_ column: Int) -> Bool { clanes_all_zero(row.lanes(at: 8 * column)) != 0 }
    var (first, last) = (0, symmetry.side - 1)
    while first <= last && isZero(first) { first += 1 }
    while last > first && isZero(last) { last -= 1 }
    return (Int32(first), Int32(last))
  }

  /// Projects the folded plane.
  ///
  /// - Parameters:
  ///   - groups: Which groups of views. Some six use what they load best.
  ///   - runs: Of each group of the geometry the detectors that are needed (see
  ///     `EightfoldBeam.runs`).
  ///   - output: `groups.count * groupCount` floats, overwritten; zero where nothing is needed.
  public func project(
    _ groups: Range<Int>, runs: [[Range<Int>]], into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(output.count == groups.count * groupCount, "whole groups")
    precondition(runs.count == symmetry.groups, "what is needed of each group")
    guard let sums = output.baseAddress else { return }
    sums.initialize(repeating: 0, count: output.count)
    let crossings = LaneCrossings()
    for strip in stride(from: 0, to: foldedRows, by: Self.stripRows) {
      for group in groups {
        let target = sums + (group - groups.lowerBound) * groupCount
        for run in runs[group] {
          for row in stride(from: strip, to: min(strip + Self.stripRows, foldedRows), by: 4) {
            addFourRows(row, group: group, run, crossings, to: target)
          }
        }
      }
    }
    for group in groups {
      let target = sums + (group - groups.lowerBound) * groupCount
      let weight = Float(1 / symmetry.direction(group).cosine)
      for i in 0..<groupCount { target[i] *= weight }
    }
  }

  /// Adds what four rows have on some rays of the lower half of the detectors.
  private func addFourRows(
    _ row: Int, group: Int, _ rays: Range<Int>, _ crossings: borrowing LaneCrossings,
    to sums: UnsafeMutablePointer<Float>
  ) {
    var (first, last) = (symmetry.side, -1)
    for k in row..<row + 4 where extents[k].first <= extents[k].last {
      first = min(first, Int(extents[k].first))
      last = max(last, Int(extents[k].last))
    }
    guard first <= last else { return }
    let (cosine, sine) = symmetry.direction(group)
    let (step, shift) = (1 / cosine, sine / cosine)
    let centre = symmetry.beam.middleColumn
    // Where the ray of detector 0 crosses the first row.
    let start = centre - Double(symmetry.middle) * step - (Double(row) - centre) * shift
    let low = max(rays.lowerBound, Int(((Double(first - 1) - start) * cosine).rounded(.up)))
    let high = min(
      rays.upperBound - 1,
      Int(((Double(last + 1) + 3 * shift - start) * cosine).rounded(.down)))
    guard low <= high else { return }
    for first in stride(from: low, through: high, by: LaneCrossings.most) {
      let count = min(LaneCrossings.most, high - first + 1)
      let place = start + Double(first) * step + Double(Self.margin)
      crossings.fill(
        [place, place - shift, place - 2 * shift, place - 3 * shift],
        steps: [step, step, step, step], count: count)
      crossings.add(
        folded + row * foldedRowCount, rowCount: foldedRowCount, lanes: 8, to: sums + 8 * first,
        count: count)
    }
  }

  /// Takes one view out of the projected groups.
  ///
  /// - Parameters:
  ///   - view: Which view.
  ///   - groups: All projected groups.
  ///   - output: A value for each detector, overwritten.
  public func unfold(
    _ view: Int, of groups: [Float], into output: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(groups.count == symmetry.groups * groupCount, "all groups")
    precondition(output.count == symmetry.beam.detectors, "a view has one value a detector")
    let (group, lane) = symmetry.place(of: view)
    let first = group * groupCount + lane
    for detector in 0...symmetry.middle {
      output[detector] = groups[first + 8 * detector]
      output[output.count - 1 - detector] = groups[first + 8 * detector + 1]
    }
  }
}
