internal import CLanes

/// Sixteen small integers of a row, worked on at once.
typealias ShortLanes = SIMD16<Int16>
/// The same without signs.
typealias UnsignedShortLanes = SIMD16<UInt16>

extension UnsafePointer<Int16> {
  /// The sixteen values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> ShortLanes {
    UnsafeRawPointer(self + offset).loadUnaligned(as: ShortLanes.self)
  }
}

extension UnsafeMutablePointer<Int16> {
  /// The sixteen values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> ShortLanes {
    UnsafeRawPointer(self + offset).loadUnaligned(as: ShortLanes.self)
  }

  /// Puts sixteen values down at an offset, at any alignment.
  @inline(__always) func store(_ lanes: ShortLanes, at offset: Int) {
    UnsafeMutableRawPointer(self + offset).storeBytes(of: lanes, as: ShortLanes.self)
  }
}

extension SIMD16<Int16> {
  /// The same bits without a sign.
  @inline(__always) var unsigned: UnsignedShortLanes {
    unsafeBitCast(self, to: UnsignedShortLanes.self)
  }

  /// The difference, held within 16 bits.
  @inline(__always) func heldDifference(from other: Self) -> Self {
    clanes_held_difference(self, other)
  }

  /// The sum, held within 16 bits.
  @inline(__always) func heldSum(with other: Self) -> Self { clanes_held_sum(self, other) }

  /// The lanes without their signs.
  @inline(__always) var magnitudes: UnsignedShortLanes { clanes_magnitude(self) }

  /// The product over 2¹⁵, rounded.
  @inline(__always) func roundedProduct(with other: Self) -> Self {
    clanes_rounded_product(self, other)
  }

  /// Products with other lanes, those of the same lane of two vectors summed: of lanes 0 to 3 and 8
  /// to 11, then of the rest.
  @inline(__always) static func products(
    _ first: (Self, Self), _ second: (Self, Self)
  ) -> (SIMD8<Int32>, SIMD8<Int32>) {
    (
      clanes_pair_products(
        clanes_lower_pairs(first.0, second.0), clanes_lower_pairs(first.1, second.1)),
      clanes_pair_products(
        clanes_upper_pairs(first.0, second.0), clanes_upper_pairs(first.1, second.1))
    )
  }

  /// All bits of a lane that is less than another, else none.
  @inline(__always) func isLess(than other: Self) -> Self { clanes_greater(other, self) }
}

extension SIMD16<UInt16> {
  /// The same bits with a sign.
  @inline(__always) var signed: ShortLanes { unsafeBitCast(self, to: ShortLanes.self) }

  /// The smaller of each pair of lanes.
  @inline(__always) func smaller(_ other: Self) -> Self { clanes_smaller(self, other) }

  /// The squares over 2¹⁶.
  @inline(__always) var highSquare: Self { clanes_high_product(self, self) }

  /// The mean of each pair of lanes, rounded up.
  @inline(__always) func mean(with other: Self) -> Self { clanes_mean(self, other) }
}
