extension BlockShrinkage {
  /// Splits a row along x: four parts of each block, and the squares of their details.
  func measurePlane(row j: Int, _ room: Room) {
    let (quads, parts) = (room.quads, room.parts(of: j))
    let squares = parts + self.parts * stride
    for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
      let (before, after) = (quads.lanes(at: k), quads.lanes(at: k + step))
      let (above, beyond) = (quads.lanes(at: stride + k), quads.lanes(at: stride + k + step))
      let (x, y, both) = (after - before, above + beyond, beyond - above)
      parts.store(before + after, at: k)
      parts.store(x, at: stride + k)
      parts.store(y, at: 2 * stride + k)
      parts.store(both, at: 3 * stride + k)
      squares.store(x * x, at: k)
      squares.store(y * y, at: stride + k)
      squares.store(both * both, at: 2 * stride + k)
    }
  }

  /// Shrinks the blocks of a row, and merges the parts of each block along x.
  func shrinkPlane(
    row j: Int, _ approximation: UnsafePointer<Float>?, _ room: Room
  ) {
    let parts = room.parts(of: j)
    let factors = room.factors
    for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
      @inline(__always) func part(_ index: Int) -> FloatLanes {
        parts.lanes(at: index * stride + k)
      }
      let mean =
        approximation.map { Self.lanes($0, at: k, count: room.blocks.count) * (1 / 4) }
        ?? part(0) * (1 / 16)
      let x = part(1) * factors.lanes(at: k)
      let y = part(2) * factors.lanes(at: stride + k)
      let both = part(3) * factors.lanes(at: 2 * stride + k)
      room.seconds.store(mean + x, at: k)
      room.firsts.store(mean - x, at: k)
      room.seconds.store(y + both, at: stride + k)
      room.firsts.store(y - both, at: stride + k)
    }
  }

  /// Brings blocks together along x, and with those of the row before along y; and keeps what is
  /// needed by the row after.
  func mergePlane(
    row j: Int, _ room: Room, into output: UnsafeMutablePointer<Float>?
  ) {
    let (waiting, merged) = (room.waitingRow(j), room.quads)
    let (seconds, firsts) = (room.seconds + room.lead, room.firsts + room.lead)
    for x in Swift.stride(from: 0, to: room.samples.count, by: 8) {
      let none = seconds.lanes(at: x) + firsts.lanes(at: x + step)
      let y = seconds.lanes(at: stride + x) + firsts.lanes(at: stride + x + step)
      merged.store(waiting.lanes(at: x) + (none - y), at: x)
      waiting.store(none + y, at: x)
    }
    output?.update(from: merged, count: room.samples.count)
  }
}
