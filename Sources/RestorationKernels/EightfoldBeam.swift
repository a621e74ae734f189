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
  /// The cosine and sine of each group, and of a few more.
  private let directions: [SIMD2<Double>]

  /// Finds the symmetry; nil where pixels or plane are not square, or sides or
  /// views are odd, or the plane is enormous.
  public init?(_ beam: ParallelBeam) {
    guard beam.columns == beam.rows, beam.columns.isMultiple(of: 2),
      beam.columnSpacing == 1, beam.rowSpacing == 1, beam.views.isMultiple(of: 2),
      beam.detectors < LaneCrossings.mostSamples
    else { return nil }
    self.beam = beam
    groups = beam.views / 4 + 1
    directions = (0..<(groups + 4)).map {
      let (cosine, sine) = beam.direction($0)
      return [cosine, sine]
    }
  }

  /// The cosine and sine of a group's angle; also of up to three groups behind the last.
  func direction(_ group: Int) -> (cosine: Double, sine: Double) {
    (directions[group].x, directions[group].y)
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

  /// Of each group the detectors up to the middle one that a choice of rays needs.
  ///
  /// - Parameter rays: 1 for a ray that is needed, detectors fastest; nil for all.
  /// - Returns: Ranges in order. Short gaps are filled.
  public func runs(of rays: [UInt8]?) -> [[Range<Int>]] {
    guard let rays else { return Array(repeating: [0..<middle + 1], count: groups) }
    precondition(rays.count == beam.views * beam.detectors, "a mark for each ray")
    return (0..<groups).map { group in
      var isNeeded = [UInt8](repeating: 0, count: middle + 1)
      for lane in stride(from: 0, to: 8, by: 2) {
        guard let view = view(of: group, lane: lane) else { continue }
        let (first, last) = (view * beam.detectors, (view + 1) * beam.detectors - 1)
        for i in isNeeded.indices { isNeeded[i] |= rays[first + i] | rays[last - i] }
      }
      var runs: [Range<Int>] = []
      for i in isNeeded.indices where isNeeded[i] != 0 {
        if let last = runs.last, i < last.upperBound + 8 {
          runs[runs.count - 1] = last.lowerBound..<i + 1
        } else {
          runs.append(i..<i + 1)
        }
      }
      return runs
    }
  }
}
