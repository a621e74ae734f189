internal import VolumeModel

/// Stored values in as few bytes as they need: two each, unless some do not fit.
///
/// They are kept for as long as a series is worked on, beside its modality values; most scanners
/// store 12 or 16 bits.
struct PackedValues: Sendable, Equatable {
  private enum Storage: Sendable, Equatable {
    case signed([Int16])
    /// The bits of numbers without a sign.
    case unsigned([Int16])
    case wide([Int32])
  }

  private let storage: Storage
  /// From the least to the greatest; nil when there are none.
  let range: ClosedRange<Int32>?

  /// Packs values.
  init(_ values: [Int32]) {
    var (least, greatest) = (Int32.max, Int32.min)
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    range = values.isEmpty ? nil : least...greatest
    if least >= Int16.min, greatest <= Int16.max {
      storage = .signed(values.map { Int16(truncatingIfNeeded: $0) })
    } else if least >= 0, greatest <= UInt16.max {
      storage = .unsigned(values.map { Int16(truncatingIfNeeded: $0) })
    } else {
      storage = .wide(values)
    }
  }

  /// Takes values of 16 bits as they are.
  ///
  /// - Parameters:
  ///   - words: Their bits.
  ///   - range: From the least to the greatest of the values; nil when there are none.
  init(words: [Int16], range: ClosedRange<Int32>?) {
    self.range = range
    storage = range?.upperBound ?? 0 > Int16.max ? .unsigned(words) : .signed(words)
  }

  /// How many there are.
  var count: Int {
    switch storage {
    case .signed(let values), .unsigned(let values): values.count
    case .wide(let values): values.count
    }
  }

  /// The values, unpacked.
  var values: [Int32] {
    switch storage {
    case .signed(let values): values.map(Int32.init)
    case .unsigned(let values): values.map { Int32(UInt16(bitPattern: $0)) }
    case .wide(let values): values
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
  func mark(_ wanted: ClosedRange<Int>, in bits: UnsafeMutableBufferPointer<UInt8>) {
    precondition(bits.count == count, "a place for each value")
    guard has(wanted) else { return }
    for (index, value) in values.enumerated() where wanted.contains(Int(value)) {
      unsafe bits[index] = 1
    }
  }

  /// Whether some values may lie within a range.
  func has(_ wanted: ClosedRange<Int>) -> Bool {
    range.map { wanted.overlaps(Int($0.lowerBound)...Int($0.upperBound)) } ?? false
  }
}
