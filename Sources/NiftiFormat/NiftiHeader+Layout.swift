extension NiftiHeader {
  /// Reads the fields of a header whose version and byte order are known.
  ///
  /// - Parameters:
  ///   - bytes: At least `version.headerBytes` bytes.
  ///   - version: The layout.
  ///   - isBigEndian: The byte order.
  package init(bytes: [UInt8], version: NiftiVersion, isBigEndian: Bool) {
    self.init(version: version)
    self.isBigEndian = isBigEndian
    var codec = HeaderCodec(reading: bytes, version: version, isBigEndian: isBigEndian)
    run(&codec)
  }

  /// The header as stored, `version.headerBytes` bytes, in the byte order of `isBigEndian`.
  package var encoded: [UInt8] {
    var codec = HeaderCodec(writing: version, isBigEndian: isBigEndian)
    var copy = self
    copy.run(&codec)
    return codec.bytes
  }

  /// Moves every field, each at its place in NIfTI-1 and in NIfTI-2.
  private mutating func run(_ codec: inout HeaderCodec) {
    var size = version.headerBytes
    codec.integer(&size, one: (0, 4), two: (0, 4))
    runGrid(&codec)
    runOrientation(&codec)
    runMeaning(&codec)
    runLegacy(&codec)
  }

  private mutating func runGrid(_ codec: inout HeaderCodec) {
    for axis in 0..<8 {
      codec.integer(&dim[axis], one: (40 + 2 * axis, 2), two: (16 + 8 * axis, 8))
      codec.real(&pixdim[axis], one: 76 + 4 * axis, two: 104 + 8 * axis)
    }
    codec.integer(&datatype, one: (70, 2), two: (12, 2))
    codec.integer(&bitpix, one: (72, 2), two: (14, 2))
    runOffset(&codec)
    codec.real(&sclSlope, one: 112, two: 176)
    codec.real(&sclInter, one: 116, two: 184)
    codec.real(&calMax, one: 124, two: 192)
    codec.real(&calMin, one: 128, two: 200)
    codec.integer(&xyztUnits, one: (123, 1), two: (500, 4))
  }

  /// `vox_offset` is a real in NIfTI-1 and a whole number in NIfTI-2.
  private mutating func runOffset(_ codec: inout HeaderCodec) {
    guard version == .two else { return codec.real(&voxOffset, one: 108, two: 168) }
    var offset = Int(exactly: voxOffset) ?? 0
    codec.integer(&offset, one: nil, two: (168, 8))
    voxOffset = Double(offset)
  }

  private mutating func runOrientation(_ codec: inout HeaderCodec) {
    codec.integer(&qformCode, one: (252, 2), two: (344, 4))
    codec.integer(&sformCode, one: (254, 2), two: (348, 4))
    for axis in 0..<3 {
      codec.real(&quatern[axis], one: 256 + 4 * axis, two: 352 + 8 * axis)
      codec.real(&qoffset[axis], one: 268 + 4 * axis, two: 376 + 8 * axis)
    }
    for element in 0..<12 {
      codec.real(&srow[element], one: 280 + 4 * element, two: 400 + 8 * element)
    }
  }

  private mutating func runMeaning(_ codec: inout HeaderCodec) {
    codec.integer(&intentCode, one: (68, 2), two: (504, 4))
    for index in 0..<3 {
      codec.real(&intentParameters[index], one: 56 + 4 * index, two: 80 + 8 * index)
    }
    codec.text(&intentName, one: (328, 16), two: (508, 16))
    codec.text(&descrip, one: (148, 80), two: (240, 80))
    codec.text(&auxFile, one: (228, 24), two: (320, 24))
    codec.integer(&dimInfo, one: (39, 1), two: (524, 1))
    codec.integer(&sliceStart, one: (74, 2), two: (224, 8))
    codec.integer(&sliceEnd, one: (120, 2), two: (232, 8))
    codec.integer(&sliceCode, one: (122, 1), two: (496, 4))
    codec.real(&sliceDuration, one: 132, two: 208)
    codec.real(&toffset, one: 136, two: 216)
  }

  private mutating func runLegacy(_ codec: inout HeaderCodec) {
    codec.text(&dataType, one: (4, 10), two: nil)
    codec.text(&dbName, one: (14, 18), two: nil)
    codec.integer(&extents, one: (32, 4), two: nil)
    codec.integer(&sessionError, one: (36, 2), two: nil)
    codec.integer(&regular, one: (38, 1), two: nil)
    codec.integer(&glmax, one: (140, 4), two: nil)
    codec.integer(&glmin, one: (144, 4), two: nil)
    codec.text(&unusedStr, one: nil, two: (525, 15))
    codec.text(&magic, one: (344, 4), two: (4, 8))
  }
}
