import DicomFormat
import ScanModel

/// Two files that bear one SOP Instance UID, and are to be compared.
public struct CompareRequest: Sendable, Codable {
  /// The file that came now, as an encoded path.
  public var later: String
  /// The one that came before.
  public var earlier: String

  /// Creates a request.
  public init(later: String, earlier: String) {
    self.later = later
    self.earlier = earlier
  }

  /// Compares the files, whose names are plain by now.
  ///
  /// - Parameter paths: The later one, then the earlier one.
  /// - Returns: How they differ; nil when one of them cannot be read.
  static func difference(_ paths: [String]) -> InstanceDifference? {
    guard paths.count == 2 else { return nil }
    return try? InstanceComparison.difference(of: paths[0], from: paths[1])
  }
}
