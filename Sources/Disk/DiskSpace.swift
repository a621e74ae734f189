import CLinux
import Glibc
public import SystemPackage

/// What a file system has room for.
public struct DiskSpace: Sendable, Equatable {
  /// Tells file systems apart.
  public var device: UInt64
  /// Tells mounts apart: from one to another a file is copied, even on one file system.
  public var mount: UInt64
  /// Bytes that this user may still write.
  public var free: Int
  /// Bytes that the file system holds as a whole.
  public var total: Int

  /// Creates a description; each file system is mounted once unless said otherwise.
  public init(device: UInt64, mount: UInt64? = nil, free: Int, total: Int) {
    self.device = device
    self.mount = mount ?? device
    self.free = free
    self.total = total
  }

  /// Bytes that are never promised to anyone: a twentieth of the disk, 1 GiB at most.
  public var floor: Int { min(total / 20, 1 << 30) }
}

extension FileSystem {
  /// What the file system on which a path lies has room for; one that cannot say how large it is
  /// counts as endless.
  public func space(at path: FilePath) throws(FileError) -> DiskSpace {
    DiskSpace(device: 0, free: try freeSpace(at: path), total: .max)
  }
}

extension RealFileSystem {
  /// What the file system on which a path lies has room for; links are followed.
  public func space(at path: FilePath) throws(FileError) -> DiskSpace {
    var info = stat()
    guard unsafe path.withPlatformString({ unsafe stat($0, &info) }) == 0 else {
      throw FileError(Errno(rawValue: errno), "stat", path)
    }
    var figures = statvfs()
    guard unsafe path.withPlatformString({ unsafe statvfs($0, &figures) }) == 0 else {
      throw FileError(Errno(rawValue: errno), "statvfs", path)
    }
    var mount: UInt64 = 0
    // A kernel that does not tell mounts apart is asked no more than for the device.
    _ = unsafe path.withPlatformString { unsafe clinux_mount($0, &mount) }
    let block = Int(clamping: figures.f_frsize)
    return DiskSpace(
      device: UInt64(info.st_dev), mount: mount == 0 ? nil : mount,
      free: bytes(Int(clamping: figures.f_bavail), block),
      total: bytes(Int(clamping: figures.f_blocks), block))
  }
}

private func bytes(_ blocks: Int, _ size: Int) -> Int {
  let (product, isTooLarge) = blocks.multipliedReportingOverflow(by: size)
  return isTooLarge ? .max : product
}
