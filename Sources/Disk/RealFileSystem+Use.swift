import CLinux
import Glibc
public import SystemPackage

extension RealFileSystem {
  /// Who else has a hand on a plain file; nil when none stands there.
  ///
  /// The kernel grants a read lease only where nobody has the file open for writing, and only to
  /// its owner or to CAP_LEASE; it is given back at once. On shares it says nothing.
  /// - SeeAlso: fcntl(2), `F_SETLEASE`; lseek(2), `SEEK_HOLE`.
  public func use(of path: FilePath) throws(FileError) -> FileUse? {
    var found = clinux_use()
    let code = unsafe path.withPlatformString { unsafe clinux_use_of($0, &found) }
    switch code {
    case 0: break
    case EACCES, EPERM: return FileUse(isReadable: false)
    // A link, a pipe or a folder took its place, or it vanished.
    case ENOENT, ENOTDIR, ELOOP, ENXIO, EINVAL: return nil
    default: throw FileError(Errno(rawValue: code), "open", path)
    }
    let isLocal = FileSystemKind(magic: found.magic) == .local
    let writers: FileUse.Writers =
      switch found.writers {
      case 0 where isLocal: .none
      case 1 where isLocal: .some
      default: .unknown
      }
    return FileUse(
      isReadable: true, writers: writers,
      hasHoles: found.holes == 1 && isLocal && !FileSystemKind.hidesZeros(magic: found.magic),
      names: Int(found.names))
  }

  /// The names in a folder with what stands there, found by the open folder itself: a fifth of the
  /// time that asking by whole paths takes, and no path is too long for it.
  public func contents(listedIn folder: FilePath) throws(FileError) -> [FolderEntry] {
    guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
      throw FileError(Errno(rawValue: errno), "open folder", folder)
    }
    defer { unsafe closedir(stream) }
    let descriptor = unsafe dirfd(stream)
    var found: [FolderEntry] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      let made = try unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        pointer throws(FileError) -> FolderEntry? in
        try unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          name throws(FileError) -> FolderEntry? in
          try unsafe self.entry(name, in: descriptor, of: folder)
        }
      }
      if let made { found.append(made) }
      errno = 0
    }
    guard errno == 0 else { throw FileError(Errno(rawValue: errno), "read folder", folder) }
    return found
  }

  private func entry(
    _ name: UnsafePointer<CChar>, in descriptor: Int32, of folder: FilePath
  ) throws(FileError) -> FolderEntry? {
    guard let component = unsafe FilePath.Component(platformString: name),
      component.kind == .regular
    else { return nil }
    var info = stat()
    if unsafe fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 {
      return FolderEntry(name: component, status: FileStatus(info))
    }
    let error = FileError(Errno(rawValue: errno), "stat", folder.appending(component))
    if error.code == .noSuchFileOrDirectory { return nil }
    guard error.isOfOneName else { throw error }
    return FolderEntry(name: component, status: nil, obstacle: error.code)
  }
}
