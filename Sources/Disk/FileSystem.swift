public import SystemPackage

/// Everything that spool and watch do to a disk.
///
/// Three kinds stand behind it: the real one, one in memory that can crash and forget what was not
/// synced, and one that fails on demand; the same daemon core runs on all of them.
/// A call that returns has done its work durably where its description says "durably".
public protocol FileSystem: Sendable {
  /// What stands at a path, links not followed; nil when nothing does.
  func status(of path: FilePath) throws(FileError) -> FileStatus?
  /// The names in a folder, in no particular order.
  func entries(of folder: FilePath) throws(FileError) -> [FilePath.Component]
  /// Makes a folder and those above it that are missing, durably.
  func makeFolder(_ path: FilePath) throws(FileError)
  /// Moves a file or folder within one file system, durably; never over something that stands
  /// there.
  ///
  /// - Throws: `FileError` with `isCrossDevice` when a copy is needed instead.
  func move(_ source: FilePath, to destination: FilePath) throws(FileError)
  /// Copies a file to a name that is free, durably, and says what was written.
  func copy(_ source: FilePath, to destination: FilePath) throws(FileError) -> FileDigest
  /// Reads a file through and says what is in it.
  func digest(of path: FilePath) throws(FileError) -> FileDigest
  /// Reads a small file whole.
  func contents(of path: FilePath) throws(FileError) -> [UInt8]
  /// Writes a small file durably, whole or not at all, over an older one of that name.
  func write(_ bytes: [UInt8], to path: FilePath) throws(FileError)
  /// Makes a file's content durable.
  func sync(file path: FilePath) throws(FileError)
  /// Makes the names in a folder durable.
  func sync(folder path: FilePath) throws(FileError)
  /// Removes a file or an empty folder, durably; nothing there is no error.
  func remove(_ path: FilePath) throws(FileError)
  /// Bytes that may still be written where a path lies.
  func freeSpace(at path: FilePath) throws(FileError) -> Int
  /// What the file system on which a path lies has room for; links are followed.
  func space(at path: FilePath) throws(FileError) -> DiskSpace
  /// Whether names may be added to a folder and taken out of it, as far as can be told beforehand.
  func mayChange(folder: FilePath) -> Bool
  /// What kind of file system a path lies on.
  func kind(at path: FilePath) throws(FileError) -> FileSystemKind
  /// The names in a folder with what stands there, in no particular order.
  func contents(listedIn folder: FilePath) throws(FileError) -> [FolderEntry]
  /// Who else has a hand on a plain file; nil when none stands there.
  func use(of path: FilePath) throws(FileError) -> FileUse?
}

extension FileSystem {
  /// Nothing speaks against it.
  public func mayChange(folder: FilePath) -> Bool { true }
}

/// What stands at a path.
public struct FileStatus: Sendable, Hashable {
  /// The kinds that matter here.
  public enum Kind: Sendable, Hashable {
    /// A plain file.
    case file
    /// A folder.
    case folder
    /// A symbolic link.
    case link
    /// A socket, a pipe, a device.
    case other
  }

  /// What it is.
  public var kind: Kind
  /// Bytes.
  public var size: Int
  /// When the content last changed, in nanoseconds since 1970.
  public var modified: Int
  /// When content or attributes last changed, in nanoseconds since 1970; nobody can set it back.
  public var changed: Int
  /// The file's number on its device.
  public var inode: UInt64
  /// The device.
  public var device: UInt64

  /// Creates a status.
  public init(
    kind: Kind, size: Int, modified: Int, changed: Int, inode: UInt64, device: UInt64
  ) {
    self.kind = kind
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.device = device
  }
}

extension FileStatus {
  /// Whether it is the same file, untouched: device numbers are not compared, since they change
  /// when a machine starts anew.
  public func isUntouched(since other: FileStatus) -> Bool {
    var here = self
    here.device = other.device
    return here == other
  }
}

/// The content of a file in brief.
public struct FileDigest: Sendable, Hashable {
  /// Bytes.
  public var bytes: Int
  /// SHA-256 in lower-case hexadecimal.
  public var sha256: String

  /// Creates a digest.
  public init(bytes: Int, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }
}
