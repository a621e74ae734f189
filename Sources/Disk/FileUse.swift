public import SystemPackage

/// Who else has a hand on a file, as far as the system tells.
public struct FileUse: Sendable, Equatable {
  /// Whether someone has it open for writing, or mapped.
  public enum Writers: Sendable {
    /// Nobody has.
    case none
    /// Someone has.
    case some
    /// The system does not say: the file is another user's, or lies on a share.
    case unknown
  }

  /// Whether this user may read it.
  public var isReadable: Bool
  /// Whether someone may still be writing.
  public var writers: Writers
  /// Whether parts of it were never written: room was made for it first, and is being filled.
  public var hasHoles: Bool
  /// How many names it has; more than one are hard links.
  public var names: Int

  /// Creates a description.
  public init(
    isReadable: Bool = true, writers: Writers = .unknown, hasHoles: Bool = false, names: Int = 1
  ) {
    self.isReadable = isReadable
    self.writers = writers
    self.hasHoles = hasHoles
    self.names = names
  }
}

extension FileSystem {
  /// Nothing is known.
  public func use(of path: FilePath) throws(FileError) -> FileUse? {
    try status(of: path)?.kind == .file ? FileUse() : nil
  }
}
