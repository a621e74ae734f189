import Foundation
import Glibc

/// Starts the program of a worker.
enum WorkerStart {
  /// What a worker is told of the daemon's environment.
  ///
  /// Language, time zone, the toolkit's dictionary, and what debuggers of memory and runtime want;
  /// not systemd's sockets and credentials.
  private static let passed = [
    "LANG", "LC_", "TZ", "TMPDIR", "DCMDICTPATH", "RESTORAD_WORKER_FAULT", "LIBDISPATCH_", "SWIFT_",
    "LD_", "MALLOC_", "GLIBC_TUNABLES", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
  ]

  /// Starts a program in a process group of its own, so that a terminal's signals pass it by and
  /// one signal reaches all that it starts.
  ///
  /// - Parameters:
  ///   - executable: The program's path.
  ///   - arguments: Its words behind its name.
  ///   - descriptors: What it gets as descriptors 0, 1, 2, ….
  /// - Returns: The number of the process.
  /// - Throws: `POSIXError` when the system refuses.
  static func spawn(
    _ executable: String, _ arguments: [String], descriptors: [Int32]
  ) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var process: pid_t = 0
    let code = unsafe withWords(["restorad"] + arguments) { words in
      unsafe withWords(environment) { variables in
        unsafe posix_spawn(&process, executable, &actions, &attributes, words, variables)
      }
    }
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    return process
  }

  private static var environment: [String] {
    ProcessInfo.processInfo.environment.compactMap { name, value in
      passed.contains { $0.hasSuffix("_") ? name.hasPrefix($0) : name == $0 }
        ? "\(name)=\(value)" : nil
    }
  }

  private static func withWords(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> Int32 {
    var list: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe list.append(nil)
    defer { for index in unsafe list.indices { unsafe free(list[index]) } }
    return unsafe list.withUnsafeBufferPointer { buffer in
      // The list ends with a null, so it has a first element.
      unsafe buffer.baseAddress.map { unsafe body($0) } ?? EINVAL
    }
  }
}
