internal import CLanes

/// As many voxels of a row as the processor works on at once: sixteen in a build for AVX-512, else
/// eight.
///
/// Kernels step by `WideLanes.scalarCount`. Their results must not depend on it: what is added up
/// over lanes is added in an order of its own.
#if WIDE_LANES
package typealias WideLanes = SIMD16<Float>
#else
package typealias WideLanes = SIMD8<Float>
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
