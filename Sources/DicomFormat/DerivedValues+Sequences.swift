/// The sequences that say where a derived instance comes from.
extension DerivedValues {
  static func derivationCodes(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    for step in context.derivation.steps {
      try DerivedCode.step(step).put(into: item.append(to: .derivationCodeSequence))
    }
    return context.derivation.steps.isEmpty ? .keep : .edited
  }

  static func codingScheme(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    let codes =
      context.groups == nil
      ? context.derivation.steps.map(DerivedCode.step) : DerivedCode.all(context.derivation)
    let isNeeded =
      codes.contains { $0.scheme == DerivedCode.privateScheme }
      || context.identity.supersededSeriesInstanceUID != nil
    let isDeclared = item.items(.codingSchemeIdentificationSequence).contains {
      $0.text(.codingSchemeDesignator) == DerivedCode.privateScheme
    }
    guard isNeeded, !isDeclared else { return .keep }
    let scheme = try item.append(to: .codingSchemeIdentificationSequence)
    try scheme.put(.codingSchemeDesignator, DerivedCode.privateScheme)
    try scheme.put(.codingSchemeUID, DerivedCode.privateSchemeUID)
    try scheme.put(.codingSchemeName, "Restorad processing steps")
    try scheme.put(.codingSchemeResponsibleOrganization, "Restorad")
    return .edited
  }

  static func sourceImages(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    guard context.groups == nil else { return .keep }
    item.remove(.sourceImageSequence)
    for source in context.sources {
      let reference = try item.append(to: .sourceImageSequence)
      try put(source, into: reference)
      try reference.put(
        .spatialLocationsPreserved, context.locationsPreserved ? "YES" : "NO")
      try DerivedCode.sourceImage.put(
        into: reference.append(to: .purposeOfReferenceCodeSequence))
    }
    return .edited
  }

  static func referencedSeries(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    let uid = context.identity.sourceSeriesInstanceUID
    let standing = item.items(.referencedSeriesSequence).first {
      $0.text(.seriesInstanceUID) == uid
    }
    let series: DerivedItem
    if let standing {
      series = standing
    } else {
      series = try item.append(to: .referencedSeriesSequence)
      try series.put(.seriesInstanceUID, uid)
    }
    let known = Set(
      series.items(.referencedInstanceSequence).compactMap { $0.text(.referencedSOPInstanceUID) })
    for source in context.sources where !known.contains(source.sopInstanceUID) {
      try put(source, into: series.append(to: .referencedInstanceSequence))
    }
    return .edited
  }

  static func put(
    _ source: DerivedIdentity.Reference, into item: DerivedItem
  ) throws(DicomError) {
    try item.put(.referencedSOPClassUID, source.sopClassUID)
    try item.put(.referencedSOPInstanceUID, source.sopInstanceUID)
  }

  /// Appends Restorad, and the scanner if it is not there yet.
  ///
  /// Where General Equipment keeps naming the scanner, the scanner comes last: dcm2niix (seen in
  /// v1.0.20220720) looks into sequences and takes the last model, serial number and version.
  static func contributingEquipment(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) -> DerivedEdit {
    let scannerFirst = context.derivation.equipment == .standard
    if scannerFirst { try appendScanner(item) }
    try appendRestorad(context, item)
    if !scannerFirst { try appendScanner(item) }
    return .edited
  }

  private static func appendScanner(_ item: DerivedItem) throws(DicomError) {
    let purposes = item.items(.contributingEquipmentSequence).flatMap {
      $0.items(.purposeOfReferenceCodeSequence)
    }
    // Manufacturer is type 1 in an item, and no other name may be made up.
    guard item.text(.manufacturer) != nil,
      !purposes.contains(where: {
        $0.text(.codeValue) == DerivedCode.acquisitionEquipment.value
      })
    else { return }
    let scanner = try item.append(to: .contributingEquipmentSequence)
    try DerivedCode.acquisitionEquipment.put(
      into: scanner.append(to: .purposeOfReferenceCodeSequence))
    let tags: [DerivedTag] = [
      .manufacturer, .institutionName, .institutionAddress, .stationName,
      .institutionalDepartmentName, .manufacturerModelName, .deviceSerialNumber,
      .softwareVersions,
    ]
    for tag in tags where item.bytes(tag).map({ !$0.isEmpty }) ?? false {
      try item.copy(tag, to: scanner)
    }
  }

  private static func appendRestorad(
    _ context: DerivedContext, _ item: DerivedItem
  ) throws(DicomError) {
    let derivation = context.derivation
    let own = try item.append(to: .contributingEquipmentSequence)
    try DerivedCode.processingEquipment.put(into: own.append(to: .purposeOfReferenceCodeSequence))
    try own.put(.manufacturer, "Restorad")
    try own.put(.manufacturerModelName, "restorad")
    try own.put(.softwareVersions, String(DerivedText.ascii(derivation.version).prefix(64)))
    // A de-identified input must not learn where it was processed.
    if item.text(.patientIdentityRemoved) != "YES", !derivation.deviceID.isEmpty {
      try own.put(
        .deviceSerialNumber, String(DerivedText.ascii(derivation.deviceID).prefix(64)))
    }
    try own.put(.contributionDateTime, context.moment.dateTime)
    try own.put(
      .contributionDescription,
      description(derivation, leavesHounsfield: context.leavesHounsfield))
  }
}
