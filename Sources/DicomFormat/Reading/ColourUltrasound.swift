internal import ScanModel

/// An ultrasound picture in colour whose grey parts may be restored: it says where they lie.
struct ColourUltrasound: Sendable {
  /// A rectangle of pixels, its ends included.
  struct Region: Sendable, Equatable {
    var columns: ClosedRange<Int>
    var rows: ClosedRange<Int>
    /// Whether it shows tissue in two dimensions (PS3.3 C.8.5.5.1.1 and .1.2); else a Doppler
    /// spectrum, a flow map, a curve or a graphic.
    var isTissue: Bool
  }

  let layout: ColourLayout
  /// Red, green and blue of a palette; empty without one.
  let palette: [LookupTable]
  let regions: [Region]

  /// Reads what colours an image has.
  ///
  /// - Throws: `DicomError`, code `.unsupported`, with the reason to skip the image.
  init(
    file: borrowing DicomFile, facts: DicomFacts, pixels: StoredPixels, samplesPerPixel: Int
  ) throws(DicomError) {
    let photometric = pixels.photometricInterpretation
    let isPalette = photometric.hasPrefix("PALETTE")
    let skipped = DicomError(
      .unsupported,
      "The image is a colour image (\(isPalette ? "palette" : photometric)).")
    guard facts.modality == "US", samplesPerPixel == (isPalette ? 1 : 3)
    else { throw skipped }
    let model: ColourLayout.Model
    switch photometric {
    case "RGB", "YBR_RCT", "YBR_ICT", "PALETTE COLOR": model = .rgb
    case "YBR_FULL": model = .ybrFull
    case "YBR_FULL_422": model = .ybrFull422
    default: throw skipped
    }
    // Lossy JPEG codes luminance; a header that says otherwise may be wrong, or the stream unusual.
    if TransferSyntax(uid: facts.transferSyntaxUID).isLossyJPEG, !photometric.hasPrefix("YBR_FULL")
    {
      throw skipped
    }
    let isEightBits = pixels.bitsAllocated == 8 && pixels.bitsStored == 8 && !pixels.isSigned
    guard isPalette || isEightBits else { throw skipped }
    layout = ColourLayout(model: model, isPlanar: file.integer(.planarConfiguration) == 1)
    var palette: [LookupTable] = []
    for (descriptor, data) in isPalette ? Self.palettes : [] {
      let table = file.withRoot {
        LookupTable($0, descriptor: descriptor, data: data, isSigned: pixels.isSigned)
      }
      guard let table else { throw skipped }
      palette.append(table)
    }
    self.palette = palette
    regions = Self.regions(file)
    guard regions.contains(where: \.isTissue) else {
      throw DicomError(
        .unsupported,
        "The image is a colour image (\(isPalette ? "palette" : photometric)) that does not say "
          + "where it shows tissue.")
    }
  }

  private static let palettes: [(descriptor: Tag, data: Tag)] = [
    (.redPaletteDescriptor, .redPaletteData), (.greenPaletteDescriptor, .greenPaletteData),
    (.bluePaletteDescriptor, .bluePaletteData),
  ]

  private static func regions(_ file: borrowing DicomFile) -> [Region] {
    let tags: [Tag] = [
      .regionSpatialFormat, .regionDataType, .regionLocationMinX0, .regionLocationMinY0,
      .regionLocationMaxX1, .regionLocationMaxY1,
    ]
    return file.withRoot { root in
      root.items(.sequenceOfUltrasoundRegions).compactMap { region($0, tags) }
    }
  }

  private static func region(_ item: HeaderItem, _ tags: [Tag]) -> Region? {
    let numbers = tags.compactMap { item.text($0).flatMap(Int.init) }
    guard numbers.count == tags.count, numbers[4] >= numbers[2], numbers[5] >= numbers[3],
      // Neither a format nor data: some writers describe the whole screen first.
      numbers[0] != 0 || numbers[1] != 0
    else { return nil }
    return Region(
      columns: numbers[2]...numbers[4], rows: numbers[3]...numbers[5],
      isTissue: numbers[0] == 1 && numbers[1] == 1)
  }

  /// The colours of stored values of a palette; 8 bits of each.
  func colours(ofStored values: [Int32]) -> ColourPixels {
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * values.count)
    for value in values {
      for table in palette {
        let entry = Int(table[value])
        samples.append(UInt8(table.bits > 8 ? entry >> (table.bits - 8) : entry))
      }
    }
    return ColourPixels(samples: samples)
  }

  /// Which pixels are not to be touched: 1 for those with colour, those outside tissue, and those
  /// where anything else is shown too.
  func untouchable(_ colours: ColourPixels, columns: Int) -> [UInt8] {
    let tissue = regions.filter(\.isTissue)
    let other = regions.filter { !$0.isTissue }
    return (0..<colours.count).map { index in
      let column = index % columns
      let row = index / columns
      let holds = { (region: Region) in
        region.columns.contains(column) && region.rows.contains(row)
      }
      let isFree =
        tissue.contains(where: holds) && !other.contains(where: holds) && colours.isGrey(index)
      return isFree ? 0 : 1
    }
  }
}
