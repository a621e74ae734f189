internal import CLanes

/// As many small integers of a row as the processor works on at once: thirty-two in a build for
/// AVX-512, else sixteen.
typealias ShortLanes = clanes_shorts
/// The same without signs.
typealias UnsignedShortLanes = clanes_ushorts
/// Sums of two neighbouring lanes each.
typealias PairSums = clanes_sums

extension UnsafePointer<Int16> {
  /// The values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> ShortLanes {
    UnsafeRawPointer(self + offset).loadUnaligned(as: ShortLanes.self)
  }
}

extension UnsafeMutablePointer<Int16> {
  /// The values that start at an offset, at any alignment.
  @inline(__always) func lanes(at offset: Int) -> ShortLanes {
    UnsafeRawPointer(self + offset).loadUnaligned(as: ShortLanes.self)
  }

  /// Puts values down at an offset, at any alignment.
  @inline(__always) func store(_ lanes: ShortLanes, at offset: Int) {
    UnsafeMutableRawPointer(self + offset).storeBytes(of: lanes, as: ShortLanes.self)
  }
}

extension UnsafeMutablePointer<Int32> {
  /// Adds values to those at an offset.
  @inline(__always) func add(_ lanes: PairSums, at offset: Int) {
    let place = UnsafeMutableRawPointer(self + offset)
    place.storeBytes(of: place.loadUnaligned(as: PairSums.self) &+ lanes, as: PairSums.self)
  }
}

extension ShortLanes {
  /// Two values by turns.
  @inline(__always) init(repeating pair: SIMD2<Int16>) {
    let bits = PairSums(repeating: unsafeBitCast(pair, to: Int32.self))
    self = unsafeBitCast(bits, to: Self.self)
  }

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

  /// Products with other lanes, those of two neighbours summed.
  @inline(__always) func pairProducts(with other: Self) -> PairSums {
    clanes_pair_products(self, other)
  }

  /// The lanes where one is less than another, else zero.
  @inline(__always) func whereLess(_ one: Self, than other: Self) -> Self {
    clanes_where_greater(self, other, one)
  }

  /// The bits that other lanes have too.
  @inline(__always) func common(with other: Self) -> Self { clanes_common(self, other) }
}

extension UnsignedShortLanes {
  /// The same bits with a sign.
  @inline(__always) var signed: ShortLanes { unsafeBitCast(self, to: ShortLanes.self) }

  /// The smaller of each pair of lanes.
  @inline(__always) func smaller(_ other: Self) -> Self { clanes_smaller(self, other) }

  /// The squares over 2¹⁶.
  @inline(__always) var highSquare: Self { clanes_high_product(self, self) }

  /// The mean of each pair of lanes, rounded up.
  @inline(__always) func mean(with other: Self) -> Self { clanes_mean(self, other) }
}
