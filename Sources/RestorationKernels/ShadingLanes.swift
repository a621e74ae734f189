internal import CLanes

/// Eight values at once, for the rows of a shading fit.
///
/// Rows are padded to whole lanes, so there are no tails.
enum ShadingLanes {
  typealias Lanes = SIMD8<Float>

  @inline(__always)
  static func load(_ row: borrowing Span<Float>, _ index: Int) -> Lanes {
    row.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &* 4, as: Lanes.self)
  }

  @inline(__always)
  static func load(_ row: borrowing MutableSpan<Float>, _ index: Int) -> Lanes {
    row.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index &* 4, as: Lanes.self)
  }

  @inline(__always)
  static func store(_ lanes: Lanes, _ row: inout MutableSpan<Float>, _ index: Int) {
    var bytes = row.mutableBytes
    bytes.storeBytes(of: lanes, toUncheckedByteOffset: index &* 4, as: Lanes.self)
  }

  /// The exponential, within 2 units in the last place for arguments of -87 to 88; beyond, the
  /// value at that end.
  ///
  /// exp x = 2^k exp r with k = round(x / ln 2); ln 2 is taken off in two parts (Cody and Waite
  /// 1980), exp r is the Taylor series to the 7th power, |r| <= ln 2 / 2.
  @inline(__always)
  static func exponential(_ argument: Lanes) -> Lanes {
    let x = argument.larger(Lanes(repeating: -87)).smaller(Lanes(repeating: 88))
    let power = clanes_round(x * 1.442_695)
    let scale = clanes_float(power)
    let r = (x - scale * 0.693_359_4) + scale * 2.121_944_4e-4
    var series = r * (1 / 5040) + (1 / 720)
    series = series * r + (1 / 120)
    series = series * r + (1 / 24)
    series = series * r + (1 / 6)
    series = series * r + 0.5
    series = series * r + 1
    series = series * r + 1
    return series * unsafeBitCast((power &+ 127) &<< 23, to: Lanes.self)
  }
}
