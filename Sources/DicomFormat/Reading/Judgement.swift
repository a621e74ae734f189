internal import ScanModel

/// Whether a whole object is an image, and one that may be restored.
struct Judgement {
  private let layout: DicomLayout
  private let facts: DicomFacts
  private let pixels: StoredPixels
  private let sopClass: SOPClass
  let syntax: TransferSyntax
  private let imageType: [String]
  private let samplesPerPixel: Int
  private let hasModalityLUT: Bool
  private let bitsAllocated: Int?
  /// The Modality LUT Sequence's table; nil without one, or where it cannot be read.
  let modalityTable: LookupTable?
  /// How the colours of an ultrasound picture are held; nil for grey images and others in colour.
  let colours: ColourUltrasound?
  /// Why an image in colour is not restored.
  private let colourReason: String?
  private let hasColourFlow: Bool
  private let pixelPresentation: String?
  private let component: String?
  /// How the slices of a Siemens mosaic lie; nil for anything else, and where it is not known.
  let mosaic: Mosaic?
  private let hasUselessRescale: Bool
  /// What a JPEG 2000 frame says of itself, once it was looked at.
  var codestream: Codestream?

  init(
    file: borrowing DicomFile, layout: DicomLayout, facts: DicomFacts, pixels: StoredPixels
  ) {
    self.layout = layout
    self.facts = facts
    self.pixels = pixels
    sopClass = SOPClass(uid: facts.sopClassUID)
    syntax = TransferSyntax(uid: facts.transferSyntaxUID)
    imageType = (file.values(.imageType) ?? []).map { $0.uppercased() }
    samplesPerPixel = file.integer(.samplesPerPixel) ?? 1
    bitsAllocated = file.integer(.bitsAllocated)
    hasModalityLUT = file.has(.modalityLUTSequence)
    modalityTable = file.withRoot { root in
      root.item(.modalityLUTSequence).flatMap {
        LookupTable($0, descriptor: .lutDescriptor, data: .lutData, isSigned: pixels.isSigned)
      }
    }
    hasColourFlow = file.integer(.ultrasoundColorDataPresent) == 1
    hasUselessRescale = file.number(.rescaleSlope) == 0
    pixelPresentation = file.text(.pixelPresentation)
    component = file.text(.complexImageComponent)
    let isMosaic = imageType.contains("MOSAIC")
    mosaic = isMosaic ? file.withRoot { Mosaic($0, facts: facts) } : nil
    guard samplesPerPixel > 1 || pixels.photometricInterpretation.hasPrefix("PALETTE") else {
      colours = nil
      colourReason = nil
      return
    }
    do throws(DicomError) {
      colours = try ColourUltrasound(
        file: file, facts: facts, pixels: pixels, samplesPerPixel: samplesPerPixel)
      colourReason = nil
    } catch {
      colours = nil
      colourReason = error.reason
    }
  }

  /// More frames than any scanner writes into one object, and as many as a table of them may have.
  private static let mostFrames = 65_535

  /// Whether frames say by themselves where they lie and what they are.
  var hasFrames: Bool { sopClass.isEnhanced || facts.frames > 1 }

  /// Whether the object holds quantities: it can be read, but is not filtered unless someone asks.
  var isQuantity: Bool { sopClass.quantity != nil }

  /// Whether the object claims to hold an image of any kind.
  var isImage: Bool {
    sopClass.isImage || sopClass.otherKind != nil || layout.pixelForm != .none
      // A vendor's own class may have come without its pixel data yet; spectra never have any.
      || (facts.rows > 0 && !sopClass.isStandard)
  }

  /// Why the object is kept but never filtered.
  var skipReason: String? {
    if !isImage { return "\(sopClass.label) is not an image." }
    if let kind = sopClass.otherKind ?? sopClass.quantity {
      return "The object is \(kind), which is never filtered."
    }
    if sopClass.isSecondaryCapture { return "The image is a secondary capture." }
    if let reason = ImageKind.reasonToSkip(
      imageType, component: component, modality: facts.modality)
    {
      return reason
    }
    // Stored values that a supplemental palette colours are colours, not a measure.
    if sopClass.isEnhanced, let pixelPresentation, pixelPresentation != "MONOCHROME" {
      return "The image has colours (Pixel Presentation is \(pixelPresentation))."
    }
    if let colourReason { return colourReason }
    // Grey pixels of a picture that says it has colours may be colours to whoever wrote it.
    if hasColourFlow, colours == nil { return "The image is an ultrasound image with colour flow." }
    return nil
  }

  private var photometric: String { pixels.photometricInterpretation }

  /// Why this version cannot restore the image.
  var unsupportedReason: String? {
    if !syntax.isSupported { return "The transfer syntax \(syntax.label) is not supported." }
    if facts.frames > 1, !sopClass.mayHoldFrames {
      return "Several frames in one \(sopClass.label) are not supported."
    }
    if facts.frames > Self.mostFrames {
      return "The object has \(facts.frames) frames; over \(Self.mostFrames) are not supported."
    }
    if imageType.contains("MOSAIC"), mosaic == nil || facts.frames > 1 {
      return "How many slices the Siemens mosaic has is not known."
    }
    if layout.isAmbiguous { return "The object holds pixel data in several elements." }
    if hasUselessRescale { return "Rescale Slope is zero." }
    if hasModalityLUT, modalityTable == nil { return "The Modality LUT Sequence cannot be read." }
    if hasModalityLUT, pixels.hasRescale {
      return "A Modality LUT Sequence and Rescale Slope contradict each other."
    }
    if colours == nil, !["MONOCHROME1", "MONOCHROME2"].contains(photometric) {
      return "The photometric interpretation is not MONOCHROME1 or MONOCHROME2."
    }
    if let reason = pixels.isReal ? unusualReals : unusualSamples { return reason }
    if let reason = contradiction ?? inflation { return reason }
    if facts.sopInstanceUID.isEmpty { return "SOP Instance UID is missing." }
    if facts.seriesInstanceUID.isEmpty { return "Series Instance UID is missing." }
    return nil
  }

  /// Why coded pixel data are taken for a trap: a few bytes that would become more than any
  /// detector gives.
  ///
  /// A blank image may shrink to a ten-thousandth, but no image of a scan has 256 MiB.
  private var inflation: String? {
    guard layout.pixelForm == .encapsulated, !syntax.isVideo else { return nil }
    let samples = Double(facts.rows) * Double(facts.columns) * Double(samplesPerPixel)
    let bytes = samples * Double(max(1, facts.frames)) * Double(pixels.bitsAllocated) / 8
    guard bytes > 0x1p28, bytes > 1000 * Double(layout.pixelBytes) else { return nil }
    return "The header announces over 1000 times the pixels that so few coded bytes hold."
  }

  /// How a codestream contradicts the header.
  private var contradiction: String? {
    guard let codestream else { return nil }
    if codestream.rows != facts.rows || codestream.columns != facts.columns {
      return "The coded frame has \(codestream.columns) x \(codestream.rows) pixels where Columns "
        + "and Rows say \(facts.columns) x \(facts.rows)."
    }
    if codestream.components != samplesPerPixel || codestream.isUneven {
      return "The coded frame has \(codestream.components) components that are no "
        + "\(samplesPerPixel) samples of a pixel."
    }
    if codestream.precision > pixels.bitsAllocated {
      return "The coded frame has \(codestream.precision) bits a sample where Bits Allocated says "
        + "\(pixels.bitsAllocated)."
    }
    return nil
  }

  /// Why floating-point pixel data cannot be taken as values of a grey image.
  private var unusualReals: String? {
    if let bitsAllocated, bitsAllocated != pixels.bitsAllocated {
      return "Bits Allocated is \(bitsAllocated) beside floating-point pixel data of "
        + "\(pixels.bitsAllocated) bits."
    }
    if !syntax.isNative {
      return "The pixel data do not follow their transfer syntax \(syntax.label)."
    }
    if samplesPerPixel != 1 || hasModalityLUT || imageType.contains("MOSAIC") {
      return "Floating-point pixel data of colours, of a mosaic or for a Modality LUT are not "
        + "supported."
    }
    return nil
  }

  private var unusualSamples: String? {
    let isEncapsulated = layout.pixelForm == .encapsulated
    if isEncapsulated == syntax.isNative {
      return "The pixel data do not follow their transfer syntax \(syntax.label)."
    }
    let allocated = pixels.bitsAllocated
    let isWide = allocated == 32 && (!isEncapsulated || syntax.isRunLength)
    if ![8, 16].contains(allocated), allocated != 12 || isEncapsulated, !isWide {
      return "\(allocated) bits allocated for a pixel are not supported."
    }
    let stored = pixels.bitsStored
    let isSound =
      (1...allocated).contains(stored) && (stored - 1..<allocated).contains(pixels.highBit)
    if !isSound { return "Bits Stored and High Bit do not fit Bits Allocated." }
    if stored > 16, hasModalityLUT { return "\(stored) bits before a table are not supported." }
    // No code of the supported ones packs more than some 1,000 pixels of one value into a byte.
    let frames = UInt64(clamping: facts.frames)
    if isEncapsulated,
      UInt64(facts.rows * facts.columns) * frames > 4096 * (layout.pixelBytes + 256 * frames)
    {
      return "Rows and Columns are out of all proportion to the pixel data."
    }
    return nil
  }

  /// Compares the pixel data with the header.
  ///
  /// - Throws: `DicomError`, code `.truncated`: more bytes may come, or the file is damaged.
  func checkPixelsAreThere() throws(DicomError) {
    guard syntax.carriesPixelData else { return }
    if layout.pixelForm == .none {
      throw DicomError(.truncated, "The file holds no pixel data, though it is an image.")
    }
    let inRange = 1...0xFFFF
    guard inRange.contains(facts.rows), inRange.contains(facts.columns) else {
      throw DicomError(.malformed, "Rows or Columns are missing or out of range.")
    }
    switch layout.pixelForm {
    case .native, .floatingPoint: try checkNative()
    case .encapsulated:
      guard !syntax.isVideo, layout.fragments < UInt64(facts.frames) else { return }
      throw DicomError(
        .truncated, "There are \(layout.fragments) fragments for \(facts.frames) frames.")
    case .none: break
    }
  }

  private func checkNative() throws(DicomError) {
    let factors = [facts.rows, facts.columns, facts.frames, samplesPerPixel, pixels.bitsAllocated]
    var bits: UInt64 = 1
    for factor in factors {
      let (product, overflow) = bits.multipliedReportingOverflow(by: UInt64(max(0, factor)))
      guard !overflow else { throw DicomError(.malformed, "The image size is out of range.") }
      bits = product
    }
    // Two luminances share their chrominance (PS3.3 C.7.6.3.1.2).
    if photometric.hasSuffix("_422"), samplesPerPixel == 3 { bits = bits / 3 * 2 }
    let expected = bits / 8 + (bits % 8 == 0 ? 0 : 1)
    guard layout.pixelBytes < expected else { return }
    throw DicomError(
      .truncated,
      "Pixel Data have \(layout.pixelBytes) bytes where the header asks for \(expected).")
  }
}
