extension BlockShrinkage {
  /// Adds and subtracts two rows.
  func splitPlane(
    _ rows: Rows, count: Int, into first: UnsafeMutablePointer<Float>
  ) {
    let (a, b, second) = (rows.0, rows.1, first + stride)
    var x = 0
    while x + 8 <= count {
      let (before, after) = (a.lanes(at: x), b.lanes(at: x))
      first.store(before + after, at: x)
      second.store(after - before, at: x)
      x += 8
    }
    while x < count {
      (first[x], second[x]) = (a[x] + b[x], b[x] - a[x])
      x += 1
    }
  }

  /// Splits a row along x: four parts of each block, and the squares of their details.
  func measurePlane(row j: Int, _ room: Room) {
    let (quads, step, stride) = (room.quads, step, stride)
    let (none, x, y, both) = room.fourParts(of: j)
    let (squaresX, squaresY, squaresBoth, _) = room.fourSquares(of: j)
    var k = 0
    while k < room.blocks.count {
      let (before, after) = (quads.lanes(at: k), quads.lanes(at: k + step))
      let (above, beyond) = (quads.lanes(at: stride + k), quads.lanes(at: stride + k + step))
      let details = (x: after - before, y: above + beyond, both: beyond - above)
      none.store(before + after, at: k)
      x.store(details.x, at: k)
      y.store(details.y, at: k)
      both.store(details.both, at: k)
      squaresX.store(details.x * details.x, at: k)
      squaresY.store(details.y * details.y, at: k)
      squaresBoth.store(details.both * details.both, at: k)
      k += 8
    }
  }

  /// Adds up the squares of a kind of detail in the rows around a row of blocks.
  func sumPlane(row j: Int, kind: Int, _ room: Room) {
    let (own, sums) = (room.squares(of: j, kind), room.sums(kind))
    let (before, after) = (room.squares(of: j - 1, kind), room.squares(of: j + 1, kind))
    let (first, last) = (room.squares(of: j - 2, kind), room.squares(of: j + 2, kind))
    var k = 0
    while k < room.blocks.count {
      let near = own.lanes(at: k) + (before.lanes(at: k) + after.lanes(at: k))
      sums.store(near + (first.lanes(at: k) + last.lanes(at: k)), at: k)
      k += 8
    }
  }

  /// Shrinks the blocks of a row by what `Weight` makes of the squares around each, and merges the
  /// parts of each block along x.
  func shrinkPlane(row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room) {
    let (none, partsX, partsY, partsBoth) = room.fourParts(of: j)
    let (sumsX, sumsY, sumsBoth) = (room.sums(0), room.sums(1), room.sums(2))
    let (seconds, firsts) = (room.seconds, room.firsts)
    let (moreSeconds, moreFirsts) = (seconds + stride, firsts + stride)
    // The inverse of the sums of a block, and the mean over all blocks of a sample.
    let (scale, minusScale) = (FloatLanes(repeating: 1 / 16), FloatLanes(repeating: -1 / 16))
    let (means, part) = (
      approximation ?? UnsafePointer(none), approximation == nil ? scale : scale * 4
    )
    let inverseNoise = FloatLanes(repeating: inverseNoise)
    @inline(__always) func ratio(_ sums: UnsafeMutablePointer<Float>, _ k: Int) -> FloatLanes {
      let near = sums.lanes(at: k) + (sums.lanes(at: k - 1) + sums.lanes(at: k + 1))
      return Self.held((near + (sums.lanes(at: k - 2) + sums.lanes(at: k + 2))) * inverseNoise)
    }
    var k = 0
    while k < room.blocks.count {
      let (a, b, c) = (ratio(sumsX, k), ratio(sumsY, k), ratio(sumsBoth, k))
      let ab = a * b
      let inverse = minusScale / (ab * c)
      let ofAB = inverse * c
      let x = partsX.lanes(at: k) * scale.addingProduct(ofAB, b)
      let y = partsY.lanes(at: k) * scale.addingProduct(ofAB, a)
      let both = partsBoth.lanes(at: k) * scale.addingProduct(inverse, ab)
      let mean = means.lanes(at: k) * part
      seconds.store(mean + x, at: k)
      firsts.store(mean - x, at: k)
      moreSeconds.store(y + both, at: k)
      moreFirsts.store(y - both, at: k)
      k += 8
    }
  }

  /// Brings blocks together along x, and with those of the row before along y; and keeps what is
  /// needed by the row after.
  func mergePlane(row j: Int, _ room: Room, into output: UnsafeMutablePointer<Float>?) {
    let waiting = room.waitingRow(j)
    let (step, stride) = (step, stride)
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead + step)
    room.put(into: output) { x in
      let none = seconds.lanes(at: x) + firsts.lanes(at: x)
      let y = seconds.lanes(at: stride + x) + firsts.lanes(at: stride + x)
      let merged = waiting.lanes(at: x) + (none - y)
      waiting.store(none + y, at: x)
      return merged
    }
  }
}
