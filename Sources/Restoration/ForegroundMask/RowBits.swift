import VolumeModel

/// Rows of a mask as bits: which voxels hold a value, 64 to a word, x from the lowest bit on.
struct RowBits: Sendable {
  /// Words of a row; bits past its end are 0.
  let wordsPerRow: Int
  private let words: [UInt64]

  /// Packs rows.
  ///
  /// Eight voxels by a multiplication, some 0.1 ns a voxel.
  ///
  /// - Parameters:
  ///   - mask: What to look at.
  ///   - bit: The value looked for, 0 or 1.
  ///   - rows: Which rows.
  init(of mask: Mask, bit: UInt8, rows: Range<Int>) {
    let width = mask.dimensions.x
    let perRow = (width + 63) / 64
    wordsPerRow = perRow
    let flip: UInt64 = bit == 0 ? .max : 0
    words = [UInt64](unsafeUninitializedCapacity: rows.count * perRow) { words, filled in
      mask.bits.withUnsafeBufferPointer { bits in
        guard let bits = bits.baseAddress, let words = words.baseAddress else { return }
        for (line, row) in rows.enumerated() {
          for word in 0..<perRow {
            let count = min(64, width - 64 * word)
            let packed = Self.packed(bits + row * width + 64 * word, count: count) ^ flip
            words[line * perRow + word] = packed & (.max &>> UInt64(64 - count))
          }
        }
      }
      filled = rows.count * perRow
    }
  }

  /// The bits of up to 64 voxels.
  @inline(__always)
  private static func packed(_ voxels: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    var packed: UInt64 = 0
    var x = 0
    while x + 8 <= count {
      let eight = UnsafeRawPointer(voxels + x).loadUnaligned(as: UInt64.self)
      // Brings the lowest bit of byte k to bit 56 + k; no two of the products meet in a bit.
      packed |= ((eight &* 0x0102_0408_1020_4080) &>> 56) &<< UInt64(x)
      x += 8
    }
    while x < count {
      packed |= UInt64(voxels[x] & 1) &<< UInt64(x)
      x += 1
    }
    return packed
  }

  /// How many runs there are in a row.
  func runCount(of row: Int) -> Int {
    var (count, before) = (0, UInt64(0))
    for word in words[row * wordsPerRow..<(row + 1) * wordsPerRow] {
      count += Self.starts(word, before).nonzeroBitCount
      before = word
    }
    return count
  }

  /// Writes where the runs of a row begin and where they end, exclusive.
  func findRuns(
    of row: Int, _ starts: UnsafeMutablePointer<Int32>, _ ends: UnsafeMutablePointer<Int32>
  ) {
    var (begun, ended) = (0, 0)
    var before: UInt64 = 0
    for position in 0..<wordsPerRow {
      let word = words[row * wordsPerRow + position]
      let next = position + 1 < wordsPerRow ? words[row * wordsPerRow + position + 1] : 0
      var first = Self.starts(word, before)
      while first != 0 {
        starts[begun] = Int32(truncatingIfNeeded: 64 * position + first.trailingZeroBitCount)
        begun += 1
        first &= first &- 1
      }
      var last = word & ~(word &>> 1 | next &<< 63)
      while last != 0 {
        ends[ended] = Int32(truncatingIfNeeded: 64 * position + last.trailingZeroBitCount + 1)
        ended += 1
        last &= last &- 1
      }
      before = word
    }
  }

  /// Hands out the runs of a row that touch runs of another row, by their numbers in these rows, once
  /// for each stretch along which they do.
  @inline(__always)
  func eachContact(
    of row: Int, with other: Int, of rows: RowBits, _ body: (Int, Int) -> Void
  ) {
    words.withUnsafeBufferPointer { words in
      rows.words.withUnsafeBufferPointer { others in
        guard let words = words.baseAddress, let others = others.baseAddress else { return }
        Self.eachContact(
          words + row * wordsPerRow, others + other * wordsPerRow, count: wordsPerRow, body)
      }
    }
  }

  @inline(__always)
  private static func eachContact(
    _ row: UnsafePointer<UInt64>, _ other: UnsafePointer<UInt64>, count: Int,
    _ body: (Int, Int) -> Void
  ) {
    // How many runs began in the words before; the words before.
    var (begunA, begunB) = (-1, -1)
    var (beforeA, beforeB): (UInt64, UInt64) = (0, 0)
    for position in 0..<count {
      let (a, b) = (row[position], other[position])
      let (startsA, startsB) = (starts(a, beforeA), starts(b, beforeB))
      var contacts = starts(a & b, beforeA & beforeB)
      while contacts != 0 {
        let upToHere = contacts ^ (contacts &- 1)
        body(
          begunA + (startsA & upToHere).nonzeroBitCount,
          begunB + (startsB & upToHere).nonzeroBitCount)
        contacts &= contacts &- 1
      }
      begunA += startsA.nonzeroBitCount
      begunB += startsB.nonzeroBitCount
      (beforeA, beforeB) = (a, b)
    }
  }

  /// The bits of a word with which runs begin.
  @inline(__always)
  private static func starts(_ word: UInt64, _ before: UInt64) -> UInt64 {
    word & ~(word &<< 1 | before &>> 63)
  }
}
