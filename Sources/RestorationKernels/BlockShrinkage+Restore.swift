extension BlockShrinkage {
  /// What lanes read behind the last element.
  package static let slack = 16

  /// Shrinks the details of some samples' blocks, and brings them together with an approximation.
  ///
  /// Slice after slice of blocks, in it row after row: split, shrink, merge; what rows and slices
  /// further on need too waits in rings, all of it in a core's own cache.
  ///
  /// For each set of lanes of a volume some 90 sums and products, 60 loads, 32 stores and a division:
  /// at two sums a clock 1 ns a voxel and level are the least with sixteen lanes, 2 ns with eight. It
  /// takes 3.1 and 3.8 ns, in a plane 2.0 and 2.6 ns, on a Xeon (Sapphire Rapids) whose cores have
  /// other work too (November 2026).
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - below: The restored approximation, on `blocks`, and `slack` floats behind it, whatever they
  ///     are; nil takes that of the samples.
  ///   - rows: Which samples to make.
  ///   - slices: In which slices.
  ///   - part: In which of the `columnParts` of a row.
  ///   - output: On `dimensions`, all of it; another place than `samples`.
  package func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, part: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let count = Room.counts(self, rows: rows.count).reduce(0, +)
    let memory = Room.allocate(count)
    defer { memory.deallocate() }
    restore(
      samples, below: below, rows: rows, slices: slices, columns: columns(part), in: memory,
      into: output)
  }

  /// The same of any columns, in room that `Room.counts` tells and whose floats are numbers.
  func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, columns: Range<Int>, in memory: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let room = Room(
      self, rows: rows, columns: columns, keepsSums: below == nil, in: memory)
    restore(samples, below: below, rows: rows, slices: slices, room, into: output)
  }

  /// The samples of a part of a row.
  func columns(_ part: Int) -> Range<Int> {
    (dimensions.x * part / columnParts)..<(dimensions.x * (part + 1) / columnParts)
  }

  /// Into how many parts rows are cut, so that what is worked on stays in the first cache.
  package var columnParts: Int { (dimensions.x + Self.columns - 1) / Self.columns }

  /// So many rows before they are needed they are asked for.
  static let ahead = 2

  /// Takes each row through six steps, from splitting to merging.
  ///
  /// Between two steps of a row lie steps of others: what lanes have just put down waits on its way
  /// to the cache, and lanes that lie across two of them would have to wait for it.
  private func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, _ room: Room, into output: UnsafeMutablePointer<Float>
  ) {
    let (first, end) = (rows.lowerBound, rows.upperBound + step)
    for i in slices.lowerBound..<(slices.upperBound + blocks.z - dimensions.z) {
      for row in max(0, first - reach)...min(first + reach, blocks.y - 1) {
        split(samples, row: row, slice: i, room)
        measure(row: row, room)
      }
      sum(row: first, room)
      for j in first..<end {
        let ahead = j + 1 + reach
        let isInside = ahead < min(end + reach, blocks.y)
        if isInside { split(samples, row: ahead, slice: i, room) }
        if j > first { merge(row: j - 1, slice: i, rows, slices, room, into: output) }
        if isInside { measure(row: ahead, room) }
        shrink(row: j, slice: i, below, room)
        if j + 1 < end { sum(row: j + 1, room) }
      }
      merge(row: end - 1, slice: i, rows, slices, room, into: output)
    }
  }

  private func shrink(
    row j: Int, slice i: Int, _ below: UnsafePointer<Float>?, _ room: Room
  ) {
    let pitch = pitches.below
    let approximation = below.map { $0 + (i * blocks.y + j) * pitch + room.blocks.lowerBound }
    if let approximation, j + Self.ahead < blocks.y {
      approximation.prefetch(at: Self.ahead * pitch, count: room.blocks.count)
    }
    if isVolume {
      weighVolume(row: j, room)
      shrinkVolume(row: j, approximation, room)
    } else {
      weighPlane(row: j, room)
      shrinkPlane(row: j, approximation, room)
    }
  }

  private func merge(
    row j: Int, slice i: Int, _ rows: Range<Int>, _ slices: Range<Int>, _ room: Room,
    into output: UnsafeMutablePointer<Float>
  ) {
    let y = j - step
    // The first rows and slices of blocks only have something to keep for those after them.
    let z = isVolume ? i - step : i
    let isMade = y >= rows.lowerBound && z >= slices.lowerBound
    let start = (z * dimensions.y + y) * pitches.output + room.samples.lowerBound
    let target = isMade ? output + start : nil
    if let target, y + Self.ahead < rows.upperBound {
      UnsafePointer(target).prefetch(at: Self.ahead * pitches.output, count: room.samples.count)
    }
    if isVolume {
      mergeVolume(row: j, slice: i, isFirst: y < rows.lowerBound, room, into: target)
    } else {
      mergePlane(row: j, room, into: target)
    }
  }

  private func measure(row j: Int, _ room: Room) {
    if isVolume { measureVolume(row: j, room) } else { measurePlane(row: j, room) }
  }

  /// Adds and subtracts the samples' rows that a row of blocks is made of.
  private func split(_ samples: UnsafePointer<Float>, row j: Int, slice i: Int, _ room: Room) {
    let (start, end) = (room.blocks.lowerBound - step, room.blocks.upperBound)
    let inside = max(0, start)..<min(dimensions.x, end)
    let first = room.quads + (inside.lowerBound - start)
    let whole = rows(samples, j, i)
    let rows = (
      whole.0 + inside.lowerBound, whole.1 + inside.lowerBound, whole.2 + inside.lowerBound,
      whole.3 + inside.lowerBound
    )
    if j + Self.ahead < dimensions.y {
      let last = isVolume ? rows.3 : rows.1
      last.prefetch(at: Self.ahead * pitches.samples, count: inside.count)
    }
    if isVolume {
      splitVolume(rows, count: inside.count, into: first)
    } else {
      splitPlane(rows, count: inside.count, into: first)
    }
    mirrorEnds(from: start, to: end, inside, of: first, channels: channels)
  }

  /// Mirrors what is missing before and behind the samples of rows, `stride` from each to the next.
  func mirrorEnds(
    from start: Int, to end: Int, _ inside: Range<Int>, of first: UnsafeMutablePointer<Float>,
    channels: Int
  ) {
    guard inside.count < end - start else { return }
    for channel in 0..<channels {
      let row = first + channel * stride - inside.lowerBound
      var x = start
      while x < inside.lowerBound {
        row[x] = row[ends.before[x + step]]
        x += 1
      }
      x = inside.upperBound
      while x < end {
        row[x] = row[ends.after[x - dimensions.x]]
        x += 1
      }
    }
  }

  /// Adds up the squares of each kind of detail in the rows around a row of blocks; beyond its ends
  /// lie the sums at its ends.
  private func sum(row j: Int, _ room: Room) {
    let last = room.blocks.count - 1
    if isVolume { sumVolume(row: j, room) } else { sumPlane(row: j, room) }
    for kind in 0..<kinds {
      let sums = room.sums(kind)
      var beyond = 1
      while beyond <= reach {
        sums[-beyond] = sums[0]
        sums[last + beyond] = sums[last]
        beyond += 1
      }
    }
  }

  /// Does something for each element of a row, many at a time.
  ///
  /// The last ones may be done twice, so that none is left over; rows of fewer go one by one.
  @inline(__always)
  static func inLanes(_ count: Int, _ body: (Int) -> Void, rest: (Int) -> Void) {
    let lanes = WideLanes.scalarCount
    guard count >= lanes else {
      for x in 0..<count { rest(x) }
      return
    }
    var x = 0
    while x + lanes <= count {
      body(x)
      x += lanes
    }
    if x < count { body(count - lanes) }
  }

  /// How often the energy around blocks is that of noise, held between 1 and 10⁹, where a float takes
  /// 1 - 1 / t for 1.
  ///
  /// With t = E / N so held, the factor of a detail is 1 - 1 / t. A division costs as much as ten
  /// products, so all kinds share one.
  @inline(__always) static func held(_ ratio: WideLanes) -> WideLanes {
    // Squares of what a float holds may pass its range.
    ratio.smaller(WideLanes(repeating: 1e9)).larger(WideLanes(repeating: 1))
  }
}
