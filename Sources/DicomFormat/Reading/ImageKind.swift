/// What an image or a frame is by its Image Type, as far as it bars a restoration.
enum ImageKind {
  private static let localizers = ["LOCALIZER", "SCOUT", "TOPOGRAM", "SURVEY"]

  private static let screens = [
    "SCREEN SAVE", "SCREEN_SAVE", "SCREENSAVE", "SCREENSHOT", "DOSE_INFO", "DOSE",
  ]

  private static let signedMaps = [
    "P", "PHASE", "PHASE MAP", "PHASE_MAP", "VELOCITY", "VELOCITY MAP", "VELOCITY_MAP",
    "FIELD MAP", "FIELD_MAP", "B0 MAP", "B0_MAP",
  ]

  /// Why an image of this type is never filtered; nil for one that may be.
  ///
  /// - Parameters:
  ///   - imageType: Its values, in capitals.
  ///   - component: Complex Image Component of an MR; nil where it is not said.
  ///   - modality: Phases are no magnitudes in MR only.
  /// - Returns: A sentence for people.
  static func reasonToSkip(
    _ imageType: [String], component: String? = nil, modality: String
  ) -> String? {
    if let kind = imageType.first(where: localizers.contains) {
      return "The image is a localizer (Image Type says \(kind))."
    }
    if let kind = imageType.first(where: screens.contains) {
      return "The image is a picture of a screen (Image Type says \(kind))."
    }
    guard modality == "MR" else { return nil }
    if let kind = imageType.dropFirst().first(where: signedMaps.contains) {
      return "The image is a phase or field map, no magnitude (Image Type says \(kind))."
    }
    if let component, ["PHASE", "REAL", "IMAGINARY"].contains(component.uppercased()) {
      return "The image is no magnitude (Complex Image Component says \(component.uppercased()))."
    }
    return nil
  }

  /// Why one frame among others is carried over as it is.
  static func reasonToCarry(
    _ frameType: [String], component: String?, modality: String
  ) -> String? { reasonToSkip(frameType, component: component, modality: modality) }
}
