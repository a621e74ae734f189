/// Which attributes identify a person, or are free text in which people write names, so that their
/// values stay out of words for people.
///
/// - SeeAlso: DICOM PS3.15, table E.1-1.
enum IdentifyingKeywords {
  private static let harmless: Set<String> = [
    "PatientPosition", "PatientSex", "PatientAge", "PatientSize", "PatientWeight",
    "PatientOrientation", "PatientBodyMassIndex", "PatientSpeciesDescription",
    "ImageOrientationPatient", "ImagePositionPatient", "ManufacturerModelName", "SequenceName",
    "PulseSequenceName", "TaskName", "FilterMaterialName",
  ]

  private static let telling = [
    "Patient", "Name", "Address", "AccessionNumber", "BirthDate", "BirthTime", "Telephone",
    "Telecom", "Person", "AdmissionID", "IssuerOf", "Comments", "MilitaryRank", "Occupation",
    "History", "Insurance", "Description", "Institution", "Physician", "Operator", "Date",
    "Requested", "Reason", "Location", "SerialNumber", "StudyID", "Diagnoses", "Allergies",
  ]

  /// Whether the values of an attribute are to be kept from reports and logs.
  static func contains(_ keyword: String) -> Bool {
    !harmless.contains(keyword) && telling.contains { keyword.contains($0) }
  }
}
