internal import ScanModel
internal import VolumeModel

extension DicomInstance {
  /// How many frames are decoded, or tiles cut: 1 for a single image.
  var frameCount: Int { max(1, frames.count) }

  /// The frames in pieces that can be decoded at the same time, each by a handle of its own.
  ///
  /// Where several fragments make a frame and nothing says which, only who has read all before it
  /// knows where one begins: such objects are one piece.
  var pieces: [Range<Int>] {
    guard let dicom = facts.dicom, mosaic == nil else { return [0..<frameCount] }
    let syntax = TransferSyntax(uid: dicom.transferSyntaxUID)
    let isRandom =
      layout.pixelForm != .encapsulated || layout.fragments == UInt64(dicom.frames)
      || syntax.isCodestream || syntax.isRunLength
    let size = isRandom ? max(16, (frameCount + 7) / 8) : frameCount
    return stride(from: 0, to: frameCount, by: size).map { $0..<min($0 + size, frameCount) }
  }

  /// Decodes some of the frames.
  func decoded(_ wanted: Range<Int>) throws(DicomError) -> [DecodedSlice] {
    var slices: [DecodedSlice] = []
    slices.reserveCapacity(wanted.count)
    try decode(wanted) { _, slice in
      slices.append(slice)
      return true
    }
    return slices
  }

  /// Decodes some of the frames, and holds one at a time.
  ///
  /// - Parameters:
  ///   - wanted: Which.
  ///   - look: Gets each with its place; false ends the walk.
  /// - Throws: `DicomError` where a frame cannot be decoded.
  func decode(
    _ wanted: Range<Int>, _ look: (Int, DecodedSlice) -> Bool
  ) throws(DicomError) {
    guard let dicom = facts.dicom else { throw DicomError(.malformed, "There is no header.") }
    if layout.isPlain, words.bitsAllocated == 16, mosaic == nil, colours == nil,
      modalityTable == nil
    {
      for frame in wanted {
        let packed = try DicomFile.words(
          path: path, frame: frame, layout: layout, pixels: words, rows: dicom.rows,
          columns: dicom.columns)
        guard look(frame, DecodedSlice(packed: packed)) else { return }
      }
      return
    }
    // Native pixels, run lengths and codestreams are read from the file itself; the rest by the
    // toolkit.
    let syntax = TransferSyntax(uid: dicom.transferSyntaxUID)
    let isOwn = layout.pixelForm != .encapsulated || syntax.isCodestream || syntax.isRunLength
    let file = try DicomFile(path: path, extent: isOwn ? .header : .whole)
    if let mosaic {
      let whole = try decoded(frame: 0, dicom, file)
      let tiles = mosaic.cut(whole.storedValues, columns: dicom.columns)
      for frame in wanted {
        guard look(frame, DecodedSlice(storedValues: tiles[frame])) else { return }
      }
      return
    }
    for frame in wanted {
      guard look(frame, try decoded(frame: frame, dicom, file)) else { return }
    }
  }

  private func decoded(
    frame: Int, _ dicom: DicomFacts, _ file: borrowing DicomFile
  ) throws(DicomError) -> DecodedSlice {
    if TransferSyntax(uid: dicom.transferSyntaxUID).isRunLength, words.bitsAllocated == 16,
      layout.pixelForm == .encapsulated, modalityTable == nil
    {
      return DecodedSlice(
        packed: try file.runLengths(
          frame: frame, pixels: words, rows: dicom.rows, columns: dicom.columns))
    }
    if words.isReal {
      return DecodedSlice(
        packed: try file.reals(frame: frame, layout: layout, count: dicom.rows * dicom.columns))
    }
    if let colours, colours.palette.isEmpty {
      return DecodedSlice(
        try file.decodeColours(
          frame: frame, layout: layout, colours: colours.layout, rows: dicom.rows,
          columns: dicom.columns),
        of: colours, columns: dicom.columns)
    }
    let stored = try file.decode(
      frame: frame, layout: layout, pixels: words, rows: dicom.rows, columns: dicom.columns)
    if let colours {
      return DecodedSlice(
        colours.colours(ofStored: stored), of: colours, columns: dicom.columns)
    }
    guard let modalityTable else {
      let isUnsignedWide = words.bitsAllocated == 32 && !words.isSigned
      return isUnsignedWide
        ? DecodedSlice(packed: PackedValues(bits: stored)) : DecodedSlice(storedValues: stored)
    }
    return DecodedSlice(
      storedValues: stored.map { Int32(modalityTable[$0]) },
      // Padding is told by what is stored, before the table.
      excluded: words.padding.map { padding in
        stored.map { padding.contains(Int($0)) ? 1 : 0 }
      })
  }
}

/// One frame of an instance, decoded; of a single image all there is.
struct StackMember: Sendable {
  let instance: DicomInstance
  let frame: Int
  let decoded: DecodedSlice

  /// What is said of the frame by itself; nil for a single image.
  private var header: FrameHeader? {
    instance.frames.indices.contains(frame) ? instance.frames[frame] : nil
  }

  /// How the frame stores its values.
  var pixels: StoredPixels { instance.pixels(of: frame) }

  /// What its modality values measure.
  var unit: IntensityUnit { instance.unit(of: frame) }

  /// mm from column to column and from row to row; empty where nobody says.
  var planeSpacing: [Double] {
    header?.pixelSpacing.map { [$0.x, $0.y] } ?? instance.facts.spacing
  }

  /// Pixel Spacing as (x, y) in mm, in patient space.
  var pixelSpacing: SIMD2<Double>? { header?.pixelSpacing ?? instance.pixelSpacing }

  /// How far the next slice would lie, in mm.
  var sliceThickness: Double? { header?.sliceThickness ?? instance.sliceThickness }

  /// Image Position (Patient), mm in LPS.
  var imagePosition: [Double]? {
    header == nil ? instance.facts.dicom?.imagePosition : header?.facts.imagePosition
  }

  /// Image Orientation (Patient).
  var imageOrientation: [Double]? {
    header == nil ? instance.facts.dicom?.imageOrientation : header?.facts.imageOrientation
  }
}

extension DicomInstance {
  /// How a frame stores its values.
  func pixels(of frame: Int) -> StoredPixels {
    guard frames.indices.contains(frame), let rescale = frames[frame].rescale else { return pixels }
    var own = pixels
    own.rescale = rescale
    own.hasRescale = true
    return own
  }

  /// What the modality values of a frame measure.
  func unit(of frame: Int) -> IntensityUnit {
    guard facts.dicom?.modality == "CT", pixels(of: frame).hasRescale else { return .arbitrary }
    let header = frames.indices.contains(frame) ? frames[frame] : nil
    if let type = header?.rescaleType ?? rescaleType {
      return type == "HU" ? .hounsfield : .arbitrary
    }
    let type = header?.frameType ?? []
    return (type.isEmpty ? imageType : type).first == "ORIGINAL" ? .hounsfield : .arbitrary
  }
}
