internal import CLanes

/// Eight voxels of a row, worked on at once.
package typealias FloatLanes = SIMD8<Float>

extension UnsafePointer<Float> {
  /// Asks for some values from an offset on, so that they are near when they are needed: rows cut
  /// into tiles are too short for the processor to see where they lead.
  @inline(__always) func prefetch(at offset: Int, count: Int) {
    var i = offset
    while i < offset + count {
      clanes_prefetch(self + i)
      i += 16
    }
  }

  /// The eight values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> FloatLanes {
    clanes_load(self + offset)
  }
}

extension UnsafeMutablePointer<Float> {
  /// The eight values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> FloatLanes {
    clanes_load(self + offset)
  }

  /// Puts eight values down at an offset, at any alignment.
  @inline(__always) func store(_ lanes: FloatLanes, at offset: Int) {
    clanes_store(lanes, self + offset)
  }
}

extension SIMD8<Float> {
  /// The smaller of each pair of lanes.
  @inline(__always) func smaller(_ other: Self) -> Self {
    clanes_lesser(self, other)
  }

  /// The lanes without their signs.
  @inline(__always) package var magnitudes: Self {
    let bits = unsafeBitCast(self, to: SIMD8<UInt32>.self)
    return unsafeBitCast(bits & SIMD8<UInt32>(repeating: 0x7fff_ffff), to: Self.self)
  }

  /// Whether any lane has a sign, −0 among them.
  @inline(__always) package var hasNegative: Bool { clanes_signs(self) != 0 }

  /// The larger of each pair of lanes.
  @inline(__always) func larger(_ other: Self) -> Self {
    clanes_larger(self, other)
  }
}

/// `exp(-x)` for lanes from 0 to 87, to 2e-7 of the value.
///
/// Halves powers of two off until the rest lies within ±½ ln 2 and sums its series (Horner, fused).
/// The series is Taylor's to the 6th order, whose rest there is below 1.3e-7.
@inline(__always)
package func negativeExponential(_ x: FloatLanes) -> FloatLanes {
  // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits of the sum.
  let shifter: FloatLanes = .init(repeating: 12_582_912)
  let binary = x * FloatLanes(repeating: -1.442_695_041)
  let shifted = binary + shifter
  let rest = (binary - (shifted - shifter)) * FloatLanes(repeating: 0.693_147_181)
  var series = FloatLanes(repeating: 1 / 720)
  series = FloatLanes(repeating: 1 / 120).addingProduct(series, rest)
  series = FloatLanes(repeating: 1 / 24).addingProduct(series, rest)
  series = FloatLanes(repeating: 1 / 6).addingProduct(series, rest)
  series = FloatLanes(repeating: 1 / 2).addingProduct(series, rest)
  series = FloatLanes(repeating: 1).addingProduct(series, rest)
  series = FloatLanes(repeating: 1).addingProduct(series, rest)
  let power = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
  return unsafeBitCast(
    unsafeBitCast(series, to: SIMD8<Int32>.self) &+ power, to: FloatLanes.self)
}
