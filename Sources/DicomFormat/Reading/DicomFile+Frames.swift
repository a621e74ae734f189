internal import CDicomBridge

extension DicomFile {
  /// Decodes one frame into stored values, row by row.
  func decode(
    frame: Int = 0, layout: DicomLayout, pixels: StoredPixels, rows: Int, columns: Int
  ) throws(DicomError) -> [Int32] {
    var samples = rdcm_samples(pixels, rows: rows, columns: columns)
    var layout = layout.raw
    var status = RDCM_OK
    let count = rows * columns
    let stored = unsafe [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Zeroed, so that a decoder that stops early shows no stale memory.
      unsafe buffer.initialize(repeating: 0)
      status = unsafe rdcm_decode_frame(
        fileHandle, &layout, &samples, UInt32(frame), buffer.baseAddress, UInt64(count))
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return stored
  }

  /// Reads one frame of floating-point pixel data.
  func reals(frame: Int, layout: DicomLayout, count: Int) throws(DicomError) -> PackedValues {
    if layout.floatBits == 64 {
      return PackedValues(try reals(Double.self, frame, layout, count))
    }
    return PackedValues(try reals(Float.self, frame, layout, count))
  }

  private func reals<Real: BitwiseCopyable & FloatingPoint>(
    _ type: Real.Type, _ frame: Int, _ layout: DicomLayout, _ count: Int
  ) throws(DicomError) -> [Real] {
    var layout = layout.raw
    var status = RDCM_OK
    let values = unsafe [Real](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe buffer.initialize(repeating: 0)
      status = unsafe rdcm_read_reals(
        fileHandle, &layout, UInt32(frame), buffer.baseAddress, UInt64(count))
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return values
  }

  /// Reads one frame of native words of 16 bits, which needs no toolkit.
  ///
  /// - Throws: `DicomError`, code `.unsupported` for any other pixel data.
  static func words(
    path: String, frame: Int, layout: DicomLayout, pixels: StoredPixels, rows: Int, columns: Int
  ) throws(DicomError) -> PackedValues {
    var samples = rdcm_samples(pixels, rows: rows, columns: columns)
    var layout = layout.raw
    return try unsafe packed(rows * columns) { words, least, greatest in
      unsafe rdcm_read_words(
        path, &layout, &samples, UInt32(frame), words, UInt64(rows * columns), &least, &greatest)
    }
  }

  /// Decodes one frame of run lengths of 16 bits allocated.
  func runLengths(
    frame: Int, pixels: StoredPixels, rows: Int, columns: Int
  ) throws(DicomError) -> PackedValues {
    var samples = rdcm_samples(pixels, rows: rows, columns: columns)
    let handle = unsafe fileHandle
    return try unsafe Self.packed(rows * columns) { words, least, greatest in
      unsafe rdcm_decode_words(
        handle, &samples, UInt32(frame), words, UInt64(rows * columns), &least, &greatest)
    }
  }

  /// What the bridge writes into so many words, with the ends of their range.
  private static func packed(
    _ count: Int,
    _ fill: (UnsafeMutablePointer<UInt16>, inout Int32, inout Int32) -> rdcm_status
  ) throws(DicomError) -> PackedValues {
    var status = RDCM_OK
    var (least, greatest) = (Int32(0), Int32(0))
    let words = unsafe [Int16](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let first = buffer.baseAddress else { return }
      status = unsafe first.withMemoryRebound(to: UInt16.self, capacity: count) { words in
        unsafe fill(words, &least, &greatest)
      }
      initialized = status == RDCM_OK ? count : 0
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return PackedValues(words: words, range: count > 0 ? least...greatest : nil)
  }
}

extension rdcm_samples {
  fileprivate init(_ pixels: StoredPixels, rows: Int, columns: Int) {
    self.init(
      rows: UInt32(rows), columns: UInt32(columns), bits_allocated: UInt32(pixels.bitsAllocated),
      bits_stored: UInt32(pixels.bitsStored), high_bit: UInt32(pixels.highBit),
      is_signed: pixels.isSigned ? 1 : 0)
  }
}
