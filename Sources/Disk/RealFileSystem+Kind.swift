import CLinux
import Glibc
public import SystemPackage

extension FileStatus {
  init(_ info: stat) {
    let kind: Kind
    switch info.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    self.init(
      kind: kind, size: Int(info.st_size), modified: nanoseconds(info.st_mtim),
      changed: nanoseconds(info.st_ctim), inode: UInt64(info.st_ino), device: UInt64(info.st_dev))
  }
}

/// Wraps around beyond the years 1677 to 2262: such times need only differ from one another.
private func nanoseconds(_ time: timespec) -> Int {
  time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}

extension RealFileSystem {
  /// Bytes that may still be written where a path lies.
  public func freeSpace(at path: FilePath) throws(FileError) -> Int { try describe(path).free }

  /// What kind of file system a path lies on, by the numbers of linux/magic.h.
  public func kind(at path: FilePath) throws(FileError) -> FileSystemKind {
    FileSystemKind(magic: try describe(path).magic)
  }

  private func describe(_ path: FilePath) throws(FileError) -> (magic: UInt32, free: Int) {
    var magic: UInt32 = 0
    var free: UInt64 = 0
    let result = unsafe path.withPlatformString { unsafe clinux_statfs($0, &magic, &free) }
    guard result == 0 else { throw FileError(Errno(rawValue: result), "statfs", path) }
    return (magic, Int(clamping: free))
  }
}
