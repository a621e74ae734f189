public import SystemPackage

/// A name in a folder, with what stands there.
public struct FolderEntry: Sendable {
  /// The name.
  public var name: FilePath.Component
  /// What the disk says of it; nil when it vanished meanwhile, or cannot be looked at.
  public var status: FileStatus?
  /// Why it cannot be looked at; nil when nothing speaks against it.
  public var obstacle: Errno?

  /// Creates an entry.
  public init(name: FilePath.Component, status: FileStatus?, obstacle: Errno? = nil) {
    self.name = name
    self.status = status
    self.obstacle = obstacle
  }
}

extension FileSystem {
  /// Asks for the names first and for each by its path then.
  public func contents(listedIn folder: FilePath) throws(FileError) -> [FolderEntry] {
    var found: [FolderEntry] = []
    for name in try entries(of: folder) {
      do throws(FileError) {
        found.append(FolderEntry(name: name, status: try status(of: folder.appending(name))))
      } catch {
        guard error.isOfOneName else { throw error }
        found.append(FolderEntry(name: name, status: nil, obstacle: error.code))
      }
    }
    return found
  }
}

extension FileError {
  /// Whether it says something of one name only, and nothing of the disk.
  var isOfOneName: Bool {
    [.permissionDenied, .notPermitted, .fileNameTooLong, .tooManySymbolicLinkLevels].contains(code)
  }
}
