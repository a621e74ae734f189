/// Why an archive could not be unpacked.
public struct ArchiveError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, for code to branch on.
  public enum Code: Sendable {
    /// The content is not what the name says.
    case malformed
    /// The archive ends before its own end.
    case truncated
    /// A checksum or a length does not hold.
    case damaged
    /// It holds what is never unpacked, or more than may be.
    case refused
    /// The operating system refused to read.
    case readFailed
    /// What was unpacked could not be written.
    case writeFailed
  }

  /// What went wrong, for code to branch on.
  public let code: Code
  /// One sentence for people; holds no name of a file.
  public let reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
