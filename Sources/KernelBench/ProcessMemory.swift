import Foundation

/// The memory of this process, as the system counts it.
enum ProcessMemory {
  /// Bytes held now.
  static var held: Int? { count("VmRSS:") }
  /// The most bytes held since `forgetPeak`.
  static var peak: Int? { count("VmHWM:") }

  /// Counts the peak anew, see proc_pid_clear_refs(5).
  static func forgetPeak() {
    // Where the system does not let it, the peak is that of the whole process.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }

  private static func count(_ name: String) -> Int? {
    // Not every system has the file; then there is no such figure.
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 << 10 }
  }
}
