import Disk
import Foundation
import Glibc
import SystemPackage

/// A hidden folder of an outbox that a command unpacks archives into, for as long as it runs.
///
/// A lock in it dies with the process: what one that was killed left behind, the next one removes.
/// Nobody else's folder is touched while its command lives.
final class UnpackedFolder {
  private static let prefix = ".unpacked-"
  private static let lockName: FilePath.Component = ".lock"

  private let outbox: FilePath
  private let disk: any FileSystem
  private var made: (path: FilePath, lock: Int32)?

  /// Names the outbox; the folder is made when it is wanted.
  init(in outbox: FilePath, on disk: any FileSystem) {
    self.outbox = outbox
    self.disk = disk
    Self.removeDead(in: outbox, on: disk)
  }

  /// Makes the folder; asked again, tells the same one.
  ///
  /// - Throws: `FileError` when the outbox cannot be written.
  func make() throws -> FilePath {
    if let made { return made.path }
    while true {
      let path = outbox.appending(Self.prefix + UUID().uuidString)
      try disk.makeFolder(path)
      if let lock = try Self.claim(path) {
        made = (path, lock)
        return path
      }
      // Another command took it for a dead one's in this very moment.
    }
  }

  /// Removes the folder, where it was made.
  func remove() {
    guard let made else { return }
    try? disk.removeTree(made.path)
    close(made.lock)
    self.made = nil
  }

  /// Puts a lock into a new folder; nil when somebody is removing the folder.
  private static func claim(_ folder: FilePath) throws(FileError) -> Int32? {
    let file = folder.appending(lockName)
    let descriptor = unsafe file.withPlatformString {
      unsafe open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileError(Errno(rawValue: errno), "make a lock", file)
    }
    // Where there are no locks, nobody takes the folder for a dead one's either.
    let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    var status = stat()
    guard !isTaken, unsafe fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Removes what commands that were killed left in an outbox; what cannot be removed stays.
  private static func removeDead(in outbox: FilePath, on disk: any FileSystem) {
    for name in (try? disk.entries(of: outbox)) ?? [] where name.string.hasPrefix(prefix) {
      removeIfDead(outbox.appending(name), on: disk)
    }
  }

  private static func removeIfDead(_ folder: FilePath, on disk: any FileSystem) {
    let file = folder.appending(lockName)
    let descriptor = unsafe file.withPlatformString { unsafe open($0, O_RDWR | O_CLOEXEC) }
    guard descriptor >= 0 else {
      // It is being made, or a part of it is left; one with anything in it stays.
      if errno == ENOENT { _ = unsafe folder.withPlatformString { unsafe rmdir($0) } }
      return
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    // The lock last: should this end in the middle, the next command goes on with it.
    for name in (try? disk.entries(of: folder)) ?? [] where name != lockName {
      guard (try? disk.removeTree(folder.appending(name))) != nil else { return }
    }
    try? disk.removeTree(folder)
  }
}
