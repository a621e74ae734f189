/// What is known of a SOP class (PS3.6, table A-1; PS3.4, table B.5-1).
struct SOPClass: Sendable {
  let uid: String

  static let prefix = "1.2.840.10008.5.1.4.1.1."

  /// Classes of single grey images that may be restored.
  static let images: Set<String> = [
    "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1",  // CR, DX, MG, IO
    "2", "4", "20", "128", "5", "6", "6.1", "3", "3.1",  // CT, MR, NM, PT, US and its clips
    "12.1", "12.2", "12.3",  // XA, RF, biplane
  ]

  /// Classes whose frames carry their geometry in functional groups, or that are clips by nature.
  static let enhanced: Set<String> = [
    "2.1", "2.2", "4.1", "4.3", "4.4", "130", "128.1", "6.2", "12.1.1", "12.2.1", "13.1.1",
    "13.1.2", "13.1.3", "13.1.4", "13.1.5", "14.1", "14.2", "30",
  ]

  /// Pictures taken of a screen, scanned or imported.
  static let secondaryCaptures: Set<String> = ["7", "7.1", "7.2", "7.3", "7.4"]

  /// Objects with pixel data that are not there to be looked at as an image of a patient.
  static let others: [String: String] = [
    "66.4": "a segmentation", "66.7": "a label map segmentation",
    "66.8": "a height map segmentation",
    "481.2": "a radiotherapy dose grid",
    "481.1": "a radiotherapy portal image",
  ]

  /// Objects of numbers that were measured or computed: to filter them would falsify them, but they
  /// can be read, and are restored by a recipe that someone names.
  static let quantities: [String: String] = ["30": "a parametric map"]

  private var suffix: String {
    uid.hasPrefix(Self.prefix) ? String(uid.dropFirst(Self.prefix.count)) : ""
  }

  /// Whether the class is the standard's, not a vendor's own.
  var isStandard: Bool { uid.hasPrefix("1.2.840.10008.") }

  var isDirectory: Bool { uid == "1.2.840.10008.1.3.10" }

  /// Whether objects of the class hold images of any kind, colour and clips included.
  var isImage: Bool {
    Self.images.contains(suffix) || isEnhanced || isSecondaryCapture
      || Toolkit.name(ofUID: uid)?.contains("Image") == true
  }

  var isEnhanced: Bool { Self.enhanced.contains(suffix) }

  /// Whether objects of the class may hold several frames that are restored: the enhanced classes,
  /// nuclear medicine, clips of ultrasound, XA and RF.
  var mayHoldFrames: Bool {
    isEnhanced || ["20", "3", "3.1", "12.1", "12.2", "12.3"].contains(suffix)
  }

  var isSecondaryCapture: Bool { Self.secondaryCaptures.contains(suffix) }

  /// What an object with pixel data is when it is no image; nil when it may be one.
  var otherKind: String? { Self.others[suffix] }

  /// What an object of quantities is; nil for any other.
  var quantity: String? { Self.quantities[suffix] }

  /// Name and UID, for people.
  var label: String {
    guard let name = Toolkit.name(ofUID: uid) else { return uid }
    return "\(name) (\(uid))"
  }
}
