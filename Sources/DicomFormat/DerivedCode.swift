/// A coded concept: code, scheme, meaning.
struct DerivedCode: Sendable, Equatable {
  var value: String
  var scheme: String
  var meaning: String

  /// The private scheme for steps that CID 7203 has no code for.
  static let privateScheme = "99RESTORAD"
  /// The private scheme's UID; never to change.
  static let privateSchemeUID = "2.25.314909424339952532896237334306104121030"

  static let sourceImage = DerivedCode(
    value: "121322", scheme: "DCM", meaning: "Source image for image processing operation")
  static let acquisitionEquipment = DerivedCode(
    value: "109101", scheme: "DCM", meaning: "Acquisition Equipment")
  static let processingEquipment = DerivedCode(
    value: "109102", scheme: "DCM", meaning: "Processing Equipment")
  static let smoothing = DerivedCode(value: "113087", scheme: "DCM", meaning: "Smoothing")
  static let spatialResampling = DerivedCode(
    value: "113085", scheme: "DCM", meaning: "Spatial resampling")

  /// What an empty recipe does; a frame's derivation has to have a code.
  static let identity = DerivedCode(
    value: "IDENTITY", scheme: privateScheme, meaning: "Copy without a change of pixels")

  /// Why a result refers to an earlier one of its series; CID 7210 has no such code.
  static let superseded = DerivedCode(
    value: "SUPERSEDED", scheme: privateScheme,
    meaning: "Earlier result that lacked images of the series")

  /// What the steps that have no DICOM code do, in words; others are called by their name.
  static let meanings = [
    "n4": "Bias field correction",
    "mar": "Metal artifact reduction",
    "clahe": "Contrast limited adaptive histogram equalization",
    "motion": "Motion correction",
    "gibbs": "Gibbs ringing reduction",
    "gridlines": "Grid line suppression",
    "rings": "Ring artifact reduction",
    "mppca": "Noise reduction by principal components",
  ]

  /// The code of a step.
  static func step(_ step: Derivation.Step) -> DerivedCode {
    switch step.kind {
    case .smoothing: return smoothing
    case .spatialResampling: return spatialResampling
    case .other:
      let name = DerivedText.ascii(step.name)
      return DerivedCode(
        value: String(name.uppercased().prefix(16)), scheme: privateScheme,
        meaning: String((meanings[step.name] ?? name).prefix(64)))
    }
  }

  /// The codes of a derivation, one a step and at least one.
  static func all(_ derivation: Derivation) -> [DerivedCode] {
    derivation.steps.isEmpty ? [identity] : derivation.steps.map(step)
  }

  /// Writes the code into an item of a code sequence.
  func put(into item: DerivedItem) throws(DicomError) {
    try item.put(.codeValue, value)
    try item.put(.codingSchemeDesignator, scheme)
    try item.put(.codeMeaning, meaning)
  }
}
