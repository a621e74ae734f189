internal import CDicomBridge

/// A DICOM file opened for reading.
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

  /// Takes over a file that the bridge has opened for its header.
  init(opened handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe rdcm_file_close(handle) }

  /// The file as the bridge knows it; gone with this one.
  var fileHandle: OpaquePointer { unsafe handle }

  /// Whether an element is there, with a value or without.
  func has(_ tag: Tag) -> Bool { unsafe rdcm_file_has(handle, tag.code) != 0 }

  /// The values of an element without their padding; nil when it is absent or a sequence.
  func values(_ tag: Tag) -> [String]? {
    var text = unsafe rdcm_text()
    guard unsafe rdcm_file_text(handle, tag.code, &text) == RDCM_OK else { return nil }
    return unsafe text.values(separator: 0)
  }
}

extension DicomFile {
  /// The first value of an element; nil when it is absent or empty.
  func text(_ tag: Tag) -> String? {
    guard let first = values(tag)?.first, !first.isEmpty else { return nil }
    return first
  }

  /// The first value of an element of VR FL or FD, exactly; nil when it is absent or not finite.
  func real(_ tag: Tag) -> Double? {
    var value = 0.0
    guard unsafe rdcm_file_real(handle, tag.code, &value) == RDCM_OK else { return nil }
    return value.ifFinite
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
