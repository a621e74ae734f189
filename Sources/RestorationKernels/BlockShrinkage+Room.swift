extension BlockShrinkage {
  /// Room for one core.
  struct Room {
    /// A row along y and z.
    let quads: UnsafeMutablePointer<Float>
    /// For each channel what blocks make of their second samples along x, then of their first ones.
    let seconds: UnsafeMutablePointer<Float>
    let firsts: UnsafeMutablePointer<Float>
    /// For each kind of detail its sums along y, with room before and behind.
    private let sums: UnsafeMutablePointer<Float>
    /// For each kind of detail how often what is around the blocks of a row is noise.
    private let ratios: UnsafeMutablePointer<Float>
    /// For each of the last `step` rows what waits for the blocks after them.
    private let waitingRows: UnsafeMutablePointer<Float>
    /// For each of the last `step` slices likewise.
    private let waitingSlices: UnsafeMutablePointer<Float>
    /// Rows of blocks: their parts, from the one that is shrunk on.
    private let split: UnsafeMutablePointer<Float>
    /// The squares of each kind of detail, in all rows around that one.
    private let squares: UnsafeMutablePointer<Float>
    private let level: BlockShrinkage
    private let rows: Range<Int>
    /// Which samples of a row are made.
    let samples: Range<Int>
    /// The blocks that hold them, and those around.
    let blocks: Range<Int>
    /// Whether blocks' sums are taken for their approximation.
    let keepsSums: Bool

    /// Lays out room that `counts` tells of; its floats are numbers.
    init(
      _ level: BlockShrinkage, rows: Range<Int>, columns: Range<Int>, keepsSums: Bool,
      in memory: UnsafeMutablePointer<Float>
    ) {
      self.keepsSums = keepsSums
      self.level = level
      self.rows = rows
      samples = columns
      let first = max(0, columns.lowerBound - level.reach)
      blocks = first..<min(level.blocks.x, columns.upperBound + level.step + level.reach)
      let counts = Self.counts(level, rows: rows.count)
      quads = memory
      seconds = quads + counts[0]
      firsts = seconds + counts[1]
      sums = firsts + counts[2] + 16
      waitingRows = firsts + counts[2] + counts[3]
      waitingSlices = waitingRows + counts[4]
      split = waitingSlices + counts[5]
      squares = split + counts[6]
      ratios = squares + counts[7]
    }

    /// Floats that are 0: lanes beyond a row's end must be numbers too, as those that are none are
    /// slow.
    static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
      // Rows begin where lines of the cache do, so that lanes don't lie across two of them.
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
      memory.initialize(repeating: 0, count: count)
      return memory
    }

    /// How far the first sample's second block lies behind the first block.
    var lead: Int { samples.lowerBound - blocks.lowerBound }

    /// As many of the blocks as lie before the last that holds a sample, and it.
    var needed: Int { lead + samples.count + level.step }

    static func counts(_ level: BlockShrinkage, rows: Int) -> [Int] {
      let (stride, channels) = (level.stride, level.channels)
      return [
        channels * stride, channels * stride, channels * stride, level.kinds * (stride + 32),
        2 * level.step * stride, level.isVolume ? (level.step * rows + 1) * stride : 0,
        (2 * level.reach + 1) * level.parts * stride, level.isVolume ? 3 * stride : 0,
        level.kinds * stride,
      ]
    }

    /// The parts of a row of blocks, one after the other.
    @inline(__always) func parts(of j: Int) -> UnsafeMutablePointer<Float> {
      // Constants, for a division costs as much as the work on some blocks.
      split + (level.isVolume ? j % 3 * 8 : j % 5 * 4) * level.stride
    }

    /// The same, of which a plane has four.
    @inline(__always) func fourParts(of j: Int) -> FourRows {
      let (first, stride) = (parts(of: j), level.stride)
      return (first, first + stride, first + 2 * stride, first + 3 * stride)
    }

    /// Those of a row around one; beyond the ends of a slice of the row at its end.
    @inline(__always) func parts(near j: Int) -> UnsafeMutablePointer<Float> {
      parts(of: min(max(j, 0), level.blocks.y - 1))
    }

    /// The squares of a row's details that rise along several axes, of a volume; beyond the ends of
    /// a slice those at its end.
    @inline(__always) func squares(of j: Int) -> UnsafeMutablePointer<Float> {
      squares + min(max(j, 0), level.blocks.y - 1) % 3 * level.stride
    }

    /// The sums of a kind.
    @inline(__always) func sums(_ kind: Int) -> UnsafeMutablePointer<Float> {
      sums + kind * (level.stride + 32)
    }

    /// The ratios of a kind.
    @inline(__always) func ratios(_ kind: Int) -> UnsafeMutablePointer<Float> {
      ratios + kind * level.stride
    }

    /// What waits for row j of blocks, of both channels along z.
    @inline(__always) func waitingRow(_ j: Int) -> UnsafeMutablePointer<Float> {
      // Steps are powers of two.
      waitingRows + (j & (level.step - 1)) * 2 * level.stride
    }

    /// The same of rows before the first one, which nothing is made of.
    var idle: UnsafeMutablePointer<Float> {
      waitingSlices + level.step * rows.count * level.stride
    }

    /// What of row y waits for slice i of blocks.
    @inline(__always) func waitingSlice(_ y: Int, _ i: Int) -> UnsafeMutablePointer<Float> {
      waitingSlices + ((i & (level.step - 1)) * rows.count + y - rows.lowerBound) * level.stride
    }

    /// Makes a row of samples, many at a time, and puts it down where there is a place for it.
    @inline(__always)
    func put(into output: UnsafeMutablePointer<Float>?, _ make: (Int) -> WideLanes) {
      let (count, lanes) = (samples.count, WideLanes.scalarCount)
      var x = 0
      if let output {
        while x + lanes <= count {
          output.store(make(x), at: x)
          x += lanes
        }
        if x < count { (output + x).store(first: count - x, of: make(x)) }
      } else {
        while x < count {
          _ = make(x)
          x += lanes
        }
      }
    }
  }

  /// Rows of as many blocks.
  typealias FourRows = (
    UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
    UnsafeMutablePointer<Float>
  )

  /// Bytes that `restore` holds for so many rows.
  package func restoringBytes(rows: Int) -> Double {
    4 * Room.counts(self, rows: rows).reduce(0) { $0 + Double($1) }
  }
}
