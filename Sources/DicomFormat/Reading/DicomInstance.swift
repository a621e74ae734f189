internal import ScanModel
internal import VolumeModel

/// One whole file as its header describes it: what the probe reports and the reader decodes by.
struct DicomInstance: Sendable {
  let path: String
  let layout: DicomLayout
  var facts: FileFacts
  let pixels: StoredPixels
  /// Pixel Spacing as (x, y) in mm; nil where the instance does not say.
  let pixelSpacing: SIMD2<Double>?
  /// Spacing Between Slices, else Slice Thickness, in mm; for a slice that has no neighbour.
  let sliceThickness: Double?
  /// Rescale Type (0028,1054).
  let rescaleType: String?
  /// Image Type (0008,0008).
  let imageType: [String]
  /// What a reader of the result should know of how the file was read.
  private(set) var notes: [String] = []
  /// The Modality LUT Sequence's table; nil without one.
  private let modalityTable: LookupTable?
  /// How the colours of an ultrasound picture are held; nil for grey images.
  private let colours: ColourUltrasound?

  /// Reads the header of a file that was found whole.
  ///
  /// - Throws: `DicomError`, code `.truncated` where the header says that something is missing,
  ///   `.malformed` where the toolkit cannot read it.
  init(path: String, layout: DicomLayout, keywords: [String]) throws(DicomError) {
    let file = try DicomFile(path: path, extent: .header)
    try self.init(path: path, layout: layout, keywords: keywords, file: file)
  }

  private init(
    path: String, layout: DicomLayout, keywords: [String], file: borrowing DicomFile
  ) throws(DicomError) {
    self.path = path
    self.layout = layout
    let dicom = try DicomFacts(file)
    pixelSpacing = Self.spacing(file, .pixelSpacing)
    let between = file.number(.spacingBetweenSlices)?.magnitude ?? 0
    let thickness = between > 0 ? between : file.number(.sliceThickness) ?? 0
    sliceThickness = thickness > 0 ? thickness : nil
    rescaleType = file.text(.rescaleType)
    imageType = file.values(.imageType) ?? []
    facts = FileFacts(format: .dicom, dicom: dicom)
    if dicom.rows > 0, dicom.columns > 0 {
      facts.shape = [dicom.columns, dicom.rows] + (dicom.frames > 1 ? [dicom.frames] : [])
    }
    let spacing =
      pixelSpacing ?? Self.spacing(file, .nominalScannedPixelSpacing)
      ?? Self.spacing(file, .imagerPixelSpacing)
    facts.spacing = spacing.map { [$0.x, $0.y] } ?? []
    facts.attributes = Self.attributes(file, keywords)
    var pixels = StoredPixels(file)
    var judgement = Judgement(file: file, layout: layout, facts: dicom, pixels: pixels)
    modalityTable = judgement.modalityTable
    colours = judgement.colours
    facts.skipReason = judgement.skipReason
    if facts.skipReason == nil {
      try judgement.checkPixelsAreThere()
      if judgement.syntax.isCodestream, layout.pixelForm == .encapsulated {
        let codestream = try Codestream(path: path)
        judgement.codestream = codestream
        if codestream.isSigned, !pixels.isSigned {
          pixels = StoredPixels(file, isCodedSigned: true)
          notes.append(
            "The coded samples are signed though Pixel Representation says they are not; "
              + "they were taken as signed.")
        }
      }
      facts.unsupportedReason = judgement.unsupportedReason
      if let modalityTable { pixels = pixels.mapped(by: modalityTable) }
      if colours != nil { pixels = pixels.luminance }
    } else if judgement.isImage {
      try judgement.checkPixelsAreThere()
    }
    self.pixels = pixels
    facts.dicom?.hasPadding = pixels.padding != nil || modalityTable != nil || colours != nil
    facts.storedType = Self.storedType(layout, pixels)
  }

  /// A pair of spacings, swapped from DICOM's (row, column) into (x, y).
  private static func spacing(_ file: borrowing DicomFile, _ tag: Tag) -> SIMD2<Double>? {
    guard let pair = file.numbers(tag), pair.count == 2, pair.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    return [pair[1], pair[0]]
  }

  private static func storedType(_ layout: DicomLayout, _ pixels: StoredPixels) -> String {
    switch layout.pixelForm {
    case .none: ""
    case .floatingPoint: pixels.bitsAllocated == 64 ? "float64" : "float32"
    case .native, .encapsulated: (pixels.isSigned ? "int" : "uint") + "\(pixels.bitsAllocated)"
    }
  }

  private static func attributes(
    _ file: borrowing DicomFile, _ keywords: [String]
  ) -> [String: [String]] {
    var attributes: [String: [String]] = [:]
    for keyword in keywords {
      guard let tag = Toolkit.tag(ofKeyword: keyword), let values = file.values(tag) else {
        continue
      }
      attributes[keyword] = values
    }
    return attributes
  }
}

extension DicomInstance {
  /// The single frame.
  func decoded() throws(DicomError) -> DecodedSlice {
    guard let dicom = facts.dicom else { throw DicomError(.malformed, "There is no header.") }
    // Native pixels and codestreams are read from the file itself; the rest by the toolkit.
    let isOwn =
      layout.pixelForm == .native || TransferSyntax(uid: dicom.transferSyntaxUID).isCodestream
    let file = try DicomFile(path: path, extent: isOwn ? .header : .whole)
    if let colours, colours.palette.isEmpty {
      return DecodedSlice(
        try file.decodeColours(
          layout: layout, colours: colours.layout, rows: dicom.rows, columns: dicom.columns),
        of: colours, columns: dicom.columns)
    }
    let words = StoredPixels(file, isCodedSigned: pixels.isSigned && modalityTable == nil)
    let stored = try file.decode(
      layout: layout, pixels: words, rows: dicom.rows, columns: dicom.columns)
    if let colours {
      return DecodedSlice(
        colours.colours(ofStored: stored), of: colours, columns: dicom.columns)
    }
    guard let modalityTable else { return DecodedSlice(storedValues: stored) }
    return DecodedSlice(
      storedValues: stored.map { Int32(modalityTable[$0]) },
      // Padding is told by what is stored, before the table.
      excluded: words.padding.map { padding in
        stored.map { padding.contains(Int($0)) ? 1 : 0 }
      })
  }

  /// What the modality values measure.
  var unit: IntensityUnit {
    guard facts.dicom?.modality == "CT", pixels.hasRescale else { return .arbitrary }
    if let rescaleType { return rescaleType == "HU" ? .hounsfield : .arbitrary }
    return imageType.first == "ORIGINAL" ? .hounsfield : .arbitrary
  }
}
