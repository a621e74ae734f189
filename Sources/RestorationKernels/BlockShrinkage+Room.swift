extension BlockShrinkage {
  /// Room for one core.
  struct Room {
    /// A row along y and z.
    let quads: UnsafeMutablePointer<Float>
    /// For each channel what blocks make of their second samples along x, then of their first ones.
    let seconds: UnsafeMutablePointer<Float>
    let firsts: UnsafeMutablePointer<Float>
    /// For each kind of detail its sums along y, with room before and behind.
    let sums: UnsafeMutablePointer<Float>
    /// From one kind's sums to the next one's.
    let sumStride: Int
    /// For each kind what is left of the details.
    let factors: UnsafeMutablePointer<Float>
    /// For each of the last `step` rows what waits for the blocks after them.
    private let waitingRows: UnsafeMutablePointer<Float>
    /// For each of the last `step` slices likewise.
    private let waitingSlices: UnsafeMutablePointer<Float>
    /// Rows of blocks: their parts, then the squares of each kind of detail.
    private let split: UnsafeMutablePointer<Float>
    private let level: BlockShrinkage
    private let rows: Range<Int>
    /// Which samples of a row are made.
    let samples: Range<Int>
    /// The blocks that hold them, and those around.
    let blocks: Range<Int>

    init(_ level: BlockShrinkage, rows: Range<Int>, columns: Range<Int>) {
      self.level = level
      self.rows = rows
      samples = columns
      let first = max(0, columns.lowerBound - level.reach)
      blocks = first..<min(level.blocks.x, columns.upperBound + level.step + level.reach)
      let counts = Self.counts(level, rows: rows.count)
      sumStride = level.stride + 16
      quads = .allocate(capacity: counts.reduce(0, +))
      seconds = quads + counts[0]
      firsts = seconds + counts[1]
      sums = firsts + counts[2] + 8
      factors = firsts + counts[2] + counts[3]
      waitingRows = factors + counts[4]
      waitingSlices = waitingRows + counts[5]
      split = waitingSlices + counts[6]
      // Lanes beyond a row's end must be numbers too: those that are none are slow.
      quads.initialize(repeating: 0, count: counts.reduce(0, +))
    }

    /// How far the first sample's second block lies behind the first block.
    var lead: Int { samples.lowerBound - blocks.lowerBound }

    func deallocate() { quads.deallocate() }

    static func counts(_ level: BlockShrinkage, rows: Int) -> [Int] {
      let (stride, channels) = (level.stride, level.channels)
      return [
        channels * stride, channels * stride, channels * stride, level.kinds * (stride + 16),
        level.kinds * stride, 2 * level.step * stride,
        level.isVolume ? level.step * rows * stride : 0,
        (2 * level.reach + 1) * (level.parts + level.kinds) * stride,
      ]
    }

    /// The parts of a row of blocks, one after the other.
    func parts(of j: Int) -> UnsafeMutablePointer<Float> {
      split + j % (2 * level.reach + 1) * (level.parts + level.kinds) * level.stride
    }

    /// The squares of its details, kind after kind; beyond the ends of a slice those at its end.
    func squares(of j: Int) -> UnsafeMutablePointer<Float> {
      parts(of: min(max(j, 0), level.blocks.y - 1)) + level.parts * level.stride
    }

    /// What waits for row j of blocks, of both channels along z.
    func waitingRow(_ j: Int) -> UnsafeMutablePointer<Float> {
      waitingRows + j % level.step * 2 * level.stride
    }

    /// What of row y waits for slice i of blocks.
    func waitingSlice(_ y: Int, _ i: Int) -> UnsafeMutablePointer<Float> {
      waitingSlices + (i % level.step * rows.count + y - rows.lowerBound) * level.stride
    }
  }

  /// Bytes that `restore` holds for so many rows.
  package func restoringBytes(rows: Int) -> Double {
    4 * Room.counts(self, rows: rows).reduce(0) { $0 + Double($1) }
  }
}
