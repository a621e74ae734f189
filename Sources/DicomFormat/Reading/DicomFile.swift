internal import CDicomBridge

/// A DICOM file opened for reading; the only place that knows the bridge's names for that.
@safe struct DicomFile: ~Copyable {
  private let handle: OpaquePointer

  /// How much of a file is read at the opening.
  enum Extent {
    /// Everything before the pixel data.
    case header
    /// Everything, long values only when they are asked for.
    case whole
  }

  init(path: String, extent: Extent) throws(DicomError) {
    Toolkit.start()
    var opened: OpaquePointer?
    let status =
      switch extent {
      case .header: unsafe rdcm_file_open_header(path, &opened)
      case .whole: unsafe rdcm_file_open_lazily(path, &opened)
      }
    guard status == RDCM_OK, let handle = unsafe opened else { throw Toolkit.error(status) }
    unsafe self.handle = handle
  }

  deinit { unsafe rdcm_file_close(handle) }

  /// The data set as the bridge knows it; gone with the file.
  var dataSet: OpaquePointer? { unsafe rdcm_file_dataset(handle) }

  /// The file as the bridge knows it; gone with this one.
  var fileHandle: OpaquePointer { unsafe handle }

  /// Whether an element is there, with a value or without.
  func has(_ tag: Tag) -> Bool { unsafe rdcm_file_has(handle, tag.code) != 0 }

  /// The values of an element without their padding; nil when it is absent or a sequence.
  func values(_ tag: Tag) -> [String]? {
    var text = unsafe rdcm_text()
    guard unsafe rdcm_file_text(handle, tag.code, &text) == RDCM_OK else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: Int(text.count))
    let value = unsafe String(decoding: bytes, as: UTF8.self)
    if value.isEmpty { return [] }
    return value.split(separator: "\0", omittingEmptySubsequences: false).map(\.trimmingPadding)
  }

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
        handle, &layout, &samples, UInt32(frame), buffer.baseAddress, UInt64(count))
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return stored
  }
}

extension DicomFile {
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
        handle, &layout, UInt32(frame), buffer.baseAddress, UInt64(count))
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return values
  }

  /// The first value of an element of VR FL or FD, exactly; nil when it is absent or not finite.
  func real(_ tag: Tag) -> Double? {
    var value = 0.0
    guard unsafe rdcm_file_real(handle, tag.code, &value) == RDCM_OK else { return nil }
    return value.ifFinite
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
    let handle = unsafe handle
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
        handle, &layout, &raw, UInt32(frame), buffer.baseAddress, UInt64(count), &decoded)
      initialized = count
    }
    guard status == RDCM_OK else { throw Toolkit.error(status) }
    return decoded == RDCM_YBR_FULL
      ? ColourPixels(luminances: samples) : ColourPixels(samples: samples)
  }

  /// The texts of some elements in each item of a sequence.
  func items(_ sequence: Tag, _ tags: [Tag]) -> [[Tag: String]] {
    guard unsafe rdcm_file_need(handle, sequence.code) != 0 else { return [] }
    let root = unsafe rdcm_file_dataset(handle)
    return (0..<(unsafe rdcm_item_count(root, sequence.code))).map { index in
      var texts: [Tag: String] = [:]
      guard let item = unsafe rdcm_item_at(root, sequence.code, index) else { return texts }
      for tag in tags {
        guard let text = unsafe rdcm_item_text(item, tag.code) else { continue }
        texts[tag] = unsafe String(cString: text).trimmingPadding
      }
      return texts
    }
  }

  /// A table at the top of the data set, or in the first item of a sequence; nil where there is
  /// none that can be read.
  func table(
    in sequence: Tag? = nil, descriptor: Tag, data: Tag, isSigned: Bool
  ) -> LookupTable? {
    var item = unsafe rdcm_file_dataset(handle)
    if let sequence {
      guard unsafe rdcm_file_need(handle, sequence.code) != 0 else { return nil }
      unsafe item = rdcm_item_at(item, sequence.code, 0)
    } else {
      for tag in [descriptor, data] where unsafe rdcm_file_need(handle, tag.code) == 0 {
        return nil
      }
    }
    guard let item = unsafe item, let text = unsafe rdcm_item_text(item, descriptor.code) else {
      return nil
    }
    let numbers = unsafe String(cString: text).split(separator: "\\").compactMap {
      Int($0.trimmingPadding)
    }
    var count = 0
    guard let bytes = unsafe rdcm_item_bytes(item, data.code, &count) else { return nil }
    return LookupTable(
      descriptor: numbers, isSigned: isSigned,
      data: unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
  }
}

extension DicomFile {
  /// The first value of an element; nil when it is absent or empty.
  func text(_ tag: Tag) -> String? {
    guard let first = values(tag)?.first, !first.isEmpty else { return nil }
    return first
  }

  /// All values of an element as finite numbers; nil when one of them is none.
  func numbers(_ tag: Tag) -> [Double]? {
    guard let values = values(tag), !values.isEmpty else { return nil }
    let numbers = values.compactMap(Double.init).filter(\.isFinite)
    return numbers.count == values.count ? numbers : nil
  }

  /// The first value of an element as a finite number.
  func number(_ tag: Tag) -> Double? { text(tag).flatMap(Double.init).flatMap(\.ifFinite) }

  /// The first value of an element as a whole number of at most 32 bits, as all of DICOM's are.
  func integer(_ tag: Tag) -> Int? { number(tag).flatMap(Int32.init(exactly:)).map(Int.init) }
}

extension Double {
  fileprivate var ifFinite: Double? { isFinite ? self : nil }
}

extension StringProtocol {
  /// Without the spaces and null characters that fill values up to an even length.
  var trimmingPadding: String {
    let isPadding = { (character: Unicode.Scalar) in
      character == " " || character == "\0" || character == "\n" || character == "\r"
        || character == "\t"
    }
    var scalars = Substring(self).unicodeScalars
    while let first = scalars.first, isPadding(first) { scalars.removeFirst() }
    while let last = scalars.last, isPadding(last) { scalars.removeLast() }
    return String(Substring(scalars))
  }
}
