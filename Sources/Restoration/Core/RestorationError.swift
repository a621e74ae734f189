/// Why a method could not restore a volume.
public struct RestorationError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, for code to branch on.
  public enum Code: Sendable {
    /// A parameter is outside its range or contradicts another.
    case invalidParameter
    /// The volume is too small, constant or otherwise not fit for the method.
    case unfitVolume
  }

  /// What went wrong, for code to branch on.
  public let code: Code
  /// One sentence for people: what was found and what to do.
  ///
  /// Holds no patient data.
  public let reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
