import CLinux
import Glibc

/// The most memory that the process held since its order began.
///
/// The system's own count goes back to the process that this one was forked from: it is set back
/// before the jail is entered, and read from where it counts this program alone.
enum PeakMemory {
  /// Counts anew; where the system does not let it, the peak is that of the worker too.
  static func begin() {
    let reset = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard reset >= 0 else { return }
    // "5" sets the peak back to what is held now, see proc_pid_clear_refs(5).
    let five: StaticString = "5"
    _ = unsafe write(reset, five.utf8Start, 1)
    close(reset)
  }

  /// The most bytes that were held.
  static var bytes: Int {
    let status = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard status >= 0 else { return Int(clinux_peak_memory()) }
    defer { close(status) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(status, &buffer, buffer.count)
    let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.count == 3, let kibibytes = Int(words[1]) { return kibibytes << 10 }
    }
    return Int(clinux_peak_memory())
  }
}
