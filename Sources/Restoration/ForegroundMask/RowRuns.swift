import VolumeModel

/// The runs of voxels of some rows of a mask whose bit has a value.
struct RowRuns: Sendable {
  private(set) var runs: [VoxelRuns.Run] = []
  /// How many there are in each row.
  private(set) var counts: [Int] = []

  init(of mask: Mask, bit: UInt8, rows: Range<Int>) {
    let width = mask.dimensions.x
    mask.bits.withUnsafeBufferPointer { bits in
      guard let first = bits.baseAddress else { return }
      for row in rows {
        let before = runs.count
        find(first + row * width, count: width, bit: bit)
        counts.append(runs.count - before)
      }
    }
  }

  private mutating func find(_ row: UnsafePointer<UInt8>, count: Int, bit: UInt8) {
    var x = 0
    while true {
      let start = Self.place(in: row, from: x, count: count, bit: bit, holds: true)
      guard start < count else { return }
      x = Self.place(in: row, from: start, count: count, bit: bit, holds: false)
      runs.append(VoxelRuns.Run(start: Int32(start), end: Int32(x)))
    }
  }

  /// The next place of a row that holds a bit, or that does not; `count` where there is none.
  ///
  /// Eight voxels at a time, since most are like the one before.
  private static func place(
    in row: UnsafePointer<UInt8>, from start: Int, count: Int, bit: UInt8, holds: Bool
  ) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var x = start
    while x + 8 <= count {
      // A byte is 0 where the bit is held.
      let word = UnsafeRawPointer(row + x).loadUnaligned(as: UInt64.self) ^ (ones &* UInt64(bit))
      let isNext = holds ? (word &- ones) & ~word & (ones << 7) != 0 : word != 0
      if isNext { break }
      x += 8
    }
    while x < count, (row[x] == bit) != holds { x += 1 }
    return x
  }
}
