extension BlockShrinkage {
  /// Splits a row along x: eight parts of each block, and the squares of their details.
  func measureVolume(row j: Int, _ room: Room) {
    let (quads, parts) = (room.quads, room.parts(of: j))
    let squares = parts + self.parts * stride
    for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
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
      squares.store(none.high * none.high, at: k)
      squares.store(y.low * y.low, at: stride + k)
      squares.store(z.low * z.low, at: 2 * stride + k)
      squares.store(
        rest.addingProduct(y.high, y.high).addingProduct(z.high, z.high), at: 3 * stride + k)
    }
  }

  /// Shrinks the blocks of a row, and merges the parts of each block along x.
  func shrinkVolume(
    row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room
  ) {
    let parts = room.parts(of: j)
    let factors = room.factors
    for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
      @inline(__always) func part(_ index: Int) -> FloatLanes {
        parts.lanes(at: index * stride + k)
      }
      @inline(__always) func put(_ channel: Int, _ low: FloatLanes, _ high: FloatLanes) {
        room.seconds.store(low + high, at: channel * stride + k)
        room.firsts.store(low - high, at: channel * stride + k)
      }
      let mean =
        approximation.map { Self.lanes($0, at: k, count: room.blocks.count) * (1 / 8) }
        ?? part(0) * (1 / 64)
      let rest = factors.lanes(at: 3 * stride + k)
      put(0, mean, part(1) * factors.lanes(at: k))
      put(1, part(2) * factors.lanes(at: stride + k), part(3) * rest)
      put(2, part(4) * factors.lanes(at: 2 * stride + k), part(5) * rest)
      put(3, part(6) * rest, part(7) * rest)
    }
  }

  /// Brings blocks together along x, with those of the row before along y, and with those of the
  /// slice before along z; and keeps what is needed by the blocks after them.
  func mergeVolume(
    row j: Int, slice i: Int, isFirst: Bool, _ room: Room,
    into output: UnsafeMutablePointer<Float>?
  ) {
    let waiting = room.waitingRow(j)
    let ring = isFirst ? room.quads : room.waitingSlice(j - step, i)
    let merged = room.quads + stride
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead)
    for x in Swift.stride(from: 0, to: room.samples.count, by: 8) {
      @inline(__always) func along(_ channel: Int) -> FloatLanes {
        seconds.lanes(at: channel * stride + x) + firsts.lanes(at: channel * stride + x + step)
      }
      let (none, y, z, both) = (along(0), along(1), along(2), along(3))
      let sum = waiting.lanes(at: x) + (none - y)
      let rise = waiting.lanes(at: stride + x) + (z - both)
      waiting.store(none + y, at: x)
      waiting.store(z + both, at: stride + x)
      merged.store(ring.lanes(at: x) + (sum - rise), at: x)
      ring.store(sum + rise, at: x)
    }
    output?.update(from: merged, count: room.samples.count)
  }
}
