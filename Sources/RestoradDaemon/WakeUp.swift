import CLinux
import Glibc

/// Something to wait on that any thread can ring.
final class WakeUp: Sendable {
  private let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let code = unsafe clinux_pipe(&ends)
    precondition(code == 0, "no pipe is to be had")
    reading = ends[0]
    writing = ends[1]
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    _ = fcntl(writing, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reading)
    close(writing)
  }

  func ring() {
    var byte: UInt8 = 1
    _ = unsafe write(writing, &byte, 1)
  }

  /// Waits until it rings, one of the other descriptors is readable, or the time is over.
  func wait(seconds: Double, others: [Int32]) {
    var waits = ([reading] + others).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&waits, nfds_t(waits.count), Int32(seconds * 1000 + 1))
    var buffer = [UInt8](repeating: 0, count: 256)
    while unsafe read(reading, &buffer, buffer.count) == buffer.count {}
  }
}
