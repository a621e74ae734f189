extension BlockShrinkage {
  /// Adds and subtracts two rows.
  func splitPlane(
    _ rows: Rows, count: Int, into first: UnsafeMutablePointer<Float>
  ) {
    let (a, b, second) = (rows.0, rows.1, first + stride)
    Self.inLanes(count) { x in
      let (before, after) = (a.wideLanes(at: x), b.wideLanes(at: x))
      first.store(before + after, at: x)
      second.store(after - before, at: x)
    } rest: { x in
      (first[x], second[x]) = (a[x] + b[x], b[x] - a[x])
    }
  }

  /// Splits a row along x: three parts of each block, and its sum where that is wanted.
  func measurePlane(row j: Int, _ room: Room) {
    if room.keepsSums {
      measurePlane(row: j, room, keepsSums: true)
    } else {
      measurePlane(row: j, room, keepsSums: false)
    }
  }

  @inline(__always)
  private func measurePlane(row j: Int, _ room: Room, keepsSums: Bool) {
    let (quads, step, stride) = (room.quads, step, stride)
    let (none, x, y, both) = room.fourParts(of: j)
    var k = 0
    while k < room.blocks.count {
      let (before, after) = (quads.wideLanes(at: k), quads.wideLanes(at: k + step))
      let (above, beyond) = (
        quads.wideLanes(at: stride + k), quads.wideLanes(at: stride + k + step)
      )
      if keepsSums { none.store(before + after, at: k) }
      x.store(after - before, at: k)
      y.store(above + beyond, at: k)
      both.store(beyond - above, at: k)
      k += WideLanes.scalarCount
    }
  }

  /// Adds up the squares of each kind of detail in the rows around a row of blocks.
  func sumPlane(row j: Int, _ room: Room) {
    let stride = stride
    let (before, after) = (room.parts(near: j - 1), room.parts(near: j + 1))
    let (first, last) = (room.parts(near: j - 2), room.parts(near: j + 2))
    let own = room.parts(of: j)
    let sums = (room.sums(0), room.sums(1), room.sums(2))
    @inline(__always) func sum(_ place: Int) -> WideLanes {
      let (a, b) = (first.wideLanes(at: place), before.wideLanes(at: place))
      let (c, d) = (own.wideLanes(at: place), after.wideLanes(at: place))
      let e = last.wideLanes(at: place)
      return (a * a).addingProduct(b, b).addingProduct(c, c).addingProduct(d, d)
        .addingProduct(e, e)
    }
    var k = 0
    while k < room.blocks.count {
      sums.0.store(sum(stride + k), at: k)
      sums.1.store(sum(2 * stride + k), at: k)
      sums.2.store(sum(3 * stride + k), at: k)
      k += WideLanes.scalarCount
    }
  }

  /// How often the energy around each block of a row is that of noise, for each kind of detail.
  func weighPlane(row j: Int, _ room: Room) {
    let inverseNoise = WideLanes(repeating: inverseNoise)
    for kind in 0..<3 {
      let (sums, ratios) = (room.sums(kind), room.ratios(kind))
      var k = 0
      while k < room.needed {
        let near = sums.wideLanes(at: k) + (sums.wideLanes(at: k - 1) + sums.wideLanes(at: k + 1))
        let far = sums.wideLanes(at: k - 2) + sums.wideLanes(at: k + 2)
        ratios.store(Self.held((near + far) * inverseNoise), at: k)
        k += WideLanes.scalarCount
      }
    }
  }

  /// Shrinks the blocks of a row by what was weighed, and merges the parts of each block along x.
  ///
  /// It does not weigh them by itself, since steps that wait for each other would be so many that
  /// the processor could not begin with the next lanes meanwhile.
  func shrinkPlane(row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room) {
    let (none, partsX, partsY, partsBoth) = room.fourParts(of: j)
    let (ratiosX, ratiosY, ratiosBoth) = (room.ratios(0), room.ratios(1), room.ratios(2))
    let (seconds, firsts) = (room.seconds, room.firsts)
    let (moreSeconds, moreFirsts) = (seconds + stride, firsts + stride)
    // The inverse of the sums of a block, and the mean over all blocks of a sample.
    let (scale, minusScale) = (WideLanes(repeating: 1 / 16), WideLanes(repeating: -1 / 16))
    let (means, part) = (
      approximation ?? UnsafePointer(none), approximation == nil ? scale : scale * 4
    )
    var k = 0
    while k < room.needed {
      let (a, b) = (ratiosX.wideLanes(at: k), ratiosY.wideLanes(at: k))
      let c = ratiosBoth.wideLanes(at: k)
      let ab = a * b
      let inverse = minusScale / (ab * c)
      let ofAB = inverse * c
      let x = partsX.wideLanes(at: k) * scale.addingProduct(ofAB, b)
      let y = partsY.wideLanes(at: k) * scale.addingProduct(ofAB, a)
      let both = partsBoth.wideLanes(at: k) * scale.addingProduct(inverse, ab)
      let mean = means.wideLanes(at: k) * part
      seconds.store(mean + x, at: k)
      firsts.store(mean - x, at: k)
      moreSeconds.store(y + both, at: k)
      moreFirsts.store(y - both, at: k)
      k += WideLanes.scalarCount
    }
  }

  /// Brings blocks together along x, and with those of the row before along y; and keeps what is
  /// needed by the row after.
  func mergePlane(row j: Int, _ room: Room, into output: UnsafeMutablePointer<Float>?) {
    let waiting = room.waitingRow(j)
    let (step, stride) = (step, stride)
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead + step)
    room.put(into: output) { x in
      let none = seconds.wideLanes(at: x) + firsts.wideLanes(at: x)
      let y = seconds.wideLanes(at: stride + x) + firsts.wideLanes(at: stride + x)
      let merged = waiting.wideLanes(at: x) + (none - y)
      waiting.store(none + y, at: x)
      return merged
    }
  }
}
