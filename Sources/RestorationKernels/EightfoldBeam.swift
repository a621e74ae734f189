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

/// Where equally spaced positions fall between the samples of four rows of eight lanes each.
///
/// The loop over positions is bound by its loads, three a cycle. Eight of them are samples; places
/// are halves of words, two rows in one load, and of the two weights one is made from the other.
struct LaneCrossings: ~Copyable {
  /// The most positions of a row.
  static let most = 64
  /// The most samples of a row: a place is 16 bits, in steps that an address can be scaled by.
  static let mostSamples = 1 << 14
  private static let stride = most + 8

  /// Four times the sample, half of the place in floats: those of rows 0 and 1, then those of rows 2 and 3.
  private let places: UnsafeMutablePointer<UInt32>
  private let fractions: UnsafeMutablePointer<Float>

  init() {
    places = .allocate(capacity: 2 * Self.stride)
    places.initialize(repeating: 0, count: 2 * Self.stride)
    fractions = .allocate(capacity: 4 * Self.stride)
    fractions.initialize(repeating: 0, count: 4 * Self.stride)
  }

  deinit {
    places.deallocate()
    fractions.deallocate()
  }

  /// Fills the rows with the positions `starts + i * steps`, none of them negative.
  ///
  /// Positions are floats: they are right to 3e-5 of a sample.
  ///
  /// - Parameters:
  ///   - starts: The first position in each row.
  ///   - steps: From a position to the next, in each row.
  ///   - count: How many, at most `most`.
  @inline(__always)
  func fill(_ starts: SIMD4<Double>, steps: SIMD4<Double>, count: Int) {
    for half in 0..<2 {
      let (even, odd) = (2 * half, 2 * half + 1)
      let (first, second) = (FloatLanes(steps[even]), FloatLanes(steps[odd]))
      let counting = FloatLanes(0, 1, 2, 3, 4, 5, 6, 7)
      let (near, far) = (
        counting * first + FloatLanes(starts[even]), counting * second + FloatLanes(starts[odd])
      )
      for i in Swift.stride(from: 0, to: count, by: 8) {
        let index = FloatLanes(repeating: Float(i))
        let low = split(near + index * first, into: fractions + even * Self.stride + i)
        let high = split(far + index * second, into: fractions + odd * Self.stride + i)
        UnsafeMutableRawPointer(places + half * Self.stride + i).storeBytes(
          of: low &<< 2 | high &<< 18, as: SIMD8<Int32>.self)
      }
    }
  }

  /// Parts positions into whole samples and what is beyond them.
  @inline(__always)
  private func split(
    _ position: FloatLanes, into fraction: UnsafeMutablePointer<Float>
  ) -> SIMD8<Int32> {
    let floor = clanes_truncate(position)
    fraction.store(position - clanes_float(floor), at: 0)
    return floor
  }

  /// Adds to each position's eight lanes what the four rows have there.
  ///
  /// - Parameters:
  ///   - samples: The first row, eight lanes a sample.
  ///   - rowCount: Floats from one row to the next.
  ///   - sums: Eight lanes a position.
  ///   - count: Positions.
  @inline(__always)
  func add(
    _ samples: UnsafePointer<Float>, rowCount: Int, to sums: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count {
      let (near, far) = (places[i], places[Self.stride + i])
      var sum = sums.lanes(at: 8 * i)
      add(samples, near & 0xffff, fractions[i], to: &sum)
      add(samples + rowCount, near >> 16, fractions[Self.stride + i], to: &sum)
      add(samples + 2 * rowCount, far & 0xffff, fractions[2 * Self.stride + i], to: &sum)
      add(samples + 3 * rowCount, far >> 16, fractions[3 * Self.stride + i], to: &sum)
      sums.store(sum, at: 8 * i)
    }
  }

  @inline(__always)
  private func add(
    _ row: UnsafePointer<Float>, _ place: UInt32, _ fraction: Float, to sum: inout FloatLanes
  ) {
    let sample = row + 2 * Int(place)
    let above = FloatLanes(repeating: fraction)
    sum = sum.addingProduct(sample.lanes(at: 0), FloatLanes(repeating: 1) - above)
    sum = sum.addingProduct(sample.lanes(at: 8), above)
  }
}

extension FloatLanes {
  /// The same number in all lanes.
  @inline(__always)
  fileprivate init(_ number: Double) { self.init(repeating: Float(number)) }
}

extension UnsafeMutablePointer<Float> {
  /// Room for values that begins at a cache line; not initialized.
  static func allocateLines(_ count: Int) -> Self {
    UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: count)
  }
}
