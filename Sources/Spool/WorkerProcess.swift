import CLinux
import Foundation
import Glibc

/// A child process that is spoken to in lines.
///
/// Requests go to its standard input, replies come from its standard output. Not thread-safe: it
/// belongs to the thread of its lane.
final class WorkerProcess {
  /// What reading a line may come to.
  enum Line {
    case text(String)
    /// The process is gone.
    case end
    /// Nothing came before the deadline.
    case timeout
  }

  let process: pid_t
  private let input: Int32
  private let output: Int32
  private let errors: Int32
  private var pending: [UInt8] = []
  private var scanned = 0
  private var lastErrors: [UInt8] = []

  /// Starts a worker.
  ///
  /// - Throws: `Errno`-like `POSIXError` when the system refuses.
  init(executable: String, arguments: [String]) throws {
    let stdin = try Pipe()
    let stdout = try Pipe()
    let stderr = try Pipe()
    process = try spawn(
      executable, arguments, input: stdin.reading, output: stdout.writing, errors: stderr.writing)
    for descriptor in [stdin.reading, stdout.writing, stderr.writing] { close(descriptor) }
    input = stdin.writing
    output = stdout.reading
    errors = stderr.reading
    _ = fcntl(errors, F_SETFL, O_NONBLOCK)
  }

  /// Sends a request; false when the process is gone.
  func send(_ line: String) -> Bool {
    var text = line + "\n"
    return text.withUTF8 { bytes in
      var offset = 0
      while offset < bytes.count {
        let rest = unsafe UnsafeBufferPointer(rebasing: bytes[offset...])
        let written = unsafe write(input, rest.baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return false }
        offset += written
      }
      return true
    }
  }

  /// Waits for the next line until a moment on `ProcessInfo.systemUptime`.
  func readLine(until deadline: Double) -> Line {
    while true {
      if let line = nextPendingLine() { return .text(line) }
      let left = deadline - ProcessInfo.processInfo.systemUptime
      guard left > 0 else { return .timeout }
      var waits = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      ]
      let count = unsafe poll(&waits, 2, Int32(min(left * 1000 + 1, 60_000)))
      if count < 0 && errno != EINTR { return .end }
      if count <= 0 { continue }
      if waits[1].revents != 0 { readErrors() }
      if waits[0].revents != 0 && !readOutput() {
        readErrors()
        return .end
      }
    }
  }

  /// Ends the process and says how it ended.
  func end(kill: Bool) -> WorkerLoss.Cause {
    close(input)
    if kill { _ = Glibc.kill(process, SIGKILL) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
    readErrors()
    close(output)
    close(errors)
    let signal = status & 0x7F
    return signal != 0 ? .signal(signal) : .exit((status >> 8) & 0xFF)
  }

  /// The last lines of its standard error.
  var lastWords: [String] {
    String(decoding: lastErrors, as: UTF8.self).split(separator: "\n").suffix(10).map(String.init)
  }

  private func nextPendingLine() -> String? {
    guard let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
      scanned = pending.count
      return nil
    }
    let line = String(decoding: pending[..<end], as: UTF8.self)
    pending.removeSubrange(...end)
    scanned = 0
    return line
  }

  private func readOutput() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(output, &buffer, buffer.count)
    if count < 0 && errno == EINTR { return true }
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
  }

  private func readErrors() {
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe read(errors, &buffer, buffer.count)
      guard count > 0 else { break }
      lastErrors += buffer[..<count]
    }
    if lastErrors.count > 8192 { lastErrors.removeFirst(lastErrors.count - 8192) }
  }
}

/// Two connected descriptors that no other child inherits.
private struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    let code = unsafe clinux_pipe(&ends)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    reading = ends[0]
    writing = ends[1]
  }
}

private func spawn(
  _ executable: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32
) throws -> pid_t {
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
  for (source, target) in [(input, Int32(0)), (output, 1), (errors, 2)] {
    unsafe posix_spawn_file_actions_adddup2(&actions, source, target)
  }
  var words: [UnsafeMutablePointer<CChar>?] = unsafe (["restorad"] + arguments).map {
    unsafe strdup($0)
  }
  unsafe words.append(nil)
  defer { for index in unsafe words.indices { unsafe free(words[index]) } }
  var process: pid_t = 0
  let code = unsafe posix_spawn(&process, executable, &actions, nil, words, environ)
  guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
  return process
}
