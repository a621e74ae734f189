internal import CDicomBridge

/// What walking a file from its first element to its last has found, pixel data unread.
struct DicomLayout: Sendable {
  /// How pixel data are held.
  enum PixelForm: Sendable { case none, native, encapsulated, floatingPoint }

  let raw: rdcm_layout

  var pixelForm: PixelForm {
    switch raw.pixel_form {
    case RDCM_NATIVE: .native
    case RDCM_ENCAPSULATED: .encapsulated
    case RDCM_FLOATING_POINT: .floatingPoint
    default: .none
    }
  }

  /// Bits of a value of floating-point pixel data, 32 or 64; 0 for all others.
  var floatBits: Int { pixelForm == .floatingPoint ? Int(raw.float_bits) : 0 }

  /// Whether several elements hold pixel data.
  var isAmbiguous: Bool { raw.pixel_elements > 1 }

  /// Whether pixels stand in the file as they are.
  var isPlain: Bool { raw.pixel_form == RDCM_NATIVE && raw.is_deflated == 0 }

  /// Bytes of the native pixel data, or of all fragments together.
  var pixelBytes: UInt64 { raw.pixel_bytes }

  /// Fragments of encapsulated pixel data, the offset table not counted.
  var fragments: UInt64 { raw.fragments }

  /// The first bytes of the file, 16 at most.
  var head: [UInt8] {
    unsafe withUnsafeBytes(of: raw.head) { unsafe Array($0.prefix(Int(raw.head_count))) }
  }
}

extension DicomLayout {
  /// How a walk ended.
  enum Outcome {
    /// The file is whole.
    case whole(DicomLayout)
    /// The file is DICOM, or may become it, but is not whole. The error says why.
    case broken(DicomError)
    /// The file is something else; its first bytes are given.
    case other(head: [UInt8])
  }

  /// Walks a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - header: Becomes the file, opened for its header, where the walk is enough for that.
  /// - Returns: How the walk ended.
  static func walk(path: String, header: inout DicomFile?) -> Outcome {
    Toolkit.start()
    var raw = rdcm_layout()
    var opened: OpaquePointer?
    let status = unsafe rdcm_layout_read(path, &raw, &opened)
    header = unsafe opened.map { unsafe DicomFile(opened: $0) }
    let layout = DicomLayout(raw: raw)
    if status == RDCM_OK { return .whole(layout) }
    let error = Toolkit.error(status)
    if status != RDCM_NOT_FOUND, raw.likeness == RDCM_NOT_DICOM { return .other(head: layout.head) }
    if raw.likeness == RDCM_UNDECIDED, FileKind.of(layout.head) != nil {
      return .other(head: layout.head)
    }
    return .broken(error)
  }
}
