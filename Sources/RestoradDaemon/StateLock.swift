import Glibc
import SystemPackage

/// The claim to a state folder: one daemon at a time, given up by the kernel when the process
/// ends however it ends.
final class StateLock {
  /// Why the folder could not be claimed.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32

  init(path: FilePath) throws(Refusal) {
    descriptor = unsafe path.withPlatformString {
      unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    }
    guard descriptor >= 0 else {
      throw Refusal(description: "\(path) cannot be opened: \(Errno(rawValue: errno).description)")
    }
    // A command that asks whether a daemon runs holds the lock for a moment.
    var isOurs = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    for _ in 0..<10 where !isOurs {
      usleep(50_000)
      isOurs = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
    guard isOurs else {
      let state = path.removingLastComponent()
      throw Refusal(description: "another restorad is running on the state folder \(state)")
    }
  }

  deinit { close(descriptor) }
}
