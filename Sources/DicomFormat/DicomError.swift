/// Why a DICOM file could not be read or written.
public struct DicomError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, for code to branch on.
  public enum Code: Sendable {
    /// There is no such file.
    case notFound
    /// The file breaks the standard so far that it cannot be read.
    case malformed
    /// The file ends before its data set does.
    case truncated
    /// Well formed, but with a coding or layout that this version does not restore.
    case unsupported
    /// The files do not belong together.
    case inconsistent
    /// Memory ran out.
    case outOfMemory
    /// The result could not be written.
    case writeFailed
  }

  /// What went wrong, for code to branch on.
  public let code: Code
  /// One sentence for people, with the attribute's keyword where one is to blame.
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
