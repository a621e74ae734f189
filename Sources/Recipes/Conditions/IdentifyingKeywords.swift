/// Which attributes identify a person, so that their values stay out of words for people.
enum IdentifyingKeywords {
  private static let harmless: Set<String> = [
    "PatientPosition", "PatientSex", "PatientAge", "PatientSize", "PatientWeight",
    "PatientOrientation", "PatientBodyMassIndex", "PatientSpeciesDescription",
    "ImageOrientationPatient", "ImagePositionPatient", "ManufacturerModelName", "SequenceName",
    "StationName", "ProtocolName", "PulseSequenceName", "TaskName", "FilterMaterialName",
  ]

  private static let telling = [
    "Patient", "Name", "Address", "AccessionNumber", "BirthDate", "BirthTime", "Telephone",
    "Telecom", "Person", "AdmissionID", "IssuerOf", "Comments", "MilitaryRank", "Occupation",
    "History", "Insurance",
  ]

  /// Whether the values of an attribute are to be kept from reports and logs.
  static func contains(_ keyword: String) -> Bool {
    !harmless.contains(keyword) && telling.contains { keyword.contains($0) }
  }
}
