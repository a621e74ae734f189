import ScanModel

/// Headers for tests.
enum Sample {
  /// A DICOM file of a modality.
  static func file(
    _ modality: String, _ attributes: [String: [String]] = [:], hasMetal: Bool? = nil
  ) -> FileFacts {
    FileFacts(
      format: .dicom, shape: [8, 8], attributes: attributes,
      dicom: DicomFacts(
        sopClassUID: "1.2", sopInstanceUID: "1.2.3", seriesInstanceUID: "1.2.4",
        studyInstanceUID: "1.2.5", transferSyntaxUID: "1.2.840.10008.1.2.1", modality: modality,
        rows: 8, columns: 8, hasMetal: hasMetal))
  }
}
