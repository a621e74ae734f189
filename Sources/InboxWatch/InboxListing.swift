public import Disk
public import SystemPackage

/// A file of an inbox as one look found it.
public struct FoundFile: Sendable, Hashable {
  /// Where, relative to the inbox.
  public var path: FilePath
  /// What the disk says of it.
  public var status: FileStatus

  /// Creates a find.
  public init(path: FilePath, status: FileStatus) {
    self.path = path
    self.status = status
  }
}

/// What one look at an inbox found.
public struct InboxListing: Sendable {
  /// Why something in an inbox is left alone.
  public enum Refusal: String, Sendable {
    /// A symbolic link: what it points to may lie outside, and is found by itself when inside.
    case link = "a symbolic link is not followed"
    /// A socket, a pipe or a device.
    case special = "not a plain file"
    /// A folder or file that may not be read.
    case unreadable = "may not be read"
  }

  /// Plain files that are not ignored, relative to the inbox.
  public var files: [FoundFile] = []
  /// All folders, the inbox itself first, for the watch.
  public var folders: [FilePath] = []
  /// What is left alone although its name is not on the list of ignored ones.
  public var refused: [FilePath: Refusal] = [:]

  /// Looks through an inbox.
  ///
  /// Names that vanish during the look are passed over: the next look sees the truth.
  /// - Throws: `FileError` when the inbox itself cannot be read.
  public init(of inbox: FilePath, on disk: some FileSystem) throws(FileError) {
    try look(into: "", of: inbox, on: disk)
    var waiting = subfolders
    while let folder = waiting.popLast() {
      subfolders = []
      do {
        try look(into: folder, of: inbox, on: disk)
      } catch {
        if try disk.exists(inbox.pushing(folder)) { refused[folder] = .unreadable }
      }
      waiting += subfolders
    }
  }

  private var subfolders: [FilePath] = []

  private mutating func look(
    into folder: FilePath, of inbox: FilePath, on disk: some FileSystem
  ) throws(FileError) {
    folders.append(folder)
    for name in try disk.entries(of: inbox.pushing(folder)) {
      let path = folder.appending(name)
      guard let status = try disk.status(of: inbox.pushing(path)) else { continue }
      switch status.kind {
      case .folder where !IgnoreRules.ignoresFolder(name): subfolders.append(path)
      case .file where !IgnoreRules.ignoresFile(name):
        files.append(FoundFile(path: path, status: status))
      case .link where !IgnoreRules.ignoresFile(name): refused[path] = .link
      case .other where !IgnoreRules.ignoresFile(name): refused[path] = .special
      case .folder, .file, .link, .other: break
      }
    }
  }
}
