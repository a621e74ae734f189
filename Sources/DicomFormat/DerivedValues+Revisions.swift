import ScanModel

/// What a result says of the earlier one that it supersedes.
extension DerivedValues {
  /// Names the superseded series among those that have to do with this one.
  static func supersededSeries(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    guard let series = context.identity.supersededSeriesInstanceUID else { return .keep }
    let related = try item.append(to: .relatedSeriesSequence)
    try related.put(.studyInstanceUID, context.facts.studyInstanceUID)
    try related.put(.seriesInstanceUID, series)
    try DerivedCode.superseded.put(into: related.append(to: .purposeOfReferenceCodeSequence))
    return .edited
  }

  /// The end of a derivation's description; empty for a first result.
  static func revisionNote(_ derivation: Derivation) -> String {
    derivation.revision > 1
      ? "; revision \(derivation.revision), made anew with images that came late" : ""
  }
}
