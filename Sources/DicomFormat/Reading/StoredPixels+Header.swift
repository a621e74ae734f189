internal import VolumeModel

extension StoredPixels {
  /// Reads how an instance stores its values; what is missing gets the standard's usual value.
  ///
  /// - Parameters:
  ///   - file: The header.
  ///   - floatBits: Bits of a value of floating-point pixel data; 0 where values are whole numbers.
  ///   - isCodedSigned: Whether the coded samples themselves are signed. Then they are, whatever
  ///     Pixel Representation says: no unsigned word could hold what the decoder gives.
  init(_ file: borrowing DicomFile, floatBits: Int = 0, isCodedSigned: Bool = false) {
    let allocated = file.integer(.bitsAllocated) ?? 0
    let stored = file.integer(.bitsStored) ?? allocated
    // One without the other maps nothing (PS3.3 C.11.1: both are required).
    var rescale: Rescale?
    if let slope = file.number(.rescaleSlope), slope != 0,
      let intercept = file.number(.rescaleIntercept)
    {
      rescale = Rescale(slope: slope, intercept: intercept)
    }
    let photometric = file.text(.photometricInterpretation) ?? "MONOCHROME2"
    if floatBits > 0 {
      self.init(
        bitsAllocated: floatBits, bitsStored: floatBits, highBit: floatBits - 1, isSigned: true,
        rescale: rescale ?? .identity, hasRescale: rescale != nil, padding: nil,
        photometricInterpretation: photometric, isReal: true,
        realPadding: Self.realPadding(file, bits: floatBits))
      return
    }
    let isSigned = file.integer(.pixelRepresentation) == 1 || isCodedSigned
    self.init(
      bitsAllocated: allocated, bitsStored: stored, highBit: file.integer(.highBit) ?? stored - 1,
      isSigned: isSigned,
      rescale: rescale ?? .identity, hasRescale: rescale != nil,
      padding: Self.padding(file, isSigned: isSigned),
      photometricInterpretation: photometric)
  }

  /// (Double) Float Pixel Padding Value to its range limit, in either order (PS3.3 C.7.5.1.1.2).
  private static func realPadding(
    _ file: borrowing DicomFile, bits: Int
  ) -> ClosedRange<Double>? {
    let isDouble = bits == 64
    let value = file.real(isDouble ? .doubleFloatPixelPaddingValue : .floatPixelPaddingValue)
    guard let value else { return nil }
    let limit = file.real(
      isDouble ? .doubleFloatPixelPaddingRangeLimit : .floatPixelPaddingRangeLimit)
    return min(value, limit ?? value)...max(value, limit ?? value)
  }

  /// What a Modality LUT Sequence makes of the values: its entries, which are modality values.
  func mapped(by table: LookupTable) -> StoredPixels {
    StoredPixels(
      bitsAllocated: table.bits > 8 ? 16 : 8, bitsStored: table.bits, highBit: table.bits - 1,
      isSigned: false, rescale: .identity, hasRescale: false, padding: nil,
      photometricInterpretation: photometricInterpretation, isMapped: true)
  }

  /// The luminance of colours of 8 bits.
  var luminance: StoredPixels {
    StoredPixels(
      bitsAllocated: 8, bitsStored: 8, highBit: 7, isSigned: false, rescale: .identity,
      hasRescale: false, padding: nil, photometricInterpretation: photometricInterpretation)
  }

  /// Pixel Padding Value to its range limit, in either order (PS3.3 C.7.5.1.1.2).
  private static func padding(
    _ file: borrowing DicomFile, isSigned: Bool
  ) -> ClosedRange<Int>? {
    guard let value = file.integer(.pixelPaddingValue) else { return nil }
    let first = asStored(value, isSigned: isSigned)
    let last = asStored(file.integer(.pixelPaddingRangeLimit) ?? value, isSigned: isSigned)
    return min(first, last)...max(first, last)
  }

  /// Implicit VR and careless writers give the 16 bits with the other sign.
  private static func asStored(_ value: Int, isSigned: Bool) -> Int {
    guard (-0x8000...0xFFFF).contains(value) else { return value }
    return isSigned
      ? Int(Int16(truncatingIfNeeded: value)) : Int(UInt16(truncatingIfNeeded: value))
  }
}
