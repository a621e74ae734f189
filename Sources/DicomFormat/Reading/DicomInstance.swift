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
    pixels = StoredPixels(file)
    pixelSpacing = Self.spacing(file, .pixelSpacing)
    let between = file.number(.spacingBetweenSlices)?.magnitude ?? 0
    let thickness = between > 0 ? between : file.number(.sliceThickness) ?? 0
    sliceThickness = thickness > 0 ? thickness : nil
    rescaleType = file.text(.rescaleType)
    imageType = file.values(.imageType) ?? []
    facts = FileFacts(format: .dicom, storedType: Self.storedType(layout, pixels), dicom: dicom)
    if dicom.rows > 0, dicom.columns > 0 {
      facts.shape = [dicom.columns, dicom.rows] + (dicom.frames > 1 ? [dicom.frames] : [])
    }
    let spacing =
      pixelSpacing ?? Self.spacing(file, .nominalScannedPixelSpacing)
      ?? Self.spacing(file, .imagerPixelSpacing)
    facts.spacing = spacing.map { [$0.x, $0.y] } ?? []
    facts.attributes = Self.attributes(file, keywords)
    let judgement = Judgement(file: file, layout: layout, facts: dicom, pixels: pixels)
    facts.skipReason = judgement.skipReason
    if facts.skipReason == nil {
      try judgement.checkPixelsAreThere()
      facts.unsupportedReason = judgement.unsupportedReason
    } else if judgement.isImage {
      try judgement.checkPixelsAreThere()
    }
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
  /// The stored values of the single frame, row by row.
  func storedValues() throws(DicomError) -> [Int32] {
    guard let dicom = facts.dicom else { throw DicomError(.malformed, "There is no header.") }
    let isNative = layout.pixelForm == .native
    let file = try DicomFile(path: path, extent: isNative ? .header : .whole)
    return try file.decode(
      layout: layout, pixels: pixels, rows: dicom.rows, columns: dicom.columns)
  }

  /// What the modality values measure.
  var unit: IntensityUnit {
    guard facts.dicom?.modality == "CT", pixels.hasRescale else { return .arbitrary }
    if let rescaleType { return rescaleType == "HU" ? .hounsfield : .arbitrary }
    return imageType.first == "ORIGINAL" ? .hounsfield : .arbitrary
  }
}
