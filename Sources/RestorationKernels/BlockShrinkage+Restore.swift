extension BlockShrinkage {
  /// Shrinks the details of some samples' blocks, and brings them together with an approximation.
  ///
  /// Slice after slice of blocks, in it row after row: split, shrink, merge; what rows and slices
  /// further on need too waits in rings, all of it in a core's own cache.
  ///
  /// - Parameters:
  ///   - samples: On `dimensions`.
  ///   - below: The restored approximation, on `blocks`; nil takes that of the samples.
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

  private func restore(
    _ samples: UnsafePointer<Float>, below: UnsafePointer<Float>?, rows: Range<Int>,
    slices: Range<Int>, _ room: Room, into output: UnsafeMutablePointer<Float>
  ) {
    for i in slices.lowerBound..<(slices.upperBound + blocks.z - dimensions.z) {
      var made = max(0, rows.lowerBound - reach)
      for j in rows.lowerBound..<(rows.upperBound + step) {
        while made <= min(j + reach, blocks.y - 1) {
          split(samples, row: made, slice: i, columns: room.blocks, into: room.quads)
          if isVolume {
            measureVolume(row: made, room)
          } else {
            measurePlane(row: made, room)
          }
          made += 1
        }
        sumAlongY(row: j, room)
        weigh(room)
        let approximation = below.map {
          $0 + (i * blocks.y + j) * blocks.x + room.blocks.lowerBound
        }
        let y = j - step
        // The first rows and slices of blocks only have something to keep for those after them.
        let z = isVolume ? i - step : i
        let isMade = y >= rows.lowerBound && z >= slices.lowerBound
        let start = (z * dimensions.y + y) * dimensions.x + room.samples.lowerBound
        let target = isMade ? output + start : nil
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

  /// Adds up the squares of each kind of detail in the rows around a row of blocks.
  private func sumAlongY(row j: Int, _ room: Room) {
    let own = room.squares(of: j)
    let (before, after) = (room.squares(of: j - 1), room.squares(of: j + 1))
    let (first, last) = (room.squares(of: j - 2), room.squares(of: j + 2))
    for kind in 0..<kinds {
      let (start, sums) = (kind * stride, room.sums + kind * room.sumStride)
      for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
        var sum =
          own.lanes(at: start + k) + (before.lanes(at: start + k) + after.lanes(at: start + k))
        if !isVolume { sum += first.lanes(at: start + k) + last.lanes(at: start + k) }
        sums.store(sum, at: k)
      }
      for beyond in 1...reach {
        sums[-beyond] = sums[0]
        sums[room.blocks.count - 1 + beyond] = sums[room.blocks.count - 1]
      }
    }
  }

  /// Adds the sums up along x too, and makes of each what is left of the details, times the scale
  /// of the inverse.
  ///
  /// With t = E / N, held between 1 and 10⁹, where a float takes 1 - 1 / t for 1, the factor is
  /// 1 - 1 / t. A division costs as much as ten products, so all kinds share one.
  private func weigh(_ room: Room) {
    // The inverse of the sums of a block, and the mean over all blocks of a sample.
    let scale = FloatLanes(repeating: isVolume ? 1 / 64 : 1 / 16)
    let one = FloatLanes(repeating: 1)
    let isVolume = isVolume
    let first = room.sums
    let (second, third) = (first + room.sumStride, first + 2 * room.sumStride)
    let fourth = isVolume ? third + room.sumStride : third
    let inverse = FloatLanes(repeating: inverseNoise)
    for k in Swift.stride(from: 0, to: room.blocks.count, by: 8) {
      let a = ratio(first + k, inverse, isVolume)
      let b = ratio(second + k, inverse, isVolume)
      let c = ratio(third + k, inverse, isVolume)
      // The rest of a volume's details are four; a plane has no such kind.
      let d = isVolume ? ratio(fourth + k, inverse * (1 / 4), isVolume) : one
      let (ab, cd) = (a * b, c * d)
      let inverse = one / (ab * cd)
      let (ofAB, ofCD) = (inverse * cd, inverse * ab)
      room.factors.store((one - ofAB * b) * scale, at: k)
      room.factors.store((one - ofAB * a) * scale, at: stride + k)
      room.factors.store((one - ofCD * d) * scale, at: 2 * stride + k)
      if isVolume { room.factors.store((one - ofCD * c) * scale, at: 3 * stride + k) }
    }
  }

  /// How often the energy around blocks is that of noise, held between 1 and 10⁹.
  @inline(__always)
  private func ratio(
    _ row: UnsafeMutablePointer<Float>, _ inverse: FloatLanes, _ isVolume: Bool
  ) -> FloatLanes {
    var sum = row.lanes(at: 0) + (row.lanes(at: -1) + row.lanes(at: 1))
    if !isVolume { sum += row.lanes(at: -2) + row.lanes(at: 2) }
    // Squares of what a float holds may pass its range.
    return (sum * inverse).smaller(FloatLanes(repeating: 1e9)).larger(FloatLanes(repeating: 1))
  }

  /// The last elements of a row, where eight would reach beyond its end.
  static func lanes(
    _ row: UnsafePointer<Float>, at start: Int, count: Int
  ) -> FloatLanes {
    guard start + 8 > count else { return row.lanes(at: start) }
    var lanes = FloatLanes.zero
    for lane in 0..<(count - start) { lanes[lane] = row[start + lane] }
    return lanes
  }
}
