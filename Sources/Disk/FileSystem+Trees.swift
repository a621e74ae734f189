public import SystemPackage

extension FileSystem {
  /// Whether something stands at a path.
  public func exists(_ path: FilePath) throws(FileError) -> Bool {
    try status(of: path) != nil
  }

  /// The plain files below a folder, relative to it, sorted; links are not followed.
  public func files(below folder: FilePath) throws(FileError) -> [FilePath] {
    var found: [FilePath] = []
    var waiting: [FilePath] = [""]
    while let relative = waiting.popLast() {
      for name in try entries(of: folder.pushing(relative)) {
        let path = relative.appending(name)
        switch try status(of: folder.pushing(path))?.kind {
        case .folder: waiting.append(path)
        case .file: found.append(path)
        case .link, .other, nil: break
        }
      }
    }
    return found.sorted { $0.string < $1.string }
  }

  /// Removes a folder with all that is in it; nothing there is no error.
  public func removeTree(_ path: FilePath) throws(FileError) {
    guard let status = try status(of: path) else { return }
    if status.kind == .folder {
      for name in try entries(of: path) { try removeTree(path.appending(name)) }
    }
    try remove(path)
  }

  /// Copies the plain files of a tree into a new folder, durably, each read back and compared.
  ///
  /// - Throws: `FileError`, `.ioError` when a copy is not what its source is. What was copied until
  ///   then stays.
  public func copyTree(_ source: FilePath, to destination: FilePath) throws(FileError) {
    try makeFolder(destination)
    for path in try files(below: source) {
      let target = destination.pushing(path)
      try makeFolder(target.removingLastComponent())
      let written = try copy(source.pushing(path), to: target)
      guard try digest(of: target) == written else {
        throw FileError(.ioError, "verify the copy", target)
      }
    }
    try syncTree(destination)
  }

  /// Makes all files and folders of a tree durable, the leaves first.
  public func syncTree(_ folder: FilePath) throws(FileError) {
    for name in try entries(of: folder) {
      let path = folder.appending(name)
      switch try status(of: path)?.kind {
      case .folder: try syncTree(path)
      case .file: try sync(file: path)
      case .link, .other, nil: break
      }
    }
    try sync(folder: folder)
  }
}
