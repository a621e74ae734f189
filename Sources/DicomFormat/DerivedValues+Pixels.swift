import VolumeModel

/// The attributes that say how pixels are stored and shown.
extension DerivedValues {
  /// Bits or sign.
  ///
  /// Put even where the result stores its values as they were read: what was read need not be what
  /// the header says.
  static func bits(
    _ context: DerivedContext, _ field: (StoredPixels) -> Int
  ) -> DerivedEdit {
    // Floating-point pixel data have no such attributes (C.7.6.24.1, C.7.6.25.1).
    context.target.isReal ? .keep : .put(String(field(context.target)), vr: "US")
  }

  static func rescale(_ context: DerivedContext, _ field: (Rescale) -> Double) -> DerivedEdit {
    context.target.rescale == context.sourcePixels.rescale
      ? .keep : .put(DerivedDecimal.text(field(context.target.rescale)))
  }

  static func rescaleType(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    if context.leavesHounsfield { return .put("US") }
    // The source says it by being ORIGINAL, which the result is no longer.
    if context.isHounsfield, item.text(.rescaleType) == nil { return .put("HU") }
    let isAdded = !context.sourcePixels.hasRescale && context.target.hasRescale
    return isAdded && item.text(.rescaleType) == nil ? .put("US") : .keep
  }

  /// Padding keeps its value; only its VR follows the sign.
  ///
  /// A value that the sign cannot express was met by no pixel, and goes. The VR of the source may
  /// be the wrong one: of a value of unknown VR the toolkit takes 16 bits without a sign.
  static func padding(
    _ tag: DerivedTag, _ context: DerivedContext, _ item: DerivedItem
  ) -> DerivedEdit {
    if context.target.isReal { return .keep }
    // Beside values from a table, what padding was before it means nothing.
    if context.sourcePixels.isMapped { return .remove }
    let vr = signVR(context)
    guard item.vr(tag) != vr, let text = item.text(tag) else { return .keep }
    guard let value = Int(text) else { return .remove }
    let bits = UInt16(truncatingIfNeeded: value)
    let meant = context.sourcePixels.isSigned ? Int(Int16(bitPattern: bits)) : Int(bits)
    let isPossible = context.target.storedRange.contains(Double(meant))
    return isPossible ? .put(String(meant), vr: vr) : .remove
  }

  /// The VR of values that are like stored ones.
  private static func signVR(_ context: DerivedContext) -> String {
    context.target.isSigned ? "SS" : "US"
  }

  static func extreme(
    _ tag: DerivedTag, _ context: DerivedContext, _ item: DerivedItem, _ value: Int?
  ) -> DerivedEdit {
    let isStale = context.values.isChanged || item.vr(tag) != signVR(context)
    guard item.has(tag), isStale else { return .keep }
    guard let value, !context.target.isReal, context.target.bitsStored <= 16 else { return .remove }
    return .put(String(value), vr: signVR(context))
  }

  static func windowCenter(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard let window = context.window else { return .keep }
    if let centers = item.numbers(.windowCenter) {
      return .put(
        centers.map { DerivedDecimal.text(window.slope * $0 + window.intercept) }
          .joined(separator: "\\"))
    }
    return item.has(.voiLUTSequence) ? .put(DerivedDecimal.text(window.center)) : .keep
  }

  static func windowWidth(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard let window = context.window else { return .keep }
    if let widths = item.numbers(.windowWidth) {
      // At least 1 for the function LINEAR (C.11.2.1.2.1); other functions have had less before.
      return .put(
        widths.map { DerivedDecimal.text(max(window.slope * $0, min($0, 1))) }
          .joined(separator: "\\"))
    }
    return item.has(.voiLUTSequence) ? .put(DerivedDecimal.text(window.width)) : .keep
  }
}
