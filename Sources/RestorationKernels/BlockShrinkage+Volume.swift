extension BlockShrinkage {
  /// Adds and subtracts four rows along y and z.
  func splitVolume(
    _ rows: Rows, count: Int, into first: UnsafeMutablePointer<Float>
  ) {
    let (a, b, c, d) = rows
    let (second, third, fourth) = (first + stride, first + 2 * stride, first + 3 * stride)
    Self.inLanes(count) { x in
      let (before, after) = (a.wideLanes(at: x), b.wideLanes(at: x))
      let (later, last) = (c.wideLanes(at: x), d.wideLanes(at: x))
      let (sum0, sum1) = (before + later, after + last)
      let (rise0, rise1) = (later - before, last - after)
      first.store(sum0 + sum1, at: x)
      second.store(sum1 - sum0, at: x)
      third.store(rise0 + rise1, at: x)
      fourth.store(rise1 - rise0, at: x)
    } rest: { x in
      let (sum0, sum1) = (a[x] + c[x], b[x] + d[x])
      let (rise0, rise1) = (c[x] - a[x], d[x] - b[x])
      (first[x], second[x]) = (sum0 + sum1, sum1 - sum0)
      (third[x], fourth[x]) = (rise0 + rise1, rise1 - rise0)
    }
  }

  /// Splits a row along x: seven parts of each block, its sum where that is wanted, and the squares
  /// of those details that rise along several axes.
  func measureVolume(row j: Int, _ room: Room) {
    if room.keepsSums {
      measureVolume(row: j, room, keepsSums: true)
    } else {
      measureVolume(row: j, room, keepsSums: false)
    }
  }

  @inline(__always)
  private func measureVolume(row j: Int, _ room: Room, keepsSums: Bool) {
    let (quads, step, stride) = (room.quads, step, stride)
    let (parts, squares) = (room.parts(of: j), room.squares(of: j))
    var k = 0
    while k < room.blocks.count {
      @inline(__always) func pair(_ channel: Int) -> (low: WideLanes, high: WideLanes) {
        let before = quads.wideLanes(at: channel * stride + k)
        let after = quads.wideLanes(at: channel * stride + k + step)
        let pair = (low: before + after, high: after - before)
        if channel > 0 || keepsSums { parts.store(pair.low, at: 2 * channel * stride + k) }
        parts.store(pair.high, at: (2 * channel + 1) * stride + k)
        return pair
      }
      _ = pair(0)
      let (y, z, both) = (pair(1), pair(2), pair(3))
      let rest = (both.low * both.low).addingProduct(both.high, both.high)
      squares.store(rest.addingProduct(y.high, y.high).addingProduct(z.high, z.high), at: k)
      k += WideLanes.scalarCount
    }
  }

  /// Adds up the squares of each kind of detail in the rows around a row of blocks.
  func sumVolume(row j: Int, _ room: Room) {
    let stride = stride
    let (own, before, after) = (
      room.parts(of: j), room.parts(near: j - 1), room.parts(near: j + 1)
    )
    let rest = (room.squares(of: j), room.squares(of: j - 1), room.squares(of: j + 1))
    let sums = (room.sums(0), room.sums(1), room.sums(2), room.sums(3))
    @inline(__always) func sum(_ place: Int) -> WideLanes {
      let (a, b) = (before.wideLanes(at: place), own.wideLanes(at: place))
      let c = after.wideLanes(at: place)
      return (a * a).addingProduct(b, b).addingProduct(c, c)
    }
    var k = 0
    while k < room.blocks.count {
      sums.0.store(sum(stride + k), at: k)
      sums.1.store(sum(2 * stride + k), at: k)
      sums.2.store(sum(4 * stride + k), at: k)
      let around = rest.1.wideLanes(at: k) + rest.2.wideLanes(at: k)
      sums.3.store(rest.0.wideLanes(at: k) + around, at: k)
      k += WideLanes.scalarCount
    }
  }

  /// How often the energy around each block of a row is that of noise, for each kind of detail.
  func weighVolume(row j: Int, _ room: Room) {
    for kind in 0..<4 {
      let (sums, ratios) = (room.sums(kind), room.ratios(kind))
      // The rest of the details are four.
      let inverse = WideLanes(repeating: kind < 3 ? inverseNoise : inverseNoise * (1 / 4))
      var k = 0
      while k < room.needed {
        let sum = sums.wideLanes(at: k) + (sums.wideLanes(at: k - 1) + sums.wideLanes(at: k + 1))
        ratios.store(Self.held(sum * inverse), at: k)
        k += WideLanes.scalarCount
      }
    }
  }

  /// Shrinks the blocks of a row by what was weighed, and merges the parts of each block along x.
  func shrinkVolume(row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room) {
    let (parts, stride) = (room.parts(of: j), stride)
    let (seconds, firsts) = (room.seconds, room.firsts)
    // The inverse of the sums of a block, and the mean over all blocks of a sample.
    let (scale, minusScale) = (WideLanes(repeating: 1 / 64), WideLanes(repeating: -1 / 64))
    let (means, share) = (
      approximation ?? UnsafePointer(parts), approximation == nil ? scale : scale * 8
    )
    let (ratiosX, ratiosY) = (room.ratios(0), room.ratios(1))
    let (ratiosZ, ratiosRest) = (room.ratios(2), room.ratios(3))
    var k = 0
    while k < room.needed {
      @inline(__always) func part(_ index: Int) -> WideLanes {
        parts.wideLanes(at: index * stride + k)
      }
      @inline(__always) func put(_ channel: Int, _ low: WideLanes, _ high: WideLanes) {
        seconds.store(low + high, at: channel * stride + k)
        firsts.store(low - high, at: channel * stride + k)
      }
      let (a, b) = (ratiosX.wideLanes(at: k), ratiosY.wideLanes(at: k))
      let (c, d) = (ratiosZ.wideLanes(at: k), ratiosRest.wideLanes(at: k))
      let (ab, cd) = (a * b, c * d)
      let inverse = minusScale / (ab * cd)
      let (ofAB, ofCD) = (inverse * cd, inverse * ab)
      let rest = scale.addingProduct(ofCD, c)
      put(0, means.wideLanes(at: k) * share, part(1) * scale.addingProduct(ofAB, b))
      put(1, part(2) * scale.addingProduct(ofAB, a), part(3) * rest)
      put(2, part(4) * scale.addingProduct(ofCD, d), part(5) * rest)
      put(3, part(6) * rest, part(7) * rest)
      k += WideLanes.scalarCount
    }
  }

  /// Brings blocks together along x, with those of the row before along y, and with those of the
  /// slice before along z; and keeps what is needed by the blocks after them.
  func mergeVolume(
    row j: Int, slice i: Int, isFirst: Bool, _ room: Room,
    into output: UnsafeMutablePointer<Float>?
  ) {
    let (waiting, stride) = (room.waitingRow(j), stride)
    let ring = isFirst ? room.idle : room.waitingSlice(j - step, i)
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead + step)
    // Lanes are too many to be handed from function to function.
    @inline(__always) func merged(_ x: Int) -> WideLanes {
      @inline(__always) func along(_ channel: Int) -> WideLanes {
        seconds.wideLanes(at: channel * stride + x) + firsts.wideLanes(at: channel * stride + x)
      }
      let (none, y, z, both) = (along(0), along(1), along(2), along(3))
      let sum = waiting.wideLanes(at: x) + (none - y)
      let rise = waiting.wideLanes(at: stride + x) + (z - both)
      waiting.store(none + y, at: x)
      waiting.store(z + both, at: stride + x)
      let waited = ring.wideLanes(at: x)
      ring.store(sum + rise, at: x)
      return waited + (sum - rise)
    }
    room.put(into: output, merged)
  }
}
