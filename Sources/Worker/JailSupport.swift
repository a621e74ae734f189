import CLinux
import Glibc

/// What this kernel and this service's limits let a worker's jail be made of.
public struct JailSupport: Sendable {
  /// The version of Landlock's interface; 0 when there is none.
  public let landlock: Int
  /// Why there is no Landlock; empty when there is.
  public let landlockRefusal: String
  /// Whether system calls can be filtered.
  public let filtersCalls: Bool

  /// Asks the kernel.
  public init() {
    var cause: Int32 = 0
    landlock = Int(unsafe clinux_landlock_abi(&cause))
    landlockRefusal =
      switch cause {
      case 0: ""
      case ENOSYS: "the kernel was built without it"
      case EOPNOTSUPP: "the kernel was started without it"
      case EPERM: "the service's filter of system calls forbids it"
      default: unsafe String(cString: strerror(cause))
      }
    filtersCalls = clinux_has_seccomp() == 1
  }

  /// Whether everything that a jail is made of is there.
  public var isWhole: Bool { landlock > 0 && filtersCalls }

  /// What is and what is not restricted, in one sentence.
  public var description: String {
    var parts: [String] = []
    if landlock > 0 {
      parts.append("Landlock ABI \(landlock) restricts \(restrictions.joined(separator: ", "))")
      let missing = landlock < 6 ? missing : []
      if !missing.isEmpty {
        let rest = filtersCalls ? "left to the filter of system calls" : "not restricted"
        parts.append("\(missing.joined(separator: ", ")): \(rest)")
      }
    } else {
      parts.append(
        "no Landlock (\(landlockRefusal)): a worker may read and write what the daemon may")
    }
    parts.append(
      filtersCalls
        ? "system calls are filtered: no sockets, programs, processes or signals to others"
        : "no seccomp: system calls are not filtered")
    return parts.joined(separator: "; ")
  }

  /// What came with which version: landlock(7).
  private static let growth = [
    (1, "files"), (2, "moving between folders"), (3, "truncation"), (4, "TCP"),
    (5, "device ioctls"), (6, "signals and abstract sockets"),
  ]

  private var restrictions: [String] { Self.growth.filter { $0.0 <= landlock }.map(\.1) }
  /// Without version 2 nothing may be moved between folders at all.
  private var missing: [String] {
    Self.growth.filter { $0.0 > max(2, landlock) }.map(\.1)
  }
}
