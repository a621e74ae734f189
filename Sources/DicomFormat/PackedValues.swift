internal import VolumeModel

/// Stored values in as few bytes as they need: two each, unless some do not fit.
///
/// They are kept for as long as a series is worked on, beside its modality values; most scanners
/// store 12 or 16 bits. Every number of them is held exactly, bit by bit.
struct PackedValues: Sendable {
  private enum Storage: Sendable {
    case signed([Int16])
    /// The bits of numbers without a sign.
    case unsigned([Int16])
    case wide([Int32])
    /// The bits of numbers of 32 bits without a sign.
    case unsignedWide([Int32])
    case floats([Float])
    case doubles([Double])
  }

  private let storage: Storage
  /// From the least to the greatest that is finite; nil when there are none.
  let range: ClosedRange<Double>?

  private init(storage: Storage, range: ClosedRange<Double>?) {
    self.storage = storage
    self.range = range
  }

  /// Packs values.
  init(_ values: [Int32]) {
    var (least, greatest) = (Int32.max, Int32.min)
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    range = values.isEmpty ? nil : Double(least)...Double(greatest)
    if least >= Int16.min, greatest <= Int16.max {
      storage = .signed(values.map { Int16(truncatingIfNeeded: $0) })
    } else if least >= 0, greatest <= UInt16.max {
      storage = .unsigned(values.map { Int16(truncatingIfNeeded: $0) })
    } else {
      storage = .wide(values)
    }
  }

  /// Packs numbers of 32 bits without a sign, of which the bits are given.
  init(bits: [Int32]) {
    // Below 31 bits they are what they say.
    guard bits.contains(where: { $0 < 0 }) else {
      self = PackedValues(bits)
      return
    }
    self = PackedValues(
      storage: .unsignedWide(bits), range: Self.range(bits) { Double(UInt32(bitPattern: $0)) })
  }

  /// Holds real numbers.
  init(_ values: [Float]) {
    storage = .floats(values)
    range = Self.range(values) { Double($0) }
  }

  /// Holds real numbers of 64 bits.
  init(_ values: [Double]) {
    storage = .doubles(values)
    range = Self.range(values) { $0 }
  }

  /// Takes values of 16 bits as they are.
  ///
  /// - Parameters:
  ///   - words: Their bits.
  ///   - range: From the least to the greatest of the values; nil when there are none.
  init(words: [Int16], range: ClosedRange<Int32>?) {
    self.range = range.map { Double($0.lowerBound)...Double($0.upperBound) }
    storage = range?.upperBound ?? 0 > Int16.max ? .unsigned(words) : .signed(words)
  }

  private static func range<Word>(
    _ words: [Word], _ number: (Word) -> Double
  ) -> ClosedRange<Double>? {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for word in words {
      let value = number(word)
      guard value.isFinite else { continue }
      least = min(least, value)
      greatest = max(greatest, value)
    }
    return least <= greatest ? least...greatest : nil
  }

  /// How many there are.
  var count: Int {
    switch storage {
    case .signed(let values), .unsigned(let values): values.count
    case .wide(let values), .unsignedWide(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    }
  }

  /// The values, unpacked: whole numbers, of those without a sign beyond 31 bits the bits, of real
  /// numbers the 32 bits or the lower half of the 64.
  var values: [Int32] {
    switch storage {
    case .signed(let values): values.map(Int32.init)
    case .unsigned(let values): values.map { Int32(UInt16(bitPattern: $0)) }
    case .wide(let values), .unsignedWide(let values): values
    case .floats(let values): values.map { Int32(bitPattern: $0.bitPattern) }
    case .doubles(let values): values.map { Int32(truncatingIfNeeded: $0.bitPattern) }
    }
  }

  /// The upper halves of real numbers of 64 bits; empty for all others.
  var upperHalves: [Int32] {
    guard case .doubles(let values) = storage else { return [] }
    return values.map { Int32(truncatingIfNeeded: $0.bitPattern >> 32) }
  }

  /// How many need more than the 24 bits of a `Float`, and are rounded on their way into a volume.
  var roundedCount: Int {
    switch storage {
    case .signed, .unsigned, .floats: 0
    case .wide(let values): values.count { Int64(Float($0)) != Int64($0) }
    case .unsignedWide(let bits):
      bits.count { UInt64(Float(UInt32(bitPattern: $0))) != UInt64(UInt32(bitPattern: $0)) }
    case .doubles(let values): values.count { $0.isFinite && Double(Float($0)) != $0 }
    }
  }

  /// Writes the modality values, as many as there are, into memory that may hold nothing yet.
  func initialize(_ output: UnsafeMutableBufferPointer<Float>, through rescale: Rescale) {
    precondition(output.count == count, "a place for each value")
    switch storage {
    case .signed(let values):
      unsafe rescaled(values, rescale, into: output) { Double($0) }
    case .unsigned(let values):
      unsafe rescaled(values, rescale, into: output) { Double(UInt16(bitPattern: $0)) }
    case .wide(let values):
      unsafe rescaled(values, rescale, into: output) { Double($0) }
    case .unsignedWide(let bits):
      unsafe rescaled(bits, rescale, into: output) { Double(UInt32(bitPattern: $0)) }
    case .floats(let values):
      unsafe rescaled(values, rescale, into: output) { Double($0) }
    case .doubles(let values):
      unsafe rescaled(values, rescale, into: output) { $0 }
    }
  }

  @inline(__always)
  private func rescaled<Word>(
    _ values: [Word], _ rescale: Rescale, into output: UnsafeMutableBufferPointer<Float>,
    _ number: (Word) -> Double
  ) {
    let (slope, intercept) = (rescale.slope, rescale.intercept)
    unsafe values.withUnsafeBufferPointer { source in
      guard let target = output.baseAddress else { return }
      for i in source.indices {
        let value = unsafe Float(slope * number(source[i]) + intercept)
        unsafe (target + i).initialize(to: value)
      }
    }
  }

  /// Writes 1 wherever a value lies within a range.
  func mark(_ wanted: ClosedRange<Double>, in bits: UnsafeMutableBufferPointer<UInt8>) {
    precondition(bits.count == count, "a place for each value")
    guard has(wanted) else { return }
    switch storage {
    case .signed(let values):
      unsafe mark(values, in: bits) { wanted.contains(Double($0)) }
    case .unsigned(let values):
      unsafe mark(values, in: bits) { wanted.contains(Double(UInt16(bitPattern: $0))) }
    case .wide(let values): unsafe mark(values, in: bits) { wanted.contains(Double($0)) }
    case .unsignedWide(let values):
      unsafe mark(values, in: bits) { wanted.contains(Double(UInt32(bitPattern: $0))) }
    case .floats(let values): unsafe mark(values, in: bits) { wanted.contains(Double($0)) }
    case .doubles(let values): unsafe mark(values, in: bits) { wanted.contains($0) }
    }
  }

  @inline(__always)
  private func mark<Word>(
    _ values: [Word], in bits: UnsafeMutableBufferPointer<UInt8>, _ isWanted: (Word) -> Bool
  ) {
    for (index, value) in values.enumerated() where isWanted(value) { unsafe bits[index] = 1 }
  }

  /// Whether some values may lie within a range.
  func has(_ wanted: ClosedRange<Double>) -> Bool { range?.overlaps(wanted) ?? false }
}
