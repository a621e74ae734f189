/// A table from stored values to others (PS3.3 C.11.1, C.7.6.3.1.5).
struct LookupTable: Sendable, Equatable {
  /// The stored value that the first entry is for.
  let first: Int
  /// What stored values become; the ends hold for all values beyond them.
  let entries: [UInt16]
  /// Bits of an entry.
  let bits: Int

  /// Reads a table; nil where the descriptor and the data contradict each other.
  ///
  /// - Parameters:
  ///   - descriptor: Number of entries (0 for 65 536), first stored value, bits of an entry.
  ///   - isSigned: Whether stored values are.
  ///   - data: Words in the machine's order, or bytes where that is all there is.
  init?(descriptor: [Int], isSigned: Bool, data: [UInt8]) {
    guard descriptor.count == 3, (0...65_536).contains(descriptor[0]), descriptor[2] <= 16 else {
      return nil
    }
    let count = descriptor[0] == 0 ? 65_536 : descriptor[0]
    // Entries of 8 bits may be packed, two a word.
    let isPacked = descriptor[2] <= 8 && data.count < 2 * count
    guard data.count >= (isPacked ? count : 2 * count), (-32_768...65_535).contains(descriptor[1])
    else { return nil }
    first =
      isSigned
      ? Int(Int16(truncatingIfNeeded: descriptor[1]))
      : Int(UInt16(truncatingIfNeeded: descriptor[1]))
    entries = (0..<count).map { index in
      isPacked
        ? UInt16(data[index]) : UInt16(data[2 * index]) | UInt16(data[2 * index + 1]) << 8
    }
    // Some descriptors promise fewer bits than entries have.
    let largest = entries.max() ?? 0
    bits = max(1, descriptor[2], 16 - largest.leadingZeroBitCount)
  }

  /// What a stored value becomes.
  subscript(stored: Int32) -> UInt16 {
    entries[min(max(Int(stored) - first, 0), entries.count - 1)]
  }
}

extension LookupTable {
  /// Reads the table of a data set or an item; nil where there is none that can be read.
  init?(_ item: HeaderItem, descriptor: Tag, data: Tag, isSigned: Bool) {
    self.init(
      descriptor: item.values(descriptor).compactMap { Int($0) }, isSigned: isSigned,
      data: item.bytes(data))
  }
}
