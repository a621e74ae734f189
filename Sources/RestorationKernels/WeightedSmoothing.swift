internal import CLanes

/// Sums of intensities and of the weights they were taken with, of the voxels of an object.
///
/// Smoothed is the one divided by the other: then what lies beside the object has no say.
package struct WeightedSums {
  /// Sums of weights times intensities.
  package let values: UnsafeMutablePointer<Float>
  /// Sums of weights.
  package let weights: UnsafeMutablePointer<Float>

  /// Names room for as many of both.
  package init(values: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>) {
    (self.values, self.weights) = (values, weights)
  }

  /// The sums from a place on.
  package func from(_ place: Int) -> WeightedSums {
    WeightedSums(values: values + place, weights: weights + place)
  }

  /// The mean about a place; an intensity above 0 among them makes it positive.
  ///
  /// - Parameters:
  ///   - place: Where.
  ///   - taps: The weights of those two before to two behind.
  ///   - count: How many sums there are.
  /// - Returns: The mean.
  @inline(__always)
  package func mean(at place: Int, _ taps: SmoothingTaps, count: Int) -> Float {
    var (sum, total): (Float, Float) = (0, 0)
    for tap in 0..<SmoothingTaps.count {
      let from = place + tap - 2
      guard from >= 0, from < count else { continue }
      sum += taps[tap] * values[from]
      total += taps[tap] * weights[from]
    }
    return max(sum, .leastNormalMagnitude) / max(total, .leastNormalMagnitude)
  }
}

/// The weights of voxels two before to two behind.
package struct SmoothingTaps: Sendable {
  /// How many there are.
  package static let count = 5
  private let weights: SIMD8<Float>

  /// Takes five weights.
  package init(_ weights: [Float]) {
    precondition(weights.count == Self.count, "not five weights")
    var lanes = SIMD8<Float>.zero
    for (i, weight) in weights.enumerated() { lanes[i] = weight }
    self.weights = lanes
  }

  /// One of them.
  @inline(__always)
  package subscript(_ tap: Int) -> Float { weights[tap] }
}

/// Smoothing of neighbouring slices, and of their rows.
package enum WeightedSmoothing {
  /// Sums slices along z, for several slices one after the other.
  ///
  /// - Parameters:
  ///   - voxels: A volume's.
  ///   - bits: 1 for each voxel of the object, else 0.
  ///   - slices: Where those begin that are looked at, from two before the first to two behind the
  ///     last that is made; nil beyond the volume.
  ///   - count: Voxels in a slice.
  ///   - taps: The weights.
  ///   - sums: Receives `slices.count - 4` slices.
  package static func sumSlices(
    _ voxels: [Float], where bits: [UInt8], slices: [Int?], count: Int, _ taps: SmoothingTaps,
    into sums: WeightedSums
  ) {
    precondition(
      bits.count == voxels.count && slices.count >= SmoothingTaps.count
        && slices.allSatisfy { $0 ?? 0 >= 0 && ($0 ?? 0) + count <= voxels.count },
      "slices of another volume")
    voxels.withUnsafeBufferPointer { voxels in
      bits.withUnsafeBufferPointer { bits in
        guard let voxels = voxels.baseAddress, let bits = bits.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: FloatLanes.self, capacity: 2 * slices.count) { room in
          guard let room = room.baseAddress else { return }
          for i in stride(from: 0, to: count, by: 8) {
            let held = min(8, count - i)
            for (slice, start) in slices.enumerated() {
              let (values, ones) = chosen(voxels, bits, start.map { $0 + i }, held)
              (room[2 * slice], room[2 * slice + 1]) = (values, ones)
            }
            for slice in 0...slices.count - SmoothingTaps.count {
              let (values, weights) = blended(room + 2 * slice, taps)
              let place = slice * count + i
              put(values, sums.values + place, held)
              put(weights, sums.weights + place, held)
            }
          }
        }
      }
    }
  }

  /// Up to eight voxels of a slice, 0 where they are not of the object, and which are.
  @inline(__always)
  private static func chosen(
    _ voxels: UnsafePointer<Float>, _ bits: UnsafePointer<UInt8>, _ start: Int?, _ held: Int
  ) -> (FloatLanes, FloatLanes) {
    guard let start else { return (.zero, .zero) }
    var (values, choice) = (FloatLanes.zero, SIMD8<UInt8>.zero)
    if held == 8 {
      values = voxels.lanes(at: start)
      choice = UnsafeRawPointer(bits + start).loadUnaligned(as: SIMD8<UInt8>.self)
    } else {
      for lane in 0..<held {
        (values[lane], choice[lane]) = (voxels[start + lane], bits[start + lane])
      }
    }
    return (
      clanes_chosen(choice, values, FloatLanes.zero),
      clanes_chosen(choice, FloatLanes(repeating: 1), FloatLanes.zero)
    )
  }

  /// The weighted sum of five pairs of lanes, one after the other.
  @inline(__always)
  private static func blended(
    _ room: UnsafePointer<FloatLanes>, _ taps: SmoothingTaps
  ) -> (FloatLanes, FloatLanes) {
    var (values, weights) = (FloatLanes.zero, FloatLanes.zero)
    for tap in 0..<SmoothingTaps.count {
      values += room[2 * tap] * taps[tap]
      weights += room[2 * tap + 1] * taps[tap]
    }
    return (values, weights)
  }

  @inline(__always)
  private static func put(_ lanes: FloatLanes, _ place: UnsafeMutablePointer<Float>, _ held: Int) {
    if held == 8 { return place.store(lanes, at: 0) }
    for lane in 0..<held { place[lane] = lanes[lane] }
  }

  /// Sums rows along y.
  ///
  /// - Parameters:
  ///   - plane: The sums of a slice, and eight more of any value.
  ///   - y: The middle row.
  ///   - rows: How many rows the slice has.
  ///   - columns: Sums of a row.
  ///   - taps: The weights.
  ///   - sums: Receives a row, and up to seven more of no meaning.
  package static func sumRows(
    _ plane: WeightedSums, y: Int, of rows: Int, columns: Int, _ taps: SmoothingTaps,
    into sums: WeightedSums
  ) {
    let near = max(0, 2 - y)..<min(SmoothingTaps.count, rows + 2 - y)
    for i in stride(from: 0, to: columns, by: 8) {
      var (values, weights) = (FloatLanes.zero, FloatLanes.zero)
      for tap in near {
        let place = (y + tap - 2) * columns + i
        values += plane.values.lanes(at: place) * taps[tap]
        weights += plane.weights.lanes(at: place) * taps[tap]
      }
      sums.values.store(values, at: i)
      sums.weights.store(weights, at: i)
    }
  }
}
