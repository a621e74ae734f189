public import SystemPackage

/// Why something could not be done to a disk.
public struct FileError: Error, CustomStringConvertible {
  /// What the system said.
  public let code: Errno
  /// What was tried, such as `rename`.
  public let operation: String
  /// Where; not part of the description, since a path may name a person.
  public let path: FilePath

  /// Creates an error.
  public init(_ code: Errno, _ operation: String, _ path: FilePath) {
    self.code = code
    self.operation = operation
    self.path = path
  }

  /// Whether source and destination lie on different file systems.
  public var isCrossDevice: Bool { code == .improperLink }

  /// Whether it was cut short because the process has to end.
  public var isInterruption: Bool { code == .canceled }

  /// Whether the cause lies in the surroundings (no space, read-only, broken disk or share): it
  /// says nothing about the scan, so it costs no attempt and is tried again.
  public var isEnvironment: Bool {
    let causes: [Errno] = [
      .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .ioError, .tooManyOpenFiles,
      .tooManyOpenFilesInSystem, .staleNFSFileHandle, .noMemory, .timedOut, .resourceBusy,
      .permissionDenied, .notPermitted, .tooManyLinks, .canceled,
    ]
    return causes.contains(code)
  }

  /// Operation and cause in words.
  public var description: String { "\(operation): \(code.description)" }
}
