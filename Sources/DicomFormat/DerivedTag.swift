/// A tag of the DICOM data dictionary, as far as derived objects touch it.
package struct DerivedTag: Sendable, Hashable, Comparable {
  /// Group << 16 | element.
  package let code: UInt32

  /// Creates a tag from group << 16 | element.
  package init(_ code: UInt32) { self.code = code }

  /// The group number.
  var group: UInt32 { code >> 16 }
  /// The element number.
  var element: UInt32 { code & 0xffff }
  /// Whether the tag belongs to a vendor.
  var isPrivate: Bool { group & 1 == 1 }
  /// Whether the tag reserves a block of private elements.
  var isPrivateCreator: Bool { isPrivate && (0x0010...0x00ff).contains(element) }
  /// Whether the tag is of an overlay plane, (60xx,eeee).
  var isOverlay: Bool { group & 0xff01 == 0x6000 }

  /// Orders tags as in a data set.
  package static func < (left: DerivedTag, right: DerivedTag) -> Bool { left.code < right.code }
}

extension DerivedTag {
  static let specificCharacterSet = DerivedTag(0x0008_0005)
  static let imageType = DerivedTag(0x0008_0008)
  static let instanceCreationDate = DerivedTag(0x0008_0012)
  static let instanceCreationTime = DerivedTag(0x0008_0013)
  static let instanceCreatorUID = DerivedTag(0x0008_0014)
  static let sopClassUID = DerivedTag(0x0008_0016)
  static let sopInstanceUID = DerivedTag(0x0008_0018)
  static let seriesDate = DerivedTag(0x0008_0021)
  static let contentDate = DerivedTag(0x0008_0023)
  static let seriesTime = DerivedTag(0x0008_0031)
  static let contentTime = DerivedTag(0x0008_0033)
  static let modality = DerivedTag(0x0008_0060)
  static let manufacturer = DerivedTag(0x0008_0070)
  static let institutionName = DerivedTag(0x0008_0080)
  static let institutionAddress = DerivedTag(0x0008_0081)
  static let codeValue = DerivedTag(0x0008_0100)
  static let codingSchemeDesignator = DerivedTag(0x0008_0102)
  static let codeMeaning = DerivedTag(0x0008_0104)
  static let codingSchemeUID = DerivedTag(0x0008_010c)
  static let codingSchemeIdentificationSequence = DerivedTag(0x0008_0110)
  static let codingSchemeName = DerivedTag(0x0008_0115)
  static let codingSchemeResponsibleOrganization = DerivedTag(0x0008_0116)
  static let timezoneOffsetFromUTC = DerivedTag(0x0008_0201)
  static let stationName = DerivedTag(0x0008_1010)
  static let seriesDescription = DerivedTag(0x0008_103e)
  static let institutionalDepartmentName = DerivedTag(0x0008_1040)
  static let manufacturerModelName = DerivedTag(0x0008_1090)
  static let referencedPerformedProcedureStepSequence = DerivedTag(0x0008_1111)
  static let referencedSeriesSequence = DerivedTag(0x0008_1115)
  static let referencedInstanceSequence = DerivedTag(0x0008_114a)
  static let referencedSOPClassUID = DerivedTag(0x0008_1150)
  static let referencedSOPInstanceUID = DerivedTag(0x0008_1155)
  static let derivationDescription = DerivedTag(0x0008_2111)
  static let sourceImageSequence = DerivedTag(0x0008_2112)
  static let derivationCodeSequence = DerivedTag(0x0008_9215)
  static let referencedPresentationStateSequence = DerivedTag(0x0008_9237)
  static let patientIdentityRemoved = DerivedTag(0x0012_0062)
  static let sliceThickness = DerivedTag(0x0018_0050)
  static let spacingBetweenSlices = DerivedTag(0x0018_0088)
  static let deviceSerialNumber = DerivedTag(0x0018_1000)
  static let softwareVersions = DerivedTag(0x0018_1020)
  static let imagerPixelSpacing = DerivedTag(0x0018_1164)
  static let sequenceOfUltrasoundRegions = DerivedTag(0x0018_6011)
  static let contributingEquipmentSequence = DerivedTag(0x0018_a001)
  static let contributionDateTime = DerivedTag(0x0018_a002)
  static let contributionDescription = DerivedTag(0x0018_a003)
  static let seriesInstanceUID = DerivedTag(0x0020_000e)
  static let seriesNumber = DerivedTag(0x0020_0011)
  static let instanceNumber = DerivedTag(0x0020_0013)
  static let imagePositionPatient = DerivedTag(0x0020_0032)
  static let imageOrientationPatient = DerivedTag(0x0020_0037)
  static let imagesInAcquisition = DerivedTag(0x0020_1002)
  static let sliceLocation = DerivedTag(0x0020_1041)
  static let imageComments = DerivedTag(0x0020_4000)
  static let samplesPerPixel = DerivedTag(0x0028_0002)
  static let photometricInterpretation = DerivedTag(0x0028_0004)
  static let planarConfiguration = DerivedTag(0x0028_0006)
  static let rows = DerivedTag(0x0028_0010)
  static let columns = DerivedTag(0x0028_0011)
  static let pixelSpacing = DerivedTag(0x0028_0030)
  static let bitsAllocated = DerivedTag(0x0028_0100)
  static let bitsStored = DerivedTag(0x0028_0101)
  static let highBit = DerivedTag(0x0028_0102)
  static let pixelRepresentation = DerivedTag(0x0028_0103)
  static let smallestImagePixelValue = DerivedTag(0x0028_0106)
  static let largestImagePixelValue = DerivedTag(0x0028_0107)
  static let smallestPixelValueInSeries = DerivedTag(0x0028_0108)
  static let largestPixelValueInSeries = DerivedTag(0x0028_0109)
  static let smallestImagePixelValueInPlane = DerivedTag(0x0028_0110)
  static let largestImagePixelValueInPlane = DerivedTag(0x0028_0111)
  static let pixelPaddingValue = DerivedTag(0x0028_0120)
  static let pixelPaddingRangeLimit = DerivedTag(0x0028_0121)
  static let windowCenter = DerivedTag(0x0028_1050)
  static let windowWidth = DerivedTag(0x0028_1051)
  static let rescaleIntercept = DerivedTag(0x0028_1052)
  static let rescaleSlope = DerivedTag(0x0028_1053)
  static let rescaleType = DerivedTag(0x0028_1054)
  static let spatialLocationsPreserved = DerivedTag(0x0028_135a)
  static let redPaletteDescriptor = DerivedTag(0x0028_1101)
  static let greenPaletteDescriptor = DerivedTag(0x0028_1102)
  static let bluePaletteDescriptor = DerivedTag(0x0028_1103)
  static let paletteUID = DerivedTag(0x0028_1199)
  static let redPaletteData = DerivedTag(0x0028_1201)
  static let greenPaletteData = DerivedTag(0x0028_1202)
  static let bluePaletteData = DerivedTag(0x0028_1203)
  static let lossyImageCompression = DerivedTag(0x0028_2110)
  static let lossyImageCompressionRatio = DerivedTag(0x0028_2112)
  static let lossyImageCompressionMethod = DerivedTag(0x0028_2114)
  static let modalityLUTSequence = DerivedTag(0x0028_3000)
  static let voiLUTSequence = DerivedTag(0x0028_3010)
  static let pixelDataProviderURL = DerivedTag(0x0028_7fe0)
  static let realWorldValueMappingSequence = DerivedTag(0x0040_9096)
  static let purposeOfReferenceCodeSequence = DerivedTag(0x0040_a170)
  static let numberOfSlices = DerivedTag(0x0054_0081)
  static let imageIndex = DerivedTag(0x0054_1330)
  static let iconImageSequence = DerivedTag(0x0088_0200)
  static let macParametersSequence = DerivedTag(0x4ffe_0001)
  static let extendedOffsetTable = DerivedTag(0x7fe0_0001)
  static let extendedOffsetTableLengths = DerivedTag(0x7fe0_0002)
  static let pixelData = DerivedTag(0x7fe0_0010)
  static let digitalSignaturesSequence = DerivedTag(0xfffa_fffa)
  static let dataSetTrailingPadding = DerivedTag(0xfffc_fffc)
}

extension DerivedTag {
  static let numberOfFrames = DerivedTag(0x0028_0008)
  static let sharedFunctionalGroupsSequence = DerivedTag(0x5200_9229)
  static let perFrameFunctionalGroupsSequence = DerivedTag(0x5200_9230)
  static let frameType = DerivedTag(0x0008_9007)
  static let derivationImageSequence = DerivedTag(0x0008_9124)
  static let sourceImageEvidenceSequence = DerivedTag(0x0008_9154)
  static let referencedSOPSequence = DerivedTag(0x0008_1199)
  static let referencedFrameNumber = DerivedTag(0x0008_1160)
  static let studyInstanceUID = DerivedTag(0x0020_000d)
  static let frameVOILUTSequence = DerivedTag(0x0028_9132)
  static let pixelValueTransformationSequence = DerivedTag(0x0028_9145)
  static let contentQualification = DerivedTag(0x0018_9004)
  static let concatenationUID = DerivedTag(0x0020_9161)
  static let sopInstanceUIDOfConcatenationSource = DerivedTag(0x0020_0242)
}
