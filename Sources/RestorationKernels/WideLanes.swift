internal import CLanes

/// As many voxels of a row as the processor works on at once: sixteen in a build for AVX-512, else
/// eight.
///
/// Kernels step by `WideLanes.scalarCount`. Their results must not depend on it: what is added up
/// over lanes is added in an order of its own.
#if WIDE_LANES
package typealias WideLanes = SIMD16<Float>
/// Integers beside them.
typealias WideIntegers = SIMD16<Int32>
#else
package typealias WideLanes = SIMD8<Float>
/// Integers beside them.
typealias WideIntegers = SIMD8<Int32>
#endif

extension UnsafePointer<Float> {
  /// The values that start at an offset, at any alignment.
  @inline(__always) func wideLanes(at offset: Int) -> WideLanes {
    #if WIDE_LANES
    clanes_load16(self + offset)
    #else
    clanes_load(self + offset)
    #endif
  }
}

extension UnsafeMutablePointer<Float> {
  /// The values that start at an offset, at any alignment.
  @inline(__always) func wideLanes(at offset: Int) -> WideLanes {
    UnsafePointer(self).wideLanes(at: offset)
  }

  /// Adds values to those at an offset, at any alignment.
  @inline(__always) func add(_ lanes: WideLanes, at offset: Int) {
    store(wideLanes(at: offset) + lanes, at: offset)
  }

  /// Puts sixteen values down at an offset, at any alignment.
  @inline(__always) func store(_ lanes: SIMD16<Float>, at offset: Int) {
    clanes_store16(lanes, self + offset)
  }
}

extension SIMD16<Float> {
  /// The smaller of each pair of lanes.
  @inline(__always) func smaller(_ other: Self) -> Self { clanes_lesser16(self, other) }

  /// The larger of each pair of lanes.
  @inline(__always) func larger(_ other: Self) -> Self { clanes_larger16(self, other) }

  /// The lanes without their signs.
  @inline(__always) var magnitudes: Self {
    let bits = unsafeBitCast(self, to: SIMD16<UInt32>.self)
    return unsafeBitCast(bits & SIMD16<UInt32>(repeating: 0x7fff_ffff), to: Self.self)
  }
}

/// `2ˣ` for lanes from -125 to 125, to 3e-7 of the value.
///
/// Takes the nearest whole power off and fits the rest, within ±½, by the polynomial of the 5th
/// order that is least wrong where it is most.
@inline(__always)
package func exponential2(_ x: WideLanes) -> WideLanes {
  // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits of the sum.
  let shifter = WideLanes(repeating: 12_582_912)
  let shifted = x + shifter
  let rest = x - (shifted - shifter)
  var series = WideLanes(repeating: 0.001_327_647_13)
  series = WideLanes(repeating: 0.009_675_541_89).addingProduct(series, rest)
  series = WideLanes(repeating: 0.055_507_130_9).addingProduct(series, rest)
  series = WideLanes(repeating: 0.240_221_202).addingProduct(series, rest)
  series = WideLanes(repeating: 0.693_146_944).addingProduct(series, rest)
  series = WideLanes(repeating: 1.000_000_12).addingProduct(series, rest)
  let power = unsafeBitCast(shifted, to: WideIntegers.self) &<< 23
  return unsafeBitCast(
    unsafeBitCast(series, to: WideIntegers.self) &+ power, to: WideLanes.self)
}

extension WideLanes {
  /// The numbers of the lanes, beginning anew with each eight.
  @inline(__always) static var withinEight: Self {
    #if WIDE_LANES
    [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]
    #else
    [0, 1, 2, 3, 4, 5, 6, 7]
    #endif
  }

  /// The number of the lane with which each lane's eight begins.
  @inline(__always) static var startOfEight: Self {
    #if WIDE_LANES
    [0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8]
    #else
    Self(repeating: 0)
    #endif
  }

  /// Lanes without their fractions; none beyond Int32.
  @inline(__always) var truncated: WideIntegers {
    #if WIDE_LANES
    clanes_truncate16(self)
    #else
    clanes_truncate(self)
    #endif
  }

  /// Floats of integers, exact below 2²⁴.
  @inline(__always) init(exactly integers: WideIntegers) {
    #if WIDE_LANES
    self = clanes_float_of16(integers)
    #else
    self = clanes_float(integers)
    #endif
  }
}

extension UnsafeMutablePointer<Float> {
  /// Puts the first few lanes down.
  @inline(__always) func store(first count: Int, of lanes: SIMD8<Float>) {
    clanes_store_first(lanes, Int32(truncatingIfNeeded: count), self)
  }

  /// The same of sixteen.
  @inline(__always) func store(first count: Int, of lanes: SIMD16<Float>) {
    clanes_store_first16(lanes, Int32(truncatingIfNeeded: count), self)
  }
}

extension WideLanes {
  /// 0, 1, 2 and so on.
  @inline(__always) static var places: Self {
    #if WIDE_LANES
    SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    #else
    SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
    #endif
  }

  /// Which lanes are no greater than another's.
  @inline(__always) func isAtMost(_ other: Self) -> WideChoice {
    WideChoice(bits: clanes_at_most(self, other))
  }
}

/// Some of the lanes.
struct WideChoice {
  fileprivate let bits: clanes_sums

  /// Those that are in another choice too.
  @inline(__always) func and(_ other: Self) -> Self {
    Self(bits: clanes_both(bits, other.bits))
  }

  /// Whether there are any.
  @inline(__always) var hasAny: Bool { clanes_any(bits) }

  /// Their values; 0 in all other lanes.
  @inline(__always) func of(_ lanes: WideLanes) -> WideLanes { clanes_only(lanes, bits) }
}

#if WIDE_LANES
/// The same as that of eight lanes, with the same operations.
@inline(__always)
func negativeExponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
  let shifter = SIMD16<Float>(repeating: 12_582_912)
  let binary = x * SIMD16<Float>(repeating: -1.442_695_041)
  let shifted = binary + shifter
  let rest = (binary - (shifted - shifter)) * SIMD16<Float>(repeating: 0.693_147_181)
  var series = SIMD16<Float>(repeating: 1 / 720)
  series = SIMD16<Float>(repeating: 1 / 120).addingProduct(series, rest)
  series = SIMD16<Float>(repeating: 1 / 24).addingProduct(series, rest)
  series = SIMD16<Float>(repeating: 1 / 6).addingProduct(series, rest)
  series = SIMD16<Float>(repeating: 1 / 2).addingProduct(series, rest)
  series = SIMD16<Float>(repeating: 1).addingProduct(series, rest)
  series = SIMD16<Float>(repeating: 1).addingProduct(series, rest)
  let power = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
  return unsafeBitCast(
    unsafeBitCast(series, to: SIMD16<Int32>.self) &+ power, to: SIMD16<Float>.self)
}
#endif
