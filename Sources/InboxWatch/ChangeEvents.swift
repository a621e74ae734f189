import CLinux
import Glibc
public import SystemPackage

/// The kernel's word that something moved in the watched folders; only ever a reason to look.
///
/// Not thread-safe: it belongs to the loop that reads it.
public final class ChangeEvents {
  /// Why a folder could not be watched.
  public enum Refusal: Error, Equatable {
    /// All watches are in use; the sysctl names the limit to raise.
    case limitReached(sysctl: String)
    /// Anything else.
    case failed(Errno)
  }

  /// What reading told.
  public struct News: Sendable, Equatable {
    /// Something changed.
    public var changed = false
    /// Events were lost: everything may have changed.
    public var overflowed = false
  }

  /// The descriptor to wait on; readable when there is news.
  public let descriptor: Int32

  /// Opens the kernel's queue.
  ///
  /// - Throws: `Refusal` when there is none to be had.
  public init() throws(Refusal) {
    var opened: Int32 = -1
    let code = unsafe clinux_inotify_open(&opened)
    if code == EMFILE {
      throw .limitReached(sysctl: "fs.inotify.max_user_instances")
    }
    guard code == 0 else { throw .failed(Errno(rawValue: code)) }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Watches these folders too.
  ///
  /// Asking again for a watched folder costs next to nothing and heals the case of a folder that
  /// was removed and made anew. Folders that vanished meanwhile are passed over; the kernel drops
  /// their watches by itself.
  /// - Throws: `Refusal` when the system has no watch left.
  public func watch(_ folders: [FilePath]) throws(Refusal) {
    for folder in folders {
      let code = unsafe folder.withPlatformString { unsafe clinux_inotify_watch(descriptor, $0) }
      switch code {
      case 0, ENOENT, ENOTDIR, EACCES: break
      case ENOSPC: throw .limitReached(sysctl: "fs.inotify.max_user_watches")
      default: throw .failed(Errno(rawValue: code))
      }
    }
  }

  /// Reads all news without waiting.
  public func drain() -> News {
    var news = News()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count > 0 else { return news }
      news.changed = true
      let lost = unsafe buffer.withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe clinux_inotify_overflowed($0, UInt64(count)) }
      }
      if lost == 1 { news.overflowed = true }
    }
  }
}
