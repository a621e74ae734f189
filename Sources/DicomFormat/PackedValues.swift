/// Stored values in as few bytes as they need: two each, unless some do not fit.
///
/// They are kept for as long as a series is worked on, beside its modality values; most scanners
/// store 12 or 16 bits.
struct PackedValues: Sendable, Equatable {
  private enum Storage: Sendable, Equatable {
    case signed([Int16])
    case unsigned([UInt16])
    case wide([Int32])
  }

  private let storage: Storage

  /// Packs values.
  init(_ values: [Int32]) {
    var (least, greatest) = (Int32.max, Int32.min)
    for value in values {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    if least >= Int16.min, greatest <= Int16.max {
      storage = .signed(values.map { Int16(truncatingIfNeeded: $0) })
    } else if least >= 0, greatest <= UInt16.max {
      storage = .unsigned(values.map { UInt16(truncatingIfNeeded: $0) })
    } else {
      storage = .wide(values)
    }
  }

  /// How many there are.
  var count: Int {
    switch storage {
    case .signed(let values): values.count
    case .unsigned(let values): values.count
    case .wide(let values): values.count
    }
  }

  /// The values, unpacked.
  var values: [Int32] {
    switch storage {
    case .signed(let values): values.map(Int32.init)
    case .unsigned(let values): values.map(Int32.init)
    case .wide(let values): values
    }
  }
}
