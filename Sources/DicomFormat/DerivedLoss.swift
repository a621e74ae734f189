import ScanModel

/// What a result says of lossy compression in its source's past.
enum DerivedLoss {
  /// A transfer syntax that loses, and what Lossy Image Compression Method (C.7.6.1.1.5.1) calls it.
  private static let methods = [
    "1.2.840.10008.1.2.4.50": "ISO_10918_1", "1.2.840.10008.1.2.4.51": "ISO_10918_1",
    "1.2.840.10008.1.2.4.53": "ISO_10918_1", "1.2.840.10008.1.2.4.55": "ISO_10918_1",
    "1.2.840.10008.1.2.4.81": "ISO_14495_1",
  ]
  /// Transfer syntaxes that may or may not lose: the source's own flag decides.
  private static let possibleMethods = [
    "1.2.840.10008.1.2.4.91": "ISO_15444_1", "1.2.840.10008.1.2.4.203": "ISO_15444_15",
  ]

  /// `01` for ever after a loss.
  static func flag(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    let syntax = context.facts.transferSyntaxUID
    let isUnknown = item.text(.lossyImageCompression) == nil
    let lost = methods[syntax] != nil || (possibleMethods[syntax] != nil && isUnknown)
    return lost ? .put("01") : .keep
  }

  /// The ratio of the source's own compression, where none is stated.
  static func ratio(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard loses(context, item), item.text(.lossyImageCompressionRatio) == nil,
      context.encapsulatedLength > 0
    else { return .keep }
    let plain =
      context.facts.rows * context.facts.columns * context.facts.frames * (context.isColour ? 3 : 1)
      * ((context.sourcePixels.bitsStored + 7) / 8)
    let ratio = Double(plain) / Double(context.encapsulatedLength)
    return .put(DerivedDecimal.text((ratio * 100).rounded() / 100))
  }

  /// The method of the source's own compression, where none is stated.
  static func method(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    let syntax = context.facts.transferSyntaxUID
    guard loses(context, item), item.text(.lossyImageCompressionMethod) == nil,
      let method = methods[syntax] ?? possibleMethods[syntax]
    else { return .keep }
    return .put(method)
  }

  /// Whether the source's transfer syntax has lost something; asked after the flag was set.
  private static func loses(_ context: DerivedContext, _ item: DerivedItem) -> Bool {
    let syntax = context.facts.transferSyntaxUID
    return methods[syntax] != nil
      || (possibleMethods[syntax] != nil && item.text(.lossyImageCompression) == "01")
  }
}
