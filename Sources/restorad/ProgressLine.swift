import Foundation
import Synchronization

/// A line on standard error that is written over again, ten times a second at most; only where a
/// person watches.
final class ProgressLine: Sendable {
  private let lastShown = Mutex(0.0)

  func show(_ text: String) {
    guard Console.isWatched else { return }
    let now = ProcessInfo.processInfo.systemUptime
    let isDue = lastShown.withLock { last in
      guard now - last >= 0.1 else { return false }
      last = now
      return true
    }
    if isDue { FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8)) }
  }

  /// Clears the line.
  func clear() {
    lastShown.withLock { last in
      if last > 0 { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
      last = 0
    }
  }
}
