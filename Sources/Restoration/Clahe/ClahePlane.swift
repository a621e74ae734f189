import RestorationKernels

/// One slice under equalization.
struct ClahePlane: Sendable {
  /// Values, x fastest.
  let pixels: [Float]
  /// Pixels along x.
  let width: Int
  /// Pixels along y.
  let height: Int
  /// 1 for each pixel to leave as it is; nil when there are none.
  let excluded: [UInt8]?

  /// Calls a body with each pixel that takes part.
  func forEachUsable(_ body: (Float) -> Void) {
    for (i, value) in pixels.enumerated() where (excluded?[i] ?? 0) == 0 { body(value) }
  }

  /// Equalizes the slice.
  func equalized(_ scale: ClaheScale, method: ClaheEqualization) -> [Float] {
    let compatible = method.mode == .openCV
    let grid =
      compatible
      ? ClaheGrid(paddingLike: method.tiles, width: width, height: height)
      : ClaheGrid(dividing: method.tiles, width: width, height: height)
    let positions = binPositions(scale)
    let mappings = ClaheMappings(
      of: self, bins: positions.bins, grid: grid, scale: scale, clipLimit: method.clipLimit,
      compatible: compatible)
    var output = pixels
    let rows = slabs(of: height)
    fillConcurrently(&output, parts: rows.map { ($0.lowerBound * width)..<($0.upperBound * width) })
    {
      part, elements in
      elements.withUnsafeMutableBufferPointer { buffer in
        guard let first = buffer.baseAddress else { return }
        for y in rows[part] {
          let target = first + (y - rows[part].lowerBound) * width
          mappings.mapRow(y, positions, width: width, into: target)
          finish(target, row: y, scale, rounding: compatible)
        }
      }
    }
    return output
  }

  /// The bin of every pixel, and for values between bins how far into it they are.
  private func binPositions(_ scale: ClaheScale) -> (bins: [UInt16], fractions: [Float]?) {
    var bins = [UInt16](repeating: 0, count: pixels.count)
    guard !scale.isDiscrete else {
      for i in pixels.indices where (excluded?[i] ?? 0) == 0 {
        bins[i] = UInt16(pixels[i] - scale.least)
      }
      return (bins, nil)
    }
    var fractions = [Float](repeating: 0, count: pixels.count)
    for i in pixels.indices where (excluded?[i] ?? 0) == 0 {
      let position = (Double(pixels[i]) - Double(scale.least)) * scale.binsPerUnit
      let bin = min(Int(position), scale.bins - 1)
      bins[i] = UInt16(bin)
      fractions[i] = Float(min(position - Double(bin), 1))
    }
    return (bins, fractions)
  }

  /// Rounds as OpenCV does or keeps within the range, and puts excluded pixels back.
  private func finish(
    _ row: UnsafeMutablePointer<Float>, row y: Int, _ scale: ClaheScale, rounding: Bool
  ) {
    for x in 0..<width {
      let value = rounding ? row[x].rounded(.toNearestOrEven) : row[x]
      row[x] = min(max(value, scale.least), scale.greatest)
    }
    guard let excluded else { return }
    for x in 0..<width where excluded[y * width + x] != 0 { row[x] = pixels[y * width + x] }
  }
}
