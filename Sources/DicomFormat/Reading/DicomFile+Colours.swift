internal import CDicomBridge

/// How colours of three times 8 bits are held.
struct ColourLayout: Sendable, Equatable {
  /// What the samples mean.
  enum Model: Sendable { case rgb, ybrFull, ybrFull422 }

  var model: Model
  /// Whether native pixel data have one colour after the other.
  var isPlanar: Bool
}

extension DicomFile {
  /// Decodes one frame of colours, pixel after pixel.
  func decodeColours(
    frame: Int = 0, layout: DicomLayout, colours: ColourLayout, rows: Int, columns: Int
  ) throws(DicomError) -> ColourPixels {
    let model: rdcm_colour_model =
      switch colours.model {
      case .rgb: RDCM_RGB
      case .ybrFull: RDCM_YBR_FULL
      case .ybrFull422: RDCM_YBR_FULL_422
      }
    var raw = rdcm_colours(
      rows: UInt32(rows), columns: UInt32(columns), model: model,
      is_planar: colours.isPlanar ? 1 : 0)
    var layout = layout.raw
    var status = RDCM_OK
    var decoded = RDCM_RGB
    let count = 3 * rows * columns
    let samples = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Zeroed, so that a decoder that stops early shows no stale memory.
      unsafe buffer.initialize(repeating: 0)
      status = unsafe rdcm_decode_colours(
        fileHandle, &layout, &raw, UInt32(frame), buffer.baseAddress, UInt64(count), &decoded)
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return decoded == RDCM_YBR_FULL
      ? ColourPixels(luminances: samples) : ColourPixels(samples: samples)
  }
}
