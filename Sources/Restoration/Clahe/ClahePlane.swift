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

  /// Equalizes the slice.
  func equalized(_ scale: ClaheScale, method: ClaheEqualization) -> [Float] {
    let compatible = method.mode == .openCV
    let grid =
      compatible
      ? ClaheGrid(paddingLike: method.tiles, width: width, height: height)
      : ClaheGrid(dividing: method.tiles, width: width, height: height)
    if compatible, excluded == nil {
      return equalizedWhole(scale, on: grid, clipLimit: method.clipLimit)
    }
    let positions = binPositions(scale)
    let mappings = ClaheMappings(
      of: self, bins: positions.bins, grid: grid, scale: scale, clipLimit: method.clipLimit,
      compatible: compatible)
    let rows = slabs(of: height)
    return filledConcurrently(parts: pixelRanges(rows)) { part, output in
      guard let first = output.baseAddress else { return }
      for y in rows[part] {
        let target = first + (y - rows[part].lowerBound) * width
        mappings.mapRow(y, positions, width: width, into: target)
        finish(target, row: y, scale, rounding: compatible)
      }
    }
  }

  /// The same of whole numbers that all count: tile by tile and region by region, with nothing but
  /// the mappings between.
  private func equalizedWhole(
    _ scale: ClaheScale, on grid: ClaheGrid, clipLimit: Double
  ) -> [Float] {
    let mappings = ClaheMappings(ofWhole: self, grid: grid, scale: scale, clipLimit: clipLimit)
    // A region brings the mappings of its tiles together, which must not cost more than its pixels.
    let height = max(64, scale.bins / 64)
    let bands = grid.rowSpans.flatMap { span in
      slabs(of: span.range.count, parts: (span.range.count + height - 1) / height).map {
        let first = span.range.lowerBound
        return ClaheGrid.Span(
          range: (first + $0.lowerBound)..<(first + $0.upperBound), first: span.first,
          second: span.second)
      }
    }
    let spans = grid.columnSpans
    return filledArray(pixels.count) { output in
      // Regions are disjoint, so no two threads touch the same pixel.
      nonisolated(unsafe) let output = output
      concurrently(bands.count * spans.count) { part in
        mappings.mapWhole(
          bands[part / spans.count], spans[part % spans.count], of: self, upTo: scale.greatest,
          into: output)
      }
    }
  }

  private func pixelRanges(_ rows: [Range<Int>]) -> [Range<Int>] {
    rows.map { ($0.lowerBound * width)..<($0.upperBound * width) }
  }

  /// The bin of every pixel, and for values between bins how far into it they are.
  private func binPositions(_ scale: ClaheScale) -> (bins: [UInt16], fractions: [Float]?) {
    let parts = pixelRanges(slabs(of: height))
    let bins = filledConcurrently(parts: parts) { part, bins in
      for (i, pixel) in parts[part].enumerated() {
        bins[i] = isExcluded(pixel) ? 0 : UInt16(scale.place(of: pixels[pixel]).bin)
      }
    }
    guard !scale.isDiscrete else { return (bins, nil) }
    let fractions = filledConcurrently(parts: parts) { part, fractions in
      for (i, pixel) in parts[part].enumerated() {
        fractions[i] = isExcluded(pixel) ? 0 : scale.place(of: pixels[pixel]).fraction
      }
    }
    return (bins, fractions)
  }

  @inline(__always)
  private func isExcluded(_ pixel: Int) -> Bool { excluded.map { $0[pixel] != 0 } ?? false }

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
