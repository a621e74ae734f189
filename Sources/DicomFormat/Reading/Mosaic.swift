internal import ScanModel
internal import VolumeModel

/// The slices of a volume side by side in one image, as Siemens writes functional MR.
///
/// Facts of the layout: tiles row by row on the smallest square that holds them; Image Position
/// (Patient) is that of a single slice as large as the whole mosaic, about the same centre
/// (dcm2niix's notes on Siemens; NiBabel's `MosaicWrapper`).
struct Mosaic: Sendable, Equatable {
  /// Slices.
  let count: Int
  /// Tiles along an edge.
  let across: Int

  /// Tiles, those without a slice among them.
  var tiles: Int { across * across }

  /// Reads how many slices a mosaic has; nil where no private attribute says it, or where they do
  /// not fit into the image.
  init?(_ root: HeaderItem, facts: DicomFacts) {
    let csa = SiemensHeader(root)
    guard let count = Self.count(root) ?? csa.first("NumberOfImagesInMosaic").map({ Int($0) }),
      (1...1024).contains(count)
    else { return nil }
    var across = 1
    while across * across < count { across += 1 }
    guard facts.rows > 0, facts.rows % across == 0, facts.columns % across == 0 else { return nil }
    self.count = count
    self.across = across
  }

  private static func count(_ root: HeaderItem) -> Int? {
    // As bytes: of unknown VR, as implicit files have it, the toolkit's text is no number.
    let bytes = SiemensHeader.element(
      root, group: 0x0019, creator: "SIEMENS MR HEADER", 0x0A
    ).map { root.bytes($0) }
    guard let bytes, bytes.count >= 2 else { return nil }
    return Int(bytes[0]) | Int(bytes[1]) << 8
  }

  /// One element a tile; what lies beyond the last slice is only carried over.
  func headers(_ root: HeaderItem, facts: DicomFacts) -> [FrameHeader] {
    (0..<tiles).map { tile in
      if tile >= count {
        return FrameHeader(facts: FrameFacts(carryReason: "The tile holds no slice."))
      }
      var frame = FrameHeader(facts: FrameFacts(distinguishing: facts.distinguishing))
      guard let place = place(root, facts: facts) else { return frame }
      let position = place.first + place.step * Double(tile)
      frame.facts.imagePosition = [position.x, position.y, position.z]
      frame.facts.imageOrientation = facts.imageOrientation
      return frame
    }
  }

  /// Where the first slice lies, and the step to the next.
  private func place(
    _ root: HeaderItem, facts: DicomFacts
  ) -> (first: SIMD3<Double>, step: SIMD3<Double>)? {
    guard let corner = facts.imagePosition, let cosines = facts.imageOrientation,
      let pair = root.vector(.pixelSpacing, count: 2),
      let distance = root.number(.spacingBetweenSlices) ?? root.number(.sliceThickness),
      distance > 0
    else { return nil }
    let row = SIMD3(cosines[0], cosines[1], cosines[2])
    let column = SIMD3(cosines[3], cosines[4], cosines[5])
    // Half of what the mosaic is larger than a slice, on both axes.
    let share = Double(across - 1) / Double(across) / 2
    let first =
      SIMD3(corner[0], corner[1], corner[2])
      + row * (pair[1] * Double(facts.columns) * share)
      + column * (pair[0] * Double(facts.rows) * share)
    var normal = cross(row, column)
    let stated = SiemensHeader(root).numbers("SliceNormalVector")
    // Slices may be numbered against the normal of rows and columns.
    if stated.count == 3, dot(normal, SIMD3(stated[0], stated[1], stated[2])) < 0 {
      normal = -normal
    }
    return (first, normal * distance)
  }

  /// Cuts the tiles out of a mosaic of stored values.
  func cut(_ stored: [Int32], columns: Int) -> [[Int32]] {
    let width = columns / across
    let height = stored.count / columns / across
    return (0..<tiles).map { tile in
      var values: [Int32] = []
      values.reserveCapacity(width * height)
      let start = tile / across * height * columns + tile % across * width
      for row in 0..<height {
        let first = start + row * columns
        values += stored[first..<first + width]
      }
      return values
    }
  }

  /// The place in the mosaic of each value of the tiles one after another.
  static func places(across: Int, columns: Int, rows: Int) -> [Int] {
    let width = columns / across
    let height = rows / across
    var places: [Int] = []
    places.reserveCapacity(rows * columns)
    for tile in 0..<across * across {
      let start = tile / across * height * columns + tile % across * width
      for row in 0..<height {
        places += (start + row * columns)..<(start + row * columns + width)
      }
    }
    return places
  }
}
