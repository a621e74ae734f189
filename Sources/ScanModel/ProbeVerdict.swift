/// What a worker says of one file after looking at its header and its end.
public enum ProbeVerdict: Sendable, Codable, Equatable {
  /// The file is all there.
  case whole(FileFacts)
  /// The file belongs to a scan whose first file is another: the `.img` of a pair, a sidecar.
  case companion
  /// The file is a table of contents (`DICOMDIR`): never an image, never an error.
  case index
  /// The beginning of a scan, or nothing yet: more may come. The reason says what is missing.
  case incomplete(String)
  /// The file can never become a readable scan. The reason says what was found.
  case notScan(String)
}

/// What to look for in a file.
public struct ProbeQuestion: Sendable, Codable, Equatable {
  /// DICOM keywords or sidecar keys whose values are wanted in `FileFacts.attributes`.
  public var keywords: [String]
  /// Whether to decode a CT and look for metal.
  public var metal: Bool
  /// The modality to take as known of a scan that does not say it.
  public var assumedModality: String?

  /// Creates a question.
  public init(keywords: [String] = [], metal: Bool = false, assumedModality: String? = nil) {
    self.keywords = keywords
    self.metal = metal
    self.assumedModality = assumedModality
  }
}
