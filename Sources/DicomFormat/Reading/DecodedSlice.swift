/// One frame as it was decoded.
struct DecodedSlice: Sendable {
  /// Stored values, row by row; the luminance of a picture in colour.
  var storedValues: [Int32] { packed.values }
  /// The same in as few bytes as they need: all slices of a series are held at once.
  let packed: PackedValues
  /// 1 for pixels that are not to be touched besides padding; nil where there are none.
  var excluded: [UInt8]?
  /// The picture in colour; nil for a grey one.
  var colours: ColourPixels?

  /// Holds a grey frame.
  init(storedValues: [Int32], excluded: [UInt8]? = nil) {
    packed = PackedValues(storedValues)
    self.excluded = excluded
  }

  /// Holds a grey frame that is packed already.
  init(packed: PackedValues) { self.packed = packed }

  /// Holds a frame in colour.
  init(_ colours: ColourPixels, of ultrasound: ColourUltrasound, columns: Int) {
    packed = PackedValues((0..<colours.count).map(colours.luminance))
    excluded = ultrasound.untouchable(colours, columns: columns)
    self.colours = colours
  }
}
