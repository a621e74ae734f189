/// Why a NIfTI file could not be read or written.
public struct NiftiError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, for code to branch on.
  public enum Code: Sendable {
    /// There is no such file, or its `.img` is missing.
    case notFound
    /// The content is not NIfTI, or its header contradicts itself.
    case malformed
    /// The file ends before its voxels, or its compressed stream, do.
    case truncated
    /// The compressed stream is broken: its checksum, length or coding does not hold.
    case damaged
    /// Well formed, but with a type or layout that this version does not restore.
    case unsupported
    /// The operating system refused to read.
    case readFailed
    /// The result cannot be expressed as asked, or could not be written.
    case writeFailed
  }

  /// What went wrong, for code to branch on.
  public let code: Code
  /// One sentence for people, with the header's field where one is to blame.
  ///
  /// Holds no patient data and no file name.
  public let reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
