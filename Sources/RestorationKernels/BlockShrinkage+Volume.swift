extension BlockShrinkage {
  /// Adds and subtracts four rows along y and z.
  func splitVolume(
    _ rows: Rows, count: Int, into first: UnsafeMutablePointer<Float>
  ) {
    let (a, b, c, d) = rows
    let (second, third, fourth) = (first + stride, first + 2 * stride, first + 3 * stride)
    var x = 0
    while x + 8 <= count {
      let (before, after) = (a.lanes(at: x), b.lanes(at: x))
      let (later, last) = (c.lanes(at: x), d.lanes(at: x))
      let (sum0, sum1) = (before + later, after + last)
      let (rise0, rise1) = (later - before, last - after)
      first.store(sum0 + sum1, at: x)
      second.store(sum1 - sum0, at: x)
      third.store(rise0 + rise1, at: x)
      fourth.store(rise1 - rise0, at: x)
      x += 8
    }
    while x < count {
      let (sum0, sum1) = (a[x] + c[x], b[x] + d[x])
      let (rise0, rise1) = (c[x] - a[x], d[x] - b[x])
      (first[x], second[x]) = (sum0 + sum1, sum1 - sum0)
      (third[x], fourth[x]) = (rise0 + rise1, rise1 - rise0)
      x += 1
    }
  }

  /// Splits a row along x: eight parts of each block, and the squares of their details.
  func measureVolume(row j: Int, _ room: Room) {
    let (quads, step, stride) = (room.quads, step, stride)
    let parts = room.parts(of: j)
    let (squaresX, squaresY, squaresZ, squaresRest) = room.fourSquares(of: j)
    var k = 0
    while k < room.blocks.count {
      @inline(__always) func pair(_ channel: Int) -> (low: FloatLanes, high: FloatLanes) {
        let before = quads.lanes(at: channel * stride + k)
        let after = quads.lanes(at: channel * stride + k + step)
        let pair = (low: before + after, high: after - before)
        parts.store(pair.low, at: 2 * channel * stride + k)
        parts.store(pair.high, at: (2 * channel + 1) * stride + k)
        return pair
      }
      let (none, y, z, both) = (pair(0), pair(1), pair(2), pair(3))
      let rest = (both.low * both.low).addingProduct(both.high, both.high)
      squaresX.store(none.high * none.high, at: k)
      squaresY.store(y.low * y.low, at: k)
      squaresZ.store(z.low * z.low, at: k)
      squaresRest.store(
        rest.addingProduct(y.high, y.high).addingProduct(z.high, z.high), at: k)
      k += 8
    }
  }

  /// Adds up the squares of a kind of detail in the rows around a row of blocks.
  func sumVolume(row j: Int, kind: Int, _ room: Room) {
    let (own, sums) = (room.squares(of: j, kind), room.sums(kind))
    let (before, after) = (room.squares(of: j - 1, kind), room.squares(of: j + 1, kind))
    var k = 0
    while k < room.blocks.count {
      sums.store(own.lanes(at: k) + (before.lanes(at: k) + after.lanes(at: k)), at: k)
      k += 8
    }
  }

  /// Shrinks the blocks of a row by what the squares around each tell, and merges the parts of each
  /// block along x.
  func shrinkVolume(row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room) {
    let (parts, stride) = (room.parts(of: j), stride)
    let (sumsX, sumsY, sumsZ, sumsRest) = (room.sums(0), room.sums(1), room.sums(2), room.sums(3))
    let (seconds, firsts) = (room.seconds, room.firsts)
    // The inverse of the sums of a block, and the mean over all blocks of a sample.
    let (scale, minusScale) = (FloatLanes(repeating: 1 / 64), FloatLanes(repeating: -1 / 64))
    let (means, share) = (
      approximation ?? UnsafePointer(parts), approximation == nil ? scale : scale * 8
    )
    let inverseNoise = FloatLanes(repeating: inverseNoise)
    // The rest of the details are four.
    let inverseFour = inverseNoise * (1 / 4)
    @inline(__always) func ratio(
      _ sums: UnsafeMutablePointer<Float>, _ k: Int, _ inverse: FloatLanes
    ) -> FloatLanes {
      let sum = sums.lanes(at: k) + (sums.lanes(at: k - 1) + sums.lanes(at: k + 1))
      return Self.held(sum * inverse)
    }
    var k = 0
    while k < room.blocks.count {
      @inline(__always) func part(_ index: Int) -> FloatLanes {
        parts.lanes(at: index * stride + k)
      }
      @inline(__always) func put(_ channel: Int, _ low: FloatLanes, _ high: FloatLanes) {
        seconds.store(low + high, at: channel * stride + k)
        firsts.store(low - high, at: channel * stride + k)
      }
      let (a, b) = (ratio(sumsX, k, inverseNoise), ratio(sumsY, k, inverseNoise))
      let (c, d) = (ratio(sumsZ, k, inverseNoise), ratio(sumsRest, k, inverseFour))
      let (ab, cd) = (a * b, c * d)
      let inverse = minusScale / (ab * cd)
      let (ofAB, ofCD) = (inverse * cd, inverse * ab)
      let rest = scale.addingProduct(ofCD, c)
      put(0, means.lanes(at: k) * share, part(1) * scale.addingProduct(ofAB, b))
      put(1, part(2) * scale.addingProduct(ofAB, a), part(3) * rest)
      put(2, part(4) * scale.addingProduct(ofCD, d), part(5) * rest)
      put(3, part(6) * rest, part(7) * rest)
      k += 8
    }
  }

  /// Brings blocks together along x, with those of the row before along y, and with those of the
  /// slice before along z; and keeps what is needed by the blocks after them.
  func mergeVolume(
    row j: Int, slice i: Int, isFirst: Bool, _ room: Room,
    into output: UnsafeMutablePointer<Float>?
  ) {
    let (waiting, stride) = (room.waitingRow(j), stride)
    let ring = isFirst ? room.quads : room.waitingSlice(j - step, i)
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead + step)
    room.put(into: output) { x in
      @inline(__always) func along(_ channel: Int) -> FloatLanes {
        seconds.lanes(at: channel * stride + x) + firsts.lanes(at: channel * stride + x)
      }
      let (none, y, z, both) = (along(0), along(1), along(2), along(3))
      let sum = waiting.lanes(at: x) + (none - y)
      let rise = waiting.lanes(at: stride + x) + (z - both)
      waiting.store(none + y, at: x)
      waiting.store(z + both, at: stride + x)
      let merged = ring.lanes(at: x) + (sum - rise)
      ring.store(sum + rise, at: x)
      return merged
    }
  }
}
