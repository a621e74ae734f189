internal import ScanModel
internal import VolumeModel

/// One whole file as its header describes it: what the probe reports and the reader decodes by.
struct DicomInstance: Sendable {
  let path: String
  let layout: DicomLayout
  var facts: FileFacts
  let pixels: StoredPixels
  /// How the pixel data themselves are held, before a Modality LUT or colours make values of them.
  let words: StoredPixels
  /// Pixel Spacing as (x, y) in mm; nil where the instance does not say.
  let pixelSpacing: SIMD2<Double>?
  /// Spacing Between Slices, else Slice Thickness, in mm; for a slice that has no neighbour.
  let sliceThickness: Double?
  /// Data Collection Center (Patient) (0018,9313) in mm: where a CT scanner turned.
  let scanCenter: SIMD3<Double>?
  /// Rescale Type (0028,1054).
  let rescaleType: String?
  /// Image Type (0008,0008).
  let imageType: [String]
  /// What a reader of the result should know of how the file was read.
  private(set) var notes: [String] = []
  /// What is said of each frame, or of each tile of a mosaic; empty for a single image.
  private(set) var frames: [FrameHeader] = []
  /// How the slices of a mosaic lie; nil for anything else.
  let mosaic: Mosaic?
  /// The Modality LUT Sequence's table; nil without one.
  let modalityTable: LookupTable?
  /// How the colours of an ultrasound picture are held; nil for grey images.
  let colours: ColourUltrasound?

  /// Reads the header of a file that was found whole.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - layout: What its walk found.
  ///   - header: The file, opened for its header, where the walk did that.
  ///   - keywords: Attributes whose values are wanted.
  /// - Throws: `DicomError`, code `.truncated` where the header says that something is missing,
  ///   `.malformed` where the toolkit cannot read it.
  init(
    path: String, layout: DicomLayout, header: consuming DicomFile?, keywords: [String]
  ) throws(DicomError) {
    let file = if let header { header } else { try DicomFile(path: path, extent: .header) }
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
    scanCenter = Self.place(file, .dataCollectionCenterPatient)
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
    var pixels = StoredPixels(file, floatBits: layout.floatBits)
    var judgement = Judgement(file: file, layout: layout, facts: dicom, pixels: pixels)
    modalityTable = judgement.modalityTable
    colours = judgement.colours
    mosaic = judgement.mosaic
    facts.skipReason = judgement.skipReason
    if facts.skipReason == nil || judgement.isQuantity {
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
      let unsupportedReason = judgement.unsupportedReason
      if judgement.isQuantity {
        facts.isRestorableOnDemand = unsupportedReason == nil
      } else {
        facts.unsupportedReason = unsupportedReason
      }
      if let modalityTable { pixels = pixels.mapped(by: modalityTable) }
      if colours != nil { pixels = pixels.luminance }
    } else if judgement.isImage {
      try judgement.checkPixelsAreThere()
    }
    self.pixels = pixels
    words = StoredPixels(
      file, floatBits: layout.floatBits,
      isCodedSigned: pixels.isSigned && modalityTable == nil)
    // Real numbers may be NaN.
    facts.dicom?.hasPadding =
      pixels.padding != nil || modalityTable != nil || colours != nil || pixels.isReal
    facts.storedType = layout.pixelForm == .none ? "" : pixels.typeName
    if facts.isReadable { readFrames(file, judgement) }
  }

  /// A pair of spacings, swapped from DICOM's (row, column) into (x, y).
  private static func spacing(_ file: borrowing DicomFile, _ tag: Tag) -> SIMD2<Double>? {
    guard let pair = file.numbers(tag), pair.count == 2, pair.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    return [pair[1], pair[0]]
  }

  private static func place(_ file: borrowing DicomFile, _ tag: Tag) -> SIMD3<Double>? {
    guard let place = file.numbers(tag), place.count == 3 else { return nil }
    return [place[0], place[1], place[2]]
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
  /// Reads what is said of each frame; the pixel data hold them all, so they can be counted.
  private mutating func readFrames(_ file: borrowing DicomFile, _ judgement: Judgement) {
    guard let dicom = facts.dicom else { return }
    if let mosaic {
      frames = file.withRoot { mosaic.headers($0, facts: dicom) }
      facts.dicom?.tilesAcross = mosaic.across
      facts.shape = [
        dicom.columns / mosaic.across, dicom.rows / mosaic.across, mosaic.count,
      ]
    } else if judgement.hasFrames {
      frames = file.withRoot { FrameHeader.all($0, facts: dicom) }
    }
    if frames.isEmpty { return }
    if judgement.isQuantity {
      // All of them are what the whole is.
      for index in frames.indices { frames[index].facts.carryReason = nil }
    }
    facts.dicom?.frameFacts = frames.map(\.facts)
    if facts.spacing.isEmpty, let spacing = frames[0].pixelSpacing {
      facts.spacing = [spacing.x, spacing.y]
    }
    let reasons = frames.compactMap(\.facts.carryReason)
    if reasons.count == frames.count { facts.skipReason = reasons[0] }
  }
}
