import CLinux
import Foundation
import Glibc
import Worker

/// A child process that is spoken to in lines.
///
/// Orders go to its standard input. Replies come from its standard output, which the process of
/// the assignment writes; how that process ended comes on a descriptor that only the worker has.
/// Not thread-safe: it belongs to the thread of its lane.
final class WorkerProcess {
  /// What waiting may come to.
  enum Event {
    case reply(String)
    case ending(WorkerEnding)
    /// The worker is gone, or talks nonsense.
    case end
    /// Nothing came before the deadline.
    case timeout
  }

  let process: pid_t
  private let input: Int32
  private let output: Int32
  private let control: Int32
  private let errors: Int32
  private var replies = LineBuffer()
  private var endings = LineBuffer()
  private var lastErrors: [UInt8] = []

  /// Starts a worker, the leader of a process group of its own.
  ///
  /// - Throws: `Errno`-like `POSIXError` when the system refuses.
  init(executable: String, arguments: [String]) throws {
    let stdin = try Pipe()
    let stdout = try Pipe()
    let stderr = try Pipe()
    let endings = try Pipe()
    let ends = [stdin.reading, stdout.writing, stderr.writing, endings.writing]
    defer { for descriptor in ends { close(descriptor) } }
    process = try WorkerStart.spawn(executable, arguments, descriptors: ends)
    input = stdin.writing
    output = stdout.reading
    errors = stderr.reading
    control = endings.reading
    for descriptor in [output, errors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  /// Sends an order; false when the process is gone.
  func send(_ line: String) -> Bool {
    lastErrors = []
    replies = LineBuffer()
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

  /// The first line that a worker says of itself, on the descriptor that only it has.
  ///
  /// - Returns: Nil when it ends before that, or keeps silent for so many seconds.
  func introduction(within seconds: Double) -> String? {
    let deadline = ProcessInfo.processInfo.systemUptime + seconds
    while true {
      if let line = endings.next() { return line }
      let left = deadline - ProcessInfo.processInfo.systemUptime
      guard left > 0 else { return nil }
      var wait = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&wait, 1, Int32(min(left * 1000 + 1, 60_000)))
      if count < 0 && errno != EINTR { return nil }
      if count > 0 && !endings.readOnce(from: control) { return nil }
    }
  }

  /// Waits for the next event until a moment on `ProcessInfo.systemUptime`.
  func next(until deadline: Double) -> Event {
    while true {
      if let line = replies.next() { return .reply(line) }
      if let line = endings.next() { return WorkerEnding(line: line).map(Event.ending) ?? .end }
      if replies.isOverfull { return .end }
      let left = deadline - ProcessInfo.processInfo.systemUptime
      guard left > 0 else { return .timeout }
      var waits = [control, output, errors].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let count = unsafe poll(&waits, 3, Int32(min(left * 1000 + 1, 60_000)))
      if count < 0 && errno != EINTR { return .end }
      if count <= 0 { continue }
      // When the ending is there, so is everything that was said before.
      if waits[2].revents != 0 || waits[0].revents != 0 { readErrors() }
      if waits[1].revents != 0 || waits[0].revents != 0 { replies.fill(from: output) }
      if waits[0].revents != 0 && !endings.readOnce(from: control) { return .end }
    }
  }

  /// Has the worker end the assignment it is at, and tell how.
  func askToStop() { _ = kill(process, SIGTERM) }

  /// Ends the worker with everything that it started, and says how it ended.
  func end(kill: Bool) -> (cause: WorkerLoss.Cause, use: ResourceUse) {
    close(input)
    var ending = clinux_ending()
    _ = unsafe clinux_end_group(process, kill ? 1 : 0, &ending)
    readErrors()
    for descriptor in [output, errors, control] { close(descriptor) }
    let cause: WorkerLoss.Cause =
      ending.signal != 0 ? .signal(ending.signal) : .exit(ending.status)
    return (cause, ResourceUse(ending, wallSeconds: 0))
  }

  /// The last lines that were written to standard error since the last order, as far as they may be
  /// told.
  var lastWords: [String] {
    LastWords.told(
      of: String(decoding: lastErrors, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  private func readErrors() {
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe read(errors, &buffer, buffer.count)
      guard count > 0 else { break }
      lastErrors += buffer[..<count]
      if lastErrors.count > 8192 { lastErrors.removeFirst(lastErrors.count - 8192) }
    }
  }
}

/// Bytes that become lines.
private struct LineBuffer {
  /// No reply is longer; a process that writes without end must not fill the daemon's memory.
  private static let longest = 256 << 20

  private var pending: [UInt8] = []
  private var scanned = 0

  var isOverfull: Bool { pending.count > Self.longest }

  mutating func next() -> String? {
    guard let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
      scanned = pending.count
      return nil
    }
    let line = String(decoding: pending[..<end], as: UTF8.self)
    pending.removeSubrange(...end)
    scanned = 0
    return line
  }

  /// Takes what is there, of a descriptor that does not wait.
  mutating func fill(from descriptor: Int32) {
    while !isOverfull && readOnce(from: descriptor) {}
  }

  /// Takes what one call gives; false when there was nothing, or never will be.
  mutating func readOnce(from descriptor: Int32) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(descriptor, &buffer, buffer.count)
    if count < 0 && errno == EINTR { return true }
    guard count > 0 else { return false }
    pending += buffer[..<count]
    return true
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
