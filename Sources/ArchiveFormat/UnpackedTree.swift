import Glibc

/// The folder that an archive is unpacked into.
final class UnpackedTree {
  private let root: String
  private var folders: Set<MemberName> = []
  private var files: [MemberName] = []

  init(_ root: String) { self.root = root }

  /// Makes a member's folders and, of a file, the file itself.
  ///
  /// - Returns: The file, open for writing; nil for a folder.
  /// - Throws: `refused` when two members bear one name; `writeFailed`.
  func make(_ member: ArchiveReader.Member) throws(ArchiveError) -> Int32? {
    for folder in member.name.folders { try make(folder: folder) }
    guard member.kind == .file else {
      try make(folder: member.name)
      return nil
    }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = unsafe open(member.name.path(below: root), flags, 0o640)
    guard descriptor >= 0 else { throw Self.obstacle() }
    files.append(member.name)
    return descriptor
  }

  private func make(folder: MemberName) throws(ArchiveError) {
    guard folders.insert(folder).inserted else { return }
    guard unsafe mkdir(folder.path(below: root), 0o750) == 0 else { throw Self.obstacle() }
  }

  private static func obstacle() -> ArchiveError {
    switch errno {
    // A folder that was made for other members is known: what stands there is a file.
    case EEXIST, ENOTDIR, EISDIR: ArchiveError(.refused, "two members bear one name")
    case ENAMETOOLONG, EINVAL, EILSEQ:
      ArchiveError(.refused, "a member's name does not fit this file system")
    default: Archive.notWritten()
    }
  }

  /// Makes all that was unpacked durable, the files first.
  ///
  /// At the end and not file by file: one write of the file system's journal then serves many.
  func sync() throws(ArchiveError) {
    for file in files { try sync(file.path(below: root)) }
    for folder in folders { try sync(folder.path(below: root)) }
    try sync(Array(root.utf8CString))
  }

  private func sync(_ path: [CChar]) throws(ArchiveError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Archive.notWritten() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Archive.notWritten() }
  }
}
