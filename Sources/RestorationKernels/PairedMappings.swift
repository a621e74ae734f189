internal import CLanes

/// The mappings of the four tiles around some pixels, each to whole numbers below 65536, two of
/// them in a word: so a pixel looks up two words of a table that stays in the first cache.
public struct PairedMappings {
  /// One word for each bin and mapping before along y: that of the tile before along x, and 65536
  /// times that of the tile after.
  private let top: UnsafeMutablePointer<UInt32>
  /// The same of the tiles after along y.
  private let bottom: UnsafeMutablePointer<UInt32>
  private let bins: Int

  /// Makes room for mappings of so many bins; `deallocate` gives it back.
  public init(bins: Int) {
    self.bins = bins
    top = .allocate(capacity: 2 * bins)
    bottom = top + bins
  }

  /// Gives the room back.
  public func deallocate() { top.deallocate() }

  /// Takes the mappings of four tiles.
  public func take(_ corners: CornerMappings) {
    for bin in 0..<bins {
      top[bin] =
        UInt32(Int32(corners.topLeft[bin])) | UInt32(Int32(corners.topRight[bin])) << 16
      bottom[bin] =
        UInt32(Int32(corners.bottomLeft[bin])) | UInt32(Int32(corners.bottomRight[bin])) << 16
    }
  }

  /// Maps adjacent pixels, interpolated along x, then along y, and rounds to whole numbers, ties to
  /// even.
  ///
  /// Bound by its look-ups: two gathers for eight pixels.
  ///
  /// - Parameters:
  ///   - pixels: Whole numbers from 0 to below the number of bins.
  ///   - weights: For each pixel the weight of the tiles after along x.
  ///   - weight: The weight of the tiles after along y.
  ///   - count: How many pixels.
  ///   - greatest: What no mapped value may pass; the least is 0.
  ///   - output: Where the mapped values go.
  public func equalizeRow(
    _ pixels: UnsafePointer<Float>, weights: UnsafePointer<Float>, weight: Float, count: Int,
    upTo greatest: Float, into output: UnsafeMutablePointer<Float>
  ) {
    let whole = count & ~7
    let (after, before) = (FloatLanes(repeating: weight), FloatLanes(repeating: 1 - weight))
    let most = FloatLanes(repeating: greatest)
    for x in stride(from: 0, to: whole, by: 8) {
      let place = clanes_truncate(pixels.lanes(at: x))
      let u = weights.lanes(at: x)
      let sum = Self.blended(top, place, u) * before + Self.blended(bottom, place, u) * after
      // What is rounded lies within 0 to 65535, whose integers floats hold.
      let rounded = clanes_float(clanes_round(sum))
      output.store(rounded.larger(.zero).smaller(most), at: x)
    }
    for x in whole..<count {
      let (bin, u) = (Int(pixels[x]), weights[x])
      func blended(_ table: UnsafeMutablePointer<UInt32>) -> Float {
        Float(table[bin] & 0xffff) * (1 - u) + Float(table[bin] >> 16) * u
      }
      let sum = blended(top) * (1 - weight) + blended(bottom) * weight
      output[x] = min(max(sum.rounded(.toNearestOrEven), 0), greatest)
    }
  }

  /// Two mappings of each bin, interpolated.
  @inline(__always)
  private static func blended(
    _ table: UnsafeMutablePointer<UInt32>, _ bins: SIMD8<Int32>, _ weight: FloatLanes
  ) -> FloatLanes {
    let base = UnsafeRawPointer(table).assumingMemoryBound(to: Float.self)
    let words = unsafeBitCast(clanes_gather(base, bins), to: SIMD8<UInt32>.self)
    let mask = SIMD8<UInt32>(repeating: 0xffff)
    let first = clanes_float(unsafeBitCast(words & mask, to: SIMD8<Int32>.self))
    let second = clanes_float(unsafeBitCast(words &>> 16, to: SIMD8<Int32>.self))
    return first * (1 - weight) + second * weight
  }
}

/// Counts whole values from 0 on in two tables by turns: what follows in the same bin need not wait
/// for the count before it.
///
/// - Parameters:
///   - values: Whole numbers, each below the size of a table.
///   - count: How many values.
///   - even: Counts of the values at even places.
///   - odd: Counts of the others.
public func countWhole(
  _ values: UnsafePointer<Float>, count: Int, intoEven even: UnsafeMutablePointer<Int32>,
  odd: UnsafeMutablePointer<Int32>
) {
  let whole = count & ~7
  for i in stride(from: 0, to: whole, by: 8) {
    let bins = clanes_truncate(values.lanes(at: i))
    for pair in 0..<4 {
      even[Int(bins[2 * pair])] += 1
      odd[Int(bins[2 * pair + 1])] += 1
    }
  }
  for i in whole..<count { even[Int(values[i])] += 1 }
}
