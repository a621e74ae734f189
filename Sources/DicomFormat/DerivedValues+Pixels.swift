import VolumeModel

/// The attributes that say how pixels are stored and shown.
extension DerivedValues {
  /// Bits or sign, where they are not the source's.
  static func bits(
    _ context: DerivedContext, _ field: (StoredPixels) -> Int
  ) -> DerivedEdit {
    field(context.target) == field(context.sourcePixels)
      ? .keep : .put(String(field(context.target)), vr: "US")
  }

  static func rescale(_ context: DerivedContext, _ field: (Rescale) -> Double) -> DerivedEdit {
    context.target.rescale == context.sourcePixels.rescale
      ? .keep : .put(DerivedDecimal.text(field(context.target.rescale)))
  }

  static func rescaleType(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    if context.leavesHounsfield { return .put("US") }
    let isAdded = !context.sourcePixels.hasRescale && context.target.hasRescale
    return isAdded && item.text(.rescaleType) == nil ? .put("US") : .keep
  }

  /// Padding keeps its value; only its VR follows the sign.
  ///
  /// A value that the sign cannot express was met by no pixel, and goes.
  static func padding(
    _ tag: DerivedTag, _ context: DerivedContext, _ item: DerivedItem
  ) -> DerivedEdit {
    guard context.target.isSigned != context.sourcePixels.isSigned, let text = item.text(tag)
    else { return .keep }
    guard let value = Int(text), context.target.storedRange.contains(Double(value)) else {
      return .remove
    }
    return .put(String(value), vr: context.target.isSigned ? "SS" : "US")
  }

  static func extreme(
    _ tag: DerivedTag, _ context: DerivedContext, _ item: DerivedItem, _ value: Int?
  ) -> DerivedEdit {
    guard item.has(tag), context.values.isChanged else { return .keep }
    guard let value else { return .remove }
    return .put(String(value), vr: context.target.isSigned ? "SS" : "US")
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
      // At least 1 for the function LINEAR (C.11.2.1.2.1).
      return .put(
        widths.map { DerivedDecimal.text(max(window.slope * $0, 1)) }.joined(separator: "\\"))
    }
    return item.has(.voiLUTSequence) ? .put(DerivedDecimal.text(window.width)) : .keep
  }
}
