/// What a storage class allows and demands of a derived image (PS3.3, annexes A and C.8).
struct DerivedImageClass: Sendable, Equatable {
  /// Whether Rescale Slope and Intercept may be chosen anew.
  enum RescalePolicy: Sendable {
    /// Part of the class.
    case free
    /// Slope by slice; the intercept must be 0 (PET, C.8.9.4).
    case slopeOnly
    /// No part of the class; better than a clipped value, and worth a warning.
    case lastResort
    /// Slope 1 and intercept 0 are the only legal values (C.8.11.3).
    case fixed
  }

  /// Whether Rescale Slope and Intercept may be chosen anew.
  var rescale: RescalePolicy
  /// Whether Pixel Representation may be 1.
  var allowsSigned: Bool
  /// Whether Bits Stored may grow to Bits Allocated.
  var allowsWidening: Bool
  /// Whether value 2 of Image Type must be PRIMARY.
  var demandsPrimary: Bool
  /// Whether value 4 and later of Image Type are the maker's own.
  var allowsOwnImageType: Bool
  /// Whether Series Date and Time are the reference of the decay correction (C.8.9.1), so that a
  /// new one would falsify the activity.
  var seriesTimeIsReference: Bool

  /// The rules of a storage class.
  ///
  /// - Parameters:
  ///   - sopClassUID: The class.
  ///   - isColour: Whether values are the luminance of colours, which no rescale may touch.
  init(sopClassUID: String, isColour: Bool = false) {
    let root = "1.2.840.10008.5.1.4.1.1."
    let leaf = sopClassUID.hasPrefix(root) ? String(sopClassUID.dropFirst(root.count)) : ""
    let isProjection = ["1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1"].contains(leaf)
    let isPET = leaf == "128"
    // Their functional groups have a Pixel Value Transformation.
    let transformed = ["2.1", "2.2", "4.1", "4.4", "130", "128.1"]
    let isFree = leaf == "2" || transformed.contains(leaf)
    // Its Identity Pixel Value Transformation says what its name does (C.7.6.16.2.9).
    let isMap = leaf == "30"
    let isFixed = isProjection || isMap
    rescale = isFree ? .free : isPET ? .slopeOnly : isFixed ? .fixed : .lastResort
    let isUltrasound = ["6.1", "6.2", "6", "3.1", "3"].contains(leaf)
    let isNuclear = leaf == "20"
    let isAngiography = ["12.1", "12.2", "12.1.1", "12.2.1"].contains(leaf)
    allowsSigned = !isFixed && !isUltrasound && !isAngiography
    // Bits Stored is fixed by Bits Allocated (C.8.4.9, C.8.5.6).
    allowsWidening = !isNuclear && !isUltrasound
    demandsPrimary =
      isPET || isNuclear || isMap
      || ["2.1", "2.2", "4.1", "4.3", "4.4", "12.1.1", "12.2.1", "128.1", "130"].contains(leaf)
    allowsOwnImageType = ["2", "4"].contains(leaf)
    seriesTimeIsReference = isPET || isNuclear || leaf == "128.1"
    if isColour {
      rescale = .fixed
      allowsSigned = false
      allowsWidening = false
    }
  }
}
