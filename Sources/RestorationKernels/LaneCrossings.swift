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

  /// Adds to each position's eight lanes what the four rows have there.
  ///
  /// - Parameters:
  ///   - samples: The first row, eight lanes a sample.
  ///   - rowCount: Floats from one row to the next.
  ///   - sums: Eight lanes a position.
  ///   - count: Positions.
  ///   - isFirst: Whether the sums hold nothing yet, and begin with zero.
  @inline(__always)
  func add(
    _ samples: UnsafePointer<Float>, rowCount: Int, to sums: UnsafeMutablePointer<Float>,
    count: Int, isFirst: Bool = false
  ) {
    for i in 0..<count {
      let (near, far) = (places[i], places[Self.stride + i])
      var sum = isFirst ? FloatLanes(repeating: 0) : sums.lanes(at: 8 * i)
      add(samples, near & 0xffff, i, to: &sum)
      add(samples + rowCount, near >> 16, Self.stride + i, to: &sum)
      add(samples + 2 * rowCount, far & 0xffff, 2 * Self.stride + i, to: &sum)
      add(samples + 3 * rowCount, far >> 16, 3 * Self.stride + i, to: &sum)
      sums.store(sum, at: 8 * i)
    }
  }

  /// Adds to each position's sixteen lanes what four rows of sixteen lanes a sample have there.
  @inline(__always)
  func addPairs(
    _ samples: UnsafePointer<Float>, rowCount: Int, to sums: UnsafeMutablePointer<Float>,
    count: Int, isFirst: Bool
  ) {
    for i in 0..<count {
      let (near, far) = (places[i], places[Self.stride + i])
      var sum = isFirst ? SIMD16<Float>(repeating: 0) : clanes_load16(sums + 16 * i)
      addPair(samples, near & 0xffff, i, to: &sum)
      addPair(samples + rowCount, near >> 16, Self.stride + i, to: &sum)
      addPair(samples + 2 * rowCount, far & 0xffff, 2 * Self.stride + i, to: &sum)
      addPair(samples + 3 * rowCount, far >> 16, 3 * Self.stride + i, to: &sum)
      sums.store(sum, at: 16 * i)
    }
  }

  @inline(__always)
  private func add(
    _ row: UnsafePointer<Float>, _ place: UInt32, _ fraction: Int, to sum: inout FloatLanes
  ) {
    let sample = row + 2 * Int(place)
    let above = clanes_spread(fractions + fraction)
    sum = sum.addingProduct(sample.lanes(at: 0), FloatLanes(repeating: 1) - above)
    sum = sum.addingProduct(sample.lanes(at: 8), above)
  }

  @inline(__always)
  private func addPair(
    _ row: UnsafePointer<Float>, _ place: UInt32, _ fraction: Int, to sum: inout SIMD16<Float>
  ) {
    let sample = row + 4 * Int(place)
    let above = clanes_spread16(fractions + fraction)
    sum = sum.addingProduct(clanes_load16(sample), SIMD16<Float>(repeating: 1) - above)
    sum = sum.addingProduct(clanes_load16(sample + 16), above)
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
