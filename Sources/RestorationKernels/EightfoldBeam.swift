internal import CLanes

/// The symmetry of a parallel beam over a square plane: eight turned and mirrored copies of the
/// plane are crossed at the same places.
///
/// Views at angles a, pi / 2 - a, pi / 2 + a and pi - a see the plane alike but for a transposition
/// or a mirror, and each view sees the plane turned by half a turn with its detectors reversed. A
/// group is these four views, eight lanes with both directions of their detectors:
///
///     lane    view        detectors   pixel (column, row) from the centre
///     0, 1    g           up, down    ( u,  w), (-u, -w)
///     2, 3    views - g   up, down    (-u,  w), ( u, -w)
///     4, 5    views/2 - g up, down    ( w,  u), (-w, -u)
///     6, 7    views/2 + g up, down    (-w,  u), ( w, -u)
///
/// Position and weight of a crossing are worked out once for eight values, which then lie side by
/// side: no value has to be gathered.
public struct EightfoldBeam: Sendable {
  /// The geometry.
  public let beam: ParallelBeam
  /// Groups of views, with angles from 0 to pi / 4.
  public let groups: Int

  /// Finds the symmetry; nil where pixels or plane are not square, or sides or views are odd.
  public init?(_ beam: ParallelBeam) {
    guard beam.columns == beam.rows, beam.columns.isMultiple(of: 2),
      beam.columnSpacing == 1, beam.rowSpacing == 1, beam.views.isMultiple(of: 2)
    else { return nil }
    self.beam = beam
    groups = beam.views / 4 + 1
  }

  /// Pixels along a side of the plane.
  var side: Int { beam.columns }
  /// The detector on which the centre lies.
  var middle: Int { (beam.detectors - 1) / 2 }

  /// The group of a view, and the first of its two lanes.
  func place(of view: Int) -> (group: Int, lane: Int) {
    let (half, quarter) = (beam.views / 2, beam.views / 4)
    if view <= quarter { return (view, 0) }
    if view <= half { return (half - view, 4) }
    if view <= half + quarter { return (view - half, 6) }
    return (beam.views - view, 2)
  }

  /// The view of a group's pair of lanes; nil where another group or pair has it already.
  func view(of group: Int, lane: Int) -> Int? {
    let half = beam.views / 2
    let view = [group, beam.views - group, half - group, half + group][lane / 2]
    guard view < beam.views, group < groups else { return nil }
    return place(of: view) == (group, lane) ? view : nil
  }
}

/// Where equally spaced positions fall between the samples of a row of eight lanes each.
///
/// Offsets are counted in floats. Two weights, not one fraction, so that a sample is two fused
/// multiplications.
struct LaneCrossings: ~Copyable {
  private let capacity: Int
  let offsets: UnsafeMutablePointer<Int32>
  let below: UnsafeMutablePointer<Float>
  let above: UnsafeMutablePointer<Float>

  /// Reserves room for `rows` rows of at most `count` positions.
  init(rows: Int, count: Int) {
    capacity = count + 8
    offsets = .allocate(capacity: rows * capacity)
    below = .allocate(capacity: 2 * rows * capacity)
    above = below + rows * capacity
  }

  deinit {
    offsets.deallocate()
    below.deallocate()
  }

  /// Where a row's positions begin.
  @inline(__always) func first(_ row: Int) -> Int { row * capacity }

  /// Fills a row with the positions `start + i * step`, none of them negative.
  ///
  /// Positions are floats: they are right to 3e-5 of a sample.
  @inline(__always)
  func fill(_ row: Int, start: Double, step: Double, count: Int) {
    let first = first(row)
    let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7) * Float(step) + Float(start)
    let one = FloatLanes(repeating: 1)
    for i in stride(from: 0, to: count, by: 8) {
      let position = lanes + Float(i) * Float(step)
      let floor = clanes_truncate(position)
      let fraction = position - clanes_float(floor)
      UnsafeMutableRawPointer(offsets + first + i).storeBytes(
        of: floor &<< 3, as: SIMD8<Int32>.self)
      below.store(one - fraction, at: first + i)
      above.store(fraction, at: first + i)
    }
  }
}

extension UnsafeMutablePointer<Float> {
  /// Room for values that begins at a cache line; not initialized.
  static func allocateLines(_ count: Int) -> Self {
    UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: count)
  }
}
