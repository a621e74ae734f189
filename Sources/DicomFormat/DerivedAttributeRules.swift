import VolumeModel

/// What becomes of every attribute that a derived instance does not simply inherit.
///
/// Applied in order, so a rule sees what the rules above it left: the Contributing Equipment
/// Sequence takes the scanner's name before General Equipment may lose it. Overlays and private
/// attributes, which have no single tag, follow `DerivedOverlays` and `DerivedPrivateAttributes`.
package enum DerivedAttributeRules {
  /// All rules in the order in which they are applied.
  package static let all: [DerivedAttributeRule] =
    identity + description + enhanced + references + equipment + pixels + palettes + display
    + geometry + dropped

  private typealias Rule = DerivedAttributeRule
  private typealias Value = DerivedValues

  private static let identity: [DerivedAttributeRule] = [
    Rule(.sopInstanceUID, .set, "other pixels make another instance (C.7.6.1.1.2)") {
      (context, _) in .put(context.identity.sopInstanceUIDs[context.plane.index])
    },
    Rule(.seriesInstanceUID, .set, "derived images make a series of their own") {
      (context, _) in .put(context.identity.seriesInstanceUID)
    },
    Rule(
      .seriesNumber, .changed, "source × 1000 + k, unique in the study", Value.seriesNumber),
    Rule(
      .instanceNumber, .changed, when: "the grid changes", "planes no longer pair with sources",
      Value.instanceNumber),
    Rule(.instanceCreationDate, .set, "when the instance was made (C.12.1)") {
      (context, _) in .put(context.moment.date)
    },
    Rule(.instanceCreationTime, .set, "when the instance was made (C.12.1)") {
      (context, _) in .put(context.moment.time)
    },
    Rule(.instanceCreatorUID, .set, "who made the instance (C.12.1)") {
      (_, _) in .put(DerivedDataset.implementationClassUID)
    },
    Rule(.contentDate, .set, "when the pixels were made (C.7.6.1)") {
      (context, _) in .put(context.moment.date)
    },
    Rule(.contentTime, .set, "when the pixels were made (C.7.6.1)") {
      (context, _) in .put(context.moment.time)
    },
    Rule(
      .seriesDate, .set, when: "not PET or NM",
      "when the series was made; in PET and NM the reference of the decay correction (C.8.9.1)"
    ) { (context, _) in
      context.imageClass.seriesTimeIsReference ? .keep : .put(context.moment.date)
    },
    Rule(
      .seriesTime, .set, when: "not PET or NM",
      "when the series was made; in PET and NM the reference of the decay correction (C.8.9.1)"
    ) { (context, _) in
      context.imageClass.seriesTimeIsReference ? .keep : .put(context.moment.time)
    },
  ]

  private static let description: [DerivedAttributeRule] = [
    Rule(
      .seriesDescription, .appended, "the steps in brackets, and which revision it is",
      Value.seriesDescription),
    Rule(.imageType, .changed, "value 1 DERIVED, value 2 by class (C.7.6.1.1.2)", Value.imageType),
    Rule(
      .derivationDescription, .appended, when: "without functional groups",
      "tool, version, recipe, steps (C.7.6.1.1.3)", Value.derivationDescription),
    Rule(
      .derivationCodeSequence, .appended, when: "without functional groups",
      "one code a step (CID 7203, 99RESTORAD)"
    ) { (context, item) throws(DicomError) in
      guard context.groups == nil else { return .keep }
      return try Value.derivationCodes(context, item)
    },
    Rule(
      .codingSchemeIdentificationSequence, .appended, when: "a step has a private code",
      "a private scheme must be declared (C.12.1)", Value.codingScheme),
    Rule(.imageComments, .appended, when: "a comment is configured", "a word to readers") {
      (context, item) in Value.imageComments(context, item)
    },
  ]

  private static let enhanced: [DerivedAttributeRule] = [
    Rule(
      .contentQualification, .changed, when: "present in a multi-frame object",
      "RESEARCH until a site has validated (C.8.13.2.1.1)"
    ) { (context, item) in
      context.groups != nil && item.has(.contentQualification) ? .put("RESEARCH") : .keep
    },
    Rule(
      .concatenationUID, .changed, when: "present", "the results are parts of another whole",
      Value.concatenation),
    Rule(
      .sopInstanceUIDOfConcatenationSource, .changed, when: "present",
      "the results are parts of another whole", Value.concatenationSource),
    Rule(
      .sourceImageEvidenceSequence, .appended, when: "there are functional groups",
      "every object that frames refer to (C.8.13.2)", Value.sourceEvidence),
  ]

  private static let references: [DerivedAttributeRule] = [
    Rule(
      .sourceImageSequence, .set, when: "without functional groups",
      "the instances whose voxels it was made of (C.7.6.1.1.4)", Value.sourceImages),
    Rule(
      .referencedSeriesSequence, .appended, "where the sources are (C.12.2)",
      Value.referencedSeries),
    Rule(
      .relatedSeriesSequence, .appended, when: "it supersedes an earlier result",
      "the series that is superseded (C.7.3.1)", Value.supersededSeries),
  ]

  private static let equipment: [DerivedAttributeRule] = [
    Rule(
      .contributingEquipmentSequence, .appended, "scanner and Restorad (C.12.1.1.5)",
      Value.contributingEquipment),
    Rule(.manufacturer, .set, when: "equipment is standard", "who made the instance (C.7.5.1)") {
      (context, _) in Value.ownEquipment(context, "Restorad")
    },
    Rule(
      .manufacturerModelName, .set, when: "equipment is standard",
      "who made the instance (C.7.5.1)"
    ) { (context, _) in Value.ownEquipment(context, "restorad") },
    Rule(
      .softwareVersions, .set, when: "equipment is standard", "who made the instance (C.7.5.1)"
    ) { (context, _) in Value.ownEquipment(context, context.derivation.version) },
    Rule(
      .deviceSerialNumber, .set, when: "equipment is standard", "who made the instance (C.7.5.1)",
      Value.deviceSerialNumber),
    .removed(
      .stationName, when: "equipment is standard",
      "names the scanner, and it stands in the sequence"
    ) { $0.derivation.equipment == .standard },
  ]

  private static let pixels: [DerivedAttributeRule] = [
    Rule(.samplesPerPixel, .changed, when: "a palette was resolved", "what is stored (C.7.6.3)") {
      (context, _) in context.isColour ? .put("3") : .keep
    },
    Rule(
      .photometricInterpretation, .changed, when: "colours were decoded or a palette resolved",
      "RGB, as uncompressed colours of ultrasound have to be (C.8.5.6.1.2)"
    ) { (context, _) in context.colours == nil ? .keep : .put("RGB") },
    Rule(
      .planarConfiguration, .changed, when: "an image is in colour",
      "pixel after pixel (C.7.6.3.1.3)"
    ) { (context, _) in context.isColour ? .put("0") : .keep },
    Rule(.bitsAllocated, .changed, when: "pixels were packed in 12 bits", "whole words (C.7.6.3)") {
      (context, _) in Value.bits(context, \.bitsAllocated)
    },
    Rule(.bitsStored, .changed, when: "values need more bits", "what is stored (C.7.6.3)") {
      (context, _) in Value.bits(context, \.bitsStored)
    },
    Rule(.highBit, .changed, when: "values need more bits", "what is stored (C.7.6.3)") {
      (context, _) in Value.bits(context, \.highBit)
    },
    Rule(
      .pixelRepresentation, .changed, when: "values need a sign", "what is stored (C.7.6.3)"
    ) { (context, _) in
      Value.bits(context) { $0.isSigned ? 1 : 0 }
    },
    Rule(.rescaleIntercept, .changed, when: "values do not fit", "a new rescale (C.11.1)") {
      (context, _) in context.groups == nil ? Value.rescale(context, \.intercept) : .keep
    },
    Rule(.rescaleSlope, .changed, when: "values do not fit", "a new rescale (C.11.1)") {
      (context, _) in context.groups == nil ? Value.rescale(context, \.slope) : .keep
    },
    Rule(
      .rescaleType, .changed,
      when: "a CT leaves HU, or is in HU and does not say so, or a rescale is added",
      "US says that the unit is unspecified (C.11.1.1.2)"
    ) { (context, item) in context.groups == nil ? Value.rescaleType(context, item) : .keep },
    Rule(
      .pixelPaddingValue, .changed, when: "its VR has the wrong sign", "it follows the pixels'"
    ) { (context, item) in Value.padding(.pixelPaddingValue, context, item) },
    Rule(
      .pixelPaddingRangeLimit, .changed, when: "its VR has the wrong sign", "it follows the pixels'"
    ) { (context, item) in Value.padding(.pixelPaddingRangeLimit, context, item) },
    Rule(
      .smallestImagePixelValue, .changed, when: "present and pixels changed", "recomputed"
    ) { (context, item) in
      Value.extreme(.smallestImagePixelValue, context, item, context.values.range?.lowerBound)
    },
    Rule(
      .largestImagePixelValue, .changed, when: "present and pixels changed", "recomputed"
    ) { (context, item) in
      Value.extreme(.largestImagePixelValue, context, item, context.values.range?.upperBound)
    },
    .removed(.smallestPixelValueInSeries, "optional, and may no longer be true"),
    .removed(.largestPixelValueInSeries, "optional, and may no longer be true"),
    .removed(.smallestImagePixelValueInPlane, "retired, and may no longer be true"),
    .removed(.largestImagePixelValueInPlane, "retired, and may no longer be true"),
    .removed(
      .modalityLUTSequence, when: "present", "stored are the values that it gives"
    ) { $0.sourcePixels.isMapped || !$0.keepsScale },
    .removed(
      .realWorldValueMappingSequence, when: "stored values change their meaning",
      "bound to the old values"
    ) { !$0.keepsScale },
    Rule(
      .lossyImageCompression, .changed, when: "the source's transfer syntax is lossy",
      "once lossy, lossy for ever (C.7.6.1.1.5)"
    ) { (context, item) in DerivedLoss.flag(context, item) },
    Rule(
      .lossyImageCompressionRatio, .appended, when: "the source's transfer syntax is lossy",
      "kept, or computed where missing (C.7.6.1.1.5)"
    ) { (context, item) in DerivedLoss.ratio(context, item) },
    Rule(
      .lossyImageCompressionMethod, .appended, when: "the source's transfer syntax is lossy",
      "kept, or added where missing (C.7.6.1.1.5)"
    ) { (context, item) in DerivedLoss.method(context, item) },
  ]

  private static let display: [DerivedAttributeRule] = [
    Rule(
      .windowCenter, .changed, when: "the value range changes", "mapped like the percentiles",
      Value.windowCenter),
    Rule(
      .windowWidth, .changed, when: "the value range changes", "mapped like the percentiles",
      Value.windowWidth),
    .removed(
      .voiLUTSequence, when: "the value range changes", "bound to the old values (C.11.2)"
    ) { $0.window != nil },
  ]

  private static let palettes: [DerivedAttributeRule] = [
    .redPaletteDescriptor, .greenPaletteDescriptor, .bluePaletteDescriptor, .paletteUID,
    .redPaletteData, .greenPaletteData, .bluePaletteData,
  ].map { tag in
    .removed(tag, when: "a palette was resolved", "its colours are stored") { $0.isColour }
  }

  private static let geometry: [DerivedAttributeRule] = DerivedGeometryRules.all

  private static let dropped: [DerivedAttributeRule] = [
    .removed(.iconImageSequence, "shows the old pixels"),
    .removed(.digitalSignaturesSequence, "signs the old data set"),
    .removed(.macParametersSequence, "signs the old data set"),
    .removed(.referencedPresentationStateSequence, "made for the old pixels"),
    .removed(.referencedPerformedProcedureStepSequence, "that step made the source series"),
    .removed(.pixelDataProviderURL, "points to the old pixels"),
    .removed(.extendedOffsetTable, "results are not encapsulated in its way"),
    .removed(.extendedOffsetTableLengths, "results are not encapsulated in its way"),
    .removed(.dataSetTrailingPadding, "no meaning"),
  ]
}
