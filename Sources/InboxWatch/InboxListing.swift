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
    case link = "a symbolic link is not followed: copy what it points to"
    /// A socket, a pipe or a device.
    case special = "not a plain file: a socket, a pipe or a device holds no scan"
    /// A folder that may not be read.
    case unreadable = """
      may not be read: give the service's group the right to (chmod g+rwX); it is looked at again \
      by itself
      """
    /// A path that would not fit where the service works with it.
    case tooLong = "its path is too long: shorten the names of the folders above it"
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
    for entry in try disk.contents(listedIn: inbox.pushing(folder)) {
      let name = entry.name
      let path = folder.appending(name)
      if let obstacle = entry.obstacle {
        refused[path] = obstacle == .fileNameTooLong ? .tooLong : .unreadable
        continue
      }
      guard let status = entry.status else { continue }
      switch status.kind {
      case .folder where !IgnoreRules.ignoresFolder(name):
        if fits(path, below: inbox) { subfolders.append(path) } else { refused[path] = .tooLong }
      case .file where !IgnoreRules.ignoresFile(name):
        if fits(path, below: inbox) {
          files.append(FoundFile(path: path, status: status))
        } else {
          refused[path] = .tooLong
        }
      case .link where !IgnoreRules.ignoresFile(name): refused[path] = .link
      case .other where !IgnoreRules.ignoresFile(name): refused[path] = .special
      case .folder, .file, .link, .other: break
      }
    }
  }

  /// Whether a path can be said to the system here, and below a job's folder too, where a byte may
  /// become three.
  private func fits(_ path: FilePath, below inbox: FilePath) -> Bool {
    if path.length < 900 { return inbox.length < 3000 }
    return inbox.length + path.length < 4000 && path.encoded.utf8.count <= 3000
  }
}
