/// The modalities that the rules and defaults speak of, by their code in Modality (0008,0060).
enum Modality {
  /// Projection X-ray: computed, digital, mammography.
  static let projectionXRay = ["CR", "DX", "MG"]
  /// Counts of decays.
  static let nuclear = ["PT", "NM"]
  /// Echoes: from outside, and from inside a vessel.
  static let ultrasound = ["US", "IVUS"]
  /// Codes of images that a pattern in `when` may mean.
  static let imaging = [
    "CT", "MR", "CR", "DX", "MG", "US", "PT", "NM", "XA", "RF", "IVUS", "IO", "PX", "OPT", "OCT",
  ]

  /// The same value for each of several modalities.
  static func each(
    _ modalities: [String], _ value: ParameterValue
  ) -> [String: ParameterValue] {
    Dictionary(uniqueKeysWithValues: modalities.map { ($0, value) })
  }
}
