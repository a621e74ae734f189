internal import CLanes

/// Where equally spaced positions fall between the samples of four rows of eight lanes each, or of
/// sixteen.
///
/// The loop over positions is bound by its loads, three a cycle. Eight of them are samples; places
/// are halves of words, two rows in one load, and of the two weights one is made from the other.
/// With sixteen lanes, two sinograms of eight, the same places and weights serve twice as much.
struct LaneCrossings: ~Copyable {
  /// The most positions of a row.
  static let most = 64
  /// The most samples of a row: a place is 16 bits, in steps that an address can be scaled by.
  static let mostSamples = 1 << 14
  private static let stride = most + WideLanes.scalarCount

  /// Four times the sample, half of the place in floats for eight lanes: those of rows 0 and 1, then
  /// those of rows 2 and 3.
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
    let (firsts, each) = (SIMD4<Float>(starts), SIMD4<Float>(steps))
    fill(0, [firsts.x, firsts.y], [each.x, each.y], count)
    fill(1, [firsts.z, firsts.w], [each.z, each.w], count)
  }

  /// Fills two rows.
  ///
  /// Each eight positions are counted from their first, however many are worked out at once.
  @inline(__always)
  private func fill(_ half: Int, _ starts: SIMD2<Float>, _ steps: SIMD2<Float>, _ count: Int) {
    let (low, high) = (fractions + 2 * half * Self.stride, fractions + (2 * half + 1) * Self.stride)
    let (first, second) = (WideLanes(repeating: steps.x), WideLanes(repeating: steps.y))
    let near = WideLanes.withinEight * first + WideLanes(repeating: starts.x)
    let far = WideLanes.withinEight * second + WideLanes(repeating: starts.y)
    for i in Swift.stride(from: 0, to: count, by: WideLanes.scalarCount) {
      let index = WideLanes(repeating: Float(i)) + WideLanes.startOfEight
      let lower = split(near + index * first, into: low + i)
      let upper = split(far + index * second, into: high + i)
      UnsafeMutableRawPointer(places + half * Self.stride + i).storeBytes(
        of: lower &<< 2 | upper &<< 18, as: WideIntegers.self)
    }
  }

  /// Parts positions into whole samples and what is beyond them.
  @inline(__always)
  private func split(
    _ position: WideLanes, into fraction: UnsafeMutablePointer<Float>
  ) -> WideIntegers {
    let floor = position.truncated
    fraction.store(position - WideLanes(exactly: floor), at: 0)
    return floor
  }

  /// Adds to each position's lanes what the four rows have there.
  ///
  /// - Parameters:
  ///   - samples: The first row.
  ///   - rowCount: Floats from one row to the next.
  ///   - lanes: 8 or 16 of each sample and of each position.
  ///   - sums: The lanes of the positions.
  ///   - count: Positions.
  ///   - isFirst: Whether the sums hold nothing yet, and begin with zero.
  @inline(__always)
  func add(
    _ samples: UnsafePointer<Float>, rowCount: Int, lanes: Int,
    to sums: UnsafeMutablePointer<Float>, count: Int, isFirst: Bool = false
  ) {
    if lanes == 8 {
      for i in 0..<count {
        var sum = isFirst ? FloatLanes(repeating: 0) : sums.lanes(at: 8 * i)
        forEachRow(i) { row, sample, fraction in
          let at = samples + row * rowCount + 2 * sample
          let above = clanes_spread(fraction)
          sum = sum.addingProduct(at.lanes(at: 0), FloatLanes(repeating: 1) - above)
          sum = sum.addingProduct(at.lanes(at: 8), above)
        }
        sums.store(sum, at: 8 * i)
      }
    } else {
      for i in 0..<count {
        var sum = isFirst ? SIMD16<Float>(repeating: 0) : clanes_load16(sums + 16 * i)
        forEachRow(i) { row, sample, fraction in
          let at = samples + row * rowCount + 4 * sample
          let above = clanes_spread16(fraction)
          sum = sum.addingProduct(clanes_load16(at), SIMD16<Float>(repeating: 1) - above)
          sum = sum.addingProduct(clanes_load16(at + 16), above)
        }
        sums.store(sum, at: 16 * i)
      }
    }
  }

  /// Tells where a position falls in each row: four times the sample, and the fraction behind it.
  @inline(__always)
  private func forEachRow(
    _ position: Int, _ body: (_ row: Int, _ sample: Int, UnsafePointer<Float>) -> Void
  ) {
    let (near, far) = (places[position], places[Self.stride + position])
    let fraction = UnsafePointer(fractions + position)
    body(0, Int(near & 0xffff), fraction)
    body(1, Int(near >> 16), fraction + Self.stride)
    body(2, Int(far & 0xffff), fraction + 2 * Self.stride)
    body(3, Int(far >> 16), fraction + 3 * Self.stride)
  }
}

extension UnsafeMutablePointer<Float> {
  /// Room for values that begins at a cache line; not initialized.
  static func allocateLines(_ count: Int) -> Self {
    let bytes = count * MemoryLayout<Float>.stride
    let room = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    LargePages.prefer(room, bytes: bytes)
    return room.bindMemory(to: Float.self, capacity: count)
  }
}
