extension NiftiHeader {
  /// Reads a header from the first bytes of a file.
  ///
  /// - Parameter start: The first 540 bytes, or all where the file is shorter.
  /// - Returns: The header, its grid and type checked.
  /// - Throws: `truncated` when the bytes end within what could become a header, `malformed`
  ///   when they are something else or the grid makes no sense.
  package static func parse(_ start: [UInt8]) throws(NiftiError) -> NiftiHeader {
    guard start.contains(where: { $0 != 0 }) else {
      throw NiftiError(.truncated, "the file holds nothing yet")
    }
    guard let size = announcedSize(start) else {
      throw NiftiError(
        start.count < 4 ? .truncated : .malformed, "there is no NIfTI header at the beginning")
    }
    guard start.count >= size.version.headerBytes else {
      throw NiftiError(
        .truncated,
        "the file ends within its header (\(start.count) of \(size.version.headerBytes) bytes)")
    }
    guard hasMagic(start, size.version) else { throw foreign(start) }
    let header = NiftiHeader(
      bytes: start, version: size.version, isBigEndian: size.isBigEndian)
    try header.checkGrid()
    return header
  }

  /// Whether the first bytes announce a header of NIfTI-2, which is longer.
  static func isLonger(_ start: [UInt8]) -> Bool { announcedSize(start)?.version == .two }

  /// What `sizeof_hdr` says of version and byte order, or `magic` and `dim` where it is wrong.
  private static func announcedSize(
    _ start: [UInt8]
  ) -> (version: NiftiVersion, isBigEndian: Bool)? {
    switch start.prefix(4) {
    case [0x5C, 1, 0, 0]: return (.one, false)
    case [0, 0, 1, 0x5C]: return (.one, true)
    case [0x1C, 2, 0, 0]: return (.two, false)
    case [0, 0, 2, 0x1C]: return (.two, true)
    default:
      // Some writers forget `sizeof_hdr`; then `dim[0]`, 1 to 7, tells the byte order.
      guard start.count >= 348, hasMagic(start, .one) else { return nil }
      if start[41] == 0, (1...7).contains(start[40]) { return (.one, false) }
      if start[40] == 0, (1...7).contains(start[41]) { return (.one, true) }
      return nil
    }
  }

  private static func hasMagic(_ start: [UInt8], _ version: NiftiVersion) -> Bool {
    switch version {
    case .one: [Array("n+1\0".utf8), Array("ni1\0".utf8)].contains(Array(start[344..<348]))
    case .two: [Array("n+2\0".utf8), Array("ni2\0".utf8)].contains(Array(start[4..<8]))
    }
  }

  private static func foreign(_ start: [UInt8]) -> NiftiError {
    let isAnalyze = start[0] == 0x5C || start[3] == 0x5C
    return NiftiError(
      .malformed,
      isAnalyze
        ? "the header is Analyze 7.5, which does not say left from right; convert it to NIfTI"
        : "the header has no NIfTI magic")
  }

  private func checkGrid() throws(NiftiError) {
    guard (1...7).contains(dim[0]) else {
      throw NiftiError(.malformed, "dim[0] is \(dim[0]), not 1 to 7")
    }
    for axis in 1...dim[0] where dim[axis] < 0 || (dim[axis] == 0 && axis <= 3) {
      throw NiftiError(.malformed, "dim[\(axis)] is \(dim[axis])")
    }
    guard StoredType(rawValue: datatype) != nil else {
      throw NiftiError(.malformed, "datatype \(datatype) is not defined")
    }
    guard voxOffset >= 0, voxOffset < 0x1p53 else {
      throw NiftiError(.malformed, "vox_offset is \(voxOffset)")
    }
    _ = try checkedByteCount()
  }
}
