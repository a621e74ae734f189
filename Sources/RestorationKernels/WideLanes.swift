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
