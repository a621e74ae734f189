import ScanModel

/// What multi-frame objects say of where they come from.
extension DerivedValues {
  /// Another concatenation's UID, the same for all its parts.
  static func concatenation(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard let uid = item.text(.concatenationUID) else { return .keep }
    return .put(context.identity.uid(of: "concatenation", uid))
  }

  /// The whole of which the parts are, which nobody has made.
  static func concatenationSource(_ context: DerivedContext, _ item: DerivedItem) -> DerivedEdit {
    guard let uid = item.text(.sopInstanceUIDOfConcatenationSource) else { return .keep }
    return .put(context.identity.uid(of: "concatenation source", uid))
  }

  /// Every object that the frames' derivations refer to.
  static func sourceEvidence(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    guard context.groups != nil else { return .keep }
    let study = try item.append(to: .sourceImageEvidenceSequence)
    try study.put(.studyInstanceUID, context.facts.studyInstanceUID)
    let series = try study.append(to: .referencedSeriesSequence)
    try series.put(.seriesInstanceUID, context.identity.sourceSeriesInstanceUID)
    for source in context.sources {
      try put(source, into: series.append(to: .referencedSOPSequence))
    }
    return .edited
  }

  /// Writes where a frame comes from into an item of its Derivation Image Sequence.
  ///
  /// - Parameters:
  ///   - item: The item.
  ///   - origins: Every object that was used, with the numbers of its frames.
  ///   - context: What was done.
  /// - Throws: `DicomError` where the item cannot be changed.
  static func derivationImage(
    _ item: DerivedItem, origins: [DerivedOrigin], _ context: DerivedContext
  ) throws(DicomError) {
    try item.put(
      .derivationDescription,
      description(context.derivation, leavesHounsfield: context.leavesHounsfield))
    for code in DerivedCode.all(context.derivation) {
      try code.put(into: item.append(to: .derivationCodeSequence))
    }
    for origin in origins {
      let reference = try item.append(to: .sourceImageSequence)
      try put(origin.object, into: reference)
      if let frames = origin.frames {
        try reference.put(
          .referencedFrameNumber, frames.map { String($0 + 1) }.joined(separator: "\\"))
      }
      try reference.put(.spatialLocationsPreserved, context.locationsPreserved ? "YES" : "NO")
      try DerivedCode.sourceImage.put(
        into: reference.append(to: .purposeOfReferenceCodeSequence))
    }
  }
}
