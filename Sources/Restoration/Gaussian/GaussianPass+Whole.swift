import RestorationKernels

/// Boxes all of whose voxels count.
extension GaussianPass {
  /// Filters the voxels of a box.
  ///
  /// - Parameters:
  ///   - box: Whole rows.
  ///   - source: The volume.
  ///   - range: What the result is held to; nil to leave it.
  ///   - output: The result; nothing but the box is written.
  func fill(
    _ box: VoxelBox, from source: UnsafePointer<Float>, within range: ClosedRange<Float>?,
    into output: UnsafeMutablePointer<Float>
  ) {
    bells[0].weights.withUnsafeBufferPointer { alongX in
      bells[1].wholeWeights.withUnsafeBufferPointer { alongY in
        bells[2].wholeWeights.withUnsafeBufferPointer { alongZ in
          ends.before.withUnsafeBufferPointer { before in
            ends.after.withUnsafeBufferPointer { after in
              guard let alongX = alongX.baseAddress, let alongY = alongY.baseAddress,
                let alongZ = alongZ.baseAddress
              else { return }
              let box = WholeBox(
                dimensions: dimensions, box: box,
                radii: SIMD3(bells[0].radius, bells[1].radius, bells[2].radius), alongX: alongX,
                alongY: alongY, alongZ: alongZ, before: before, after: after, range: range)
              box.fill(from: source, into: output)
            }
          }
        }
      }
    }
  }
}

/// A box with all that is needed to fill it, as plain pointers: rows are so many that counting who
/// holds an array took a seventh of the time.
private struct WholeBox {
  /// How many slices, and rows of them, are filtered side by side.
  private static let side = 4

  let dimensions: SIMD3<Int>
  let box: VoxelBox
  let radii: SIMD3<Int>
  /// From the centre outwards.
  let alongX: UnsafePointer<Float>
  /// From the first voxel to the last.
  let alongY: UnsafePointer<Float>
  /// Likewise.
  let alongZ: UnsafePointer<Float>
  /// Which voxels of a row go before its first one, `radii.x` of them.
  let before: UnsafeBufferPointer<Int>
  /// Which go behind its last one.
  let after: UnsafeBufferPointer<Int>
  let range: ClosedRange<Float>?

  /// From one line with its mirrored ends to the next.
  private var lineStride: Int { dimensions.x + 2 * radii.x }

  func fill(from source: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    let slice = dimensions.x * dimensions.y
    // Those of the box, and those that its windows along y reach.
    let rows = max(0, box.y.lowerBound - radii.y)..<min(dimensions.y, box.y.upperBound + radii.y)
    let plane = rows.count * dimensions.x
    withScratch((radii.z > 0 ? Self.side * plane : 0) + Self.side * lineStride) { lines in
      let planes = lines + Self.side * lineStride
      for z in stride(from: box.z.lowerBound, to: box.z.upperBound, by: Self.side) {
        let count = min(Self.side, box.z.upperBound - z)
        if radii.z > 0 { alongZ(z, count: count, rows: rows, of: source, into: planes) }
        for m in 0..<count {
          let first =
            radii.z > 0
            ? UnsafePointer(planes + m * plane)
            : source + (z + m) * slice + rows.lowerBound * dimensions.x
          alongYAndX(first, rows: rows, lines: lines, into: output + (z + m) * slice)
        }
      }
    }
  }

  /// Filters rows of up to four slices along z, each slice's into a plane of its own.
  private func alongZ(
    _ z: Int, count: Int, rows: Range<Int>, of source: UnsafePointer<Float>,
    into planes: UnsafeMutablePointer<Float>
  ) {
    let slice = dimensions.x * dimensions.y
    let slices = ((z - radii.z)..<(z + count + radii.z)).map {
      source + mirrored($0, count: dimensions.z) * slice + rows.lowerBound * dimensions.x
    }
    let plane = rows.count * dimensions.x
    slices.withUnsafeBufferPointer {
      guard let slices = $0.baseAddress else { return }
      filter(
        slices, places: count, weights: alongZ, radius: radii.z, into: planes, distance: plane,
        length: plane)
    }
  }

  /// Filters rows of a slice along y, and these along x.
  ///
  /// - Parameters:
  ///   - first: The first of `rows`.
  ///   - rows: Which rows of the slice there are.
  ///   - lines: Room for four lines.
  ///   - output: The slice of the result.
  private func alongYAndX(
    _ first: UnsafePointer<Float>, rows: Range<Int>, lines: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let starts = ((box.y.lowerBound - radii.y)..<(box.y.upperBound + radii.y)).map {
      first + (mirrored($0, count: dimensions.y) - rows.lowerBound) * dimensions.x
    }
    starts.withUnsafeBufferPointer {
      guard let starts = $0.baseAddress else { return }
      for y in stride(from: box.y.lowerBound, to: box.y.upperBound, by: Self.side) {
        let count = min(Self.side, box.y.upperBound - y)
        filter(
          starts + (y - box.y.lowerBound), places: count, weights: alongY, radius: radii.y,
          into: lines + radii.x, distance: lineStride, length: dimensions.x)
        for m in 0..<count {
          alongX(lines + m * lineStride + radii.x, into: output + (y + m) * dimensions.x)
        }
      }
    }
  }

  /// Mirrors the ends of a line, and filters it.
  private func alongX(
    _ line: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<radii.x {
      line[x - radii.x] = line[before[x]]
      line[dimensions.x + x] = line[after[x]]
    }
    BellRow.apply(
      line, weights: alongX, radius: radii.x, within: range, into: output, count: dimensions.x)
  }

  /// Filters up to four neighbouring places along an axis.
  ///
  /// - Parameters:
  ///   - rows: Those of all windows, one more for each further place.
  ///   - places: How many.
  ///   - weights: From the first voxel to the last.
  ///   - radius: How far a window reaches.
  ///   - output: Receives a row for each place.
  ///   - distance: From one of these to the next.
  ///   - length: Voxels of a row.
  private func filter(
    _ rows: UnsafePointer<UnsafePointer<Float>>, places: Int, weights: UnsafePointer<Float>,
    radius: Int, into output: UnsafeMutablePointer<Float>, distance: Int, length: Int
  ) {
    let taps = 2 * radius + 1
    if places == Self.side, taps >= 3 {
      return FourfoldCorrelation.apply(
        rows, weights: weights, taps: taps, into: output, distance: distance, count: length)
    }
    for m in 0..<places {
      FourfoldCorrelation.plain(
        rows + m, weights: weights, taps: taps, into: output + m * distance, count: length)
    }
  }
}
