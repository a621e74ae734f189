/// What the numbers of a volume measure.
public enum IntensityUnit: String, Sendable, Codable {
  /// Hounsfield units: a CT whose values may be compared between scans.
  case hounsfield
  /// A scale of the device's own choosing, such as MR signal.
  case arbitrary
}
