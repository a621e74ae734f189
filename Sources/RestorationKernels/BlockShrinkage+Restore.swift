extension BlockShrinkage {
  /// What lanes read behind the last element.
  package static let slack = 8

  /// Shrinks the details of some samples' blocks, and brings them together with an approximation.
  ///
  /// Slice after slice of blocks, in it row after row: split, shrink, merge; what rows and slices
  /// further on need too waits in rings, all of it in a core's own cache.
  ///
  /// For eight blocks of a volume some 85 sums and products, 56 loads, 32 stores and a division: at two
  /// sums a clock 2 ns a voxel and level are the least on a core, in a plane 1.3 ns; it takes 4.8 and
  /// 3.2 ns on a Xeon whose cores have other work too (November 2026).
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - below: The restored approximation, on `blocks`, and `slack` floats behind it, whatever they
  ///     are; nil takes that of the samples.
  ///   - rows: Which samples to make.
  ///   - slices: In which slices.
  ///   - output: On `dimensions`, all of it; another place than `samples`.
  package func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    let parts = (dimensions.x + Self.columns - 1) / Self.columns
    for part in 0..<parts {
      let first = dimensions.x * part / parts
      let room = Room(self, rows: rows, columns: first..<(dimensions.x * (part + 1) / parts))
      defer { room.deallocate() }
      restore(samples, below: below, rows: rows, slices: slices, room, into: output)
    }
  }

  /// So many rows before they are needed they are asked for.
  private static let ahead = 2

  private func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, _ room: Room, into output: UnsafeMutablePointer<Float>
  ) {
    for i in slices.lowerBound..<(slices.upperBound + blocks.z - dimensions.z) {
      var made = max(0, rows.lowerBound - reach)
      for j in rows.lowerBound..<(rows.upperBound + step) {
        while made <= min(j + reach, blocks.y - 1) {
          measure(samples, row: made, slice: i, room)
          made += 1
        }
        sum(row: j, room)
        let approximation = below.map {
          $0 + (i * blocks.y + j) * blocks.x + room.blocks.lowerBound
        }
        if let approximation, j + Self.ahead < blocks.y {
          approximation.prefetch(at: Self.ahead * blocks.x, count: room.blocks.count)
        }
        let y = j - step
        // The first rows and slices of blocks only have something to keep for those after them.
        let z = isVolume ? i - step : i
        let isMade = y >= rows.lowerBound && z >= slices.lowerBound
        let start = (z * dimensions.y + y) * dimensions.x + room.samples.lowerBound
        let target = isMade ? output + start : nil
        if let target, y + Self.ahead < rows.upperBound {
          UnsafePointer(target).prefetch(
            at: Self.ahead * dimensions.x, count: room.samples.count)
        }
        if isVolume {
          shrinkVolume(row: j, approximation, room)
          mergeVolume(row: j, slice: i, isFirst: y < rows.lowerBound, room, into: target)
        } else {
          shrinkPlane(row: j, approximation, room)
          mergePlane(row: j, room, into: target)
        }
      }
    }
  }

  /// Makes the parts of a row of blocks from the samples' rows.
  private func measure(_ samples: UnsafePointer<Float>, row j: Int, slice i: Int, _ room: Room) {
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
      last.prefetch(at: Self.ahead * dimensions.x, count: inside.count)
    }
    if isVolume {
      splitVolume(rows, count: inside.count, into: first)
    } else {
      splitPlane(rows, count: inside.count, into: first)
    }
    if inside.count < end - start { mirrorEnds(from: start, to: end, inside, of: first) }
    if isVolume { measureVolume(row: j, room) } else { measurePlane(row: j, room) }
  }

  /// Mirrors what is missing before and behind the samples of split rows.
  private func mirrorEnds(
    from start: Int, to end: Int, _ inside: Range<Int>, of first: UnsafeMutablePointer<Float>
  ) {
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
    for kind in 0..<kinds {
      if isVolume {
        sumVolume(row: j, kind: kind, room)
      } else {
        sumPlane(row: j, kind: kind, room)
      }
      let sums = room.sums(kind)
      var beyond = 1
      while beyond <= reach {
        sums[-beyond] = sums[0]
        sums[last + beyond] = sums[last]
        beyond += 1
      }
    }
  }

  /// How often the energy around blocks is that of noise, held between 1 and 10⁹, where a float takes
  /// 1 - 1 / t for 1.
  ///
  /// With t = E / N so held, the factor of a detail is 1 - 1 / t. A division costs as much as ten
  /// products, so all kinds share one.
  @inline(__always) static func held(_ ratio: FloatLanes) -> FloatLanes {
    // Squares of what a float holds may pass its range.
    ratio.smaller(FloatLanes(repeating: 1e9)).larger(FloatLanes(repeating: 1))
  }
}
