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

  /// Finds the symmetry; nil where pixels or plane are not square, or sides or views are odd.
  public init?(_ beam: ParallelBeam) {
    guard beam.columns == beam.rows, beam.columns.isMultiple(of: 2),
      beam.columnSpacing == 1, beam.rowSpacing == 1, beam.views.isMultiple(of: 2)
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
}

/// Where equally spaced positions fall between the samples of four rows of eight lanes each.
///
/// Offsets are counted in floats from one place for all rows, and everything lies at distances that
/// the compiler knows: a loop over the four rows needs three pointers, which registers hold. Two
/// weights, not one fraction, so that a sample is two fused multiplications.
struct LaneCrossings: ~Copyable {
  /// The most positions of a row.
  static let most = 64
  private static let rows = 4
  private static let stride = most + 8

  private let offsets: UnsafeMutablePointer<Int32>
  private let weights: UnsafeMutablePointer<Float>

  init() {
    offsets = .allocate(capacity: Self.rows * Self.stride)
    offsets.initialize(repeating: 0, count: Self.rows * Self.stride)
    weights = .allocate(capacity: 2 * Self.rows * Self.stride)
    weights.initialize(repeating: 0, count: 2 * Self.rows * Self.stride)
  }

  deinit {
    offsets.deallocate()
    weights.deallocate()
  }

  /// Fills a row with the positions `start + i * step`, none of them negative.
  ///
  /// Positions are floats: they are right to 3e-5 of a sample.
  ///
  /// - Parameters:
  ///   - row: Which of the four.
  ///   - first: Where the row's samples begin.
  ///   - start: The first position.
  ///   - step: From a position to the next.
  ///   - count: How many, at most `most`.
  @inline(__always)
  func fill(_ row: Int, from first: Int, start: Double, step: Double, count: Int) {
    let (places, below) = (offsets + row * Self.stride, weights + row * Self.stride)
    let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7) * Float(step) + Float(start)
    let one = FloatLanes(repeating: 1)
    let base = SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: first))
    for i in Swift.stride(from: 0, to: count, by: 8) {
      let position = lanes + Float(i) * Float(step)
      let floor = clanes_truncate(position)
      let fraction = position - clanes_float(floor)
      UnsafeMutableRawPointer(places + i).storeBytes(
        of: floor &<< 3 &+ base, as: SIMD8<Int32>.self)
      below.store(one - fraction, at: i)
      below.store(fraction, at: i + Self.rows * Self.stride)
    }
  }

  /// Adds to each position's eight lanes what the four rows have there.
  @inline(__always)
  func add(_ samples: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count {
      var sum = sums.lanes(at: 8 * i)
      for row in 0..<Self.rows {
        let at = row * Self.stride + i
        let place = samples + Int(offsets[at])
        sum = sum.addingProduct(place.lanes(at: 0), FloatLanes(repeating: weights[at]))
        sum = sum.addingProduct(
          place.lanes(at: 8), FloatLanes(repeating: weights[at + Self.rows * Self.stride]))
      }
      sums.store(sum, at: 8 * i)
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
