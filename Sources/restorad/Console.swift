import Foundation

/// Words for people, on standard error; data for programs, on standard output.
enum Console {
  /// Says something to the person.
  static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// Whether a person watches standard error.
  static let isWatched = isatty(STDERR_FILENO) == 1

  /// One value as a line of JSON on standard output.
  static func printLine(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// A bar that fills while a scan is restored; only where a person watches.
struct ProgressBar {
  private let label: String
  private var isShown = false

  init(label: String) { self.label = label }

  mutating func show(_ step: String, _ fraction: Double) {
    guard Console.isWatched else { return }
    isShown = true
    let width = 30
    let filled = min(width, max(0, Int(fraction * Double(width))))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let percent = Int(fraction * 100)
    let name = step.padding(toLength: 10, withPad: " ", startingAt: 0)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(label) \(bar) \(percent)% \(name)".utf8))
  }

  /// Clears the line.
  func clear() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
