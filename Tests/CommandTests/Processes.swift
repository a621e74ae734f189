import Foundation

/// The processes of this machine, as far as a test has to know them.
enum Processes {
  /// The processes that a process started and that are still there.
  static func children(of parent: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap(Int32.init).filter { self.parent(of: $0) == parent }.sorted()
  }

  /// Whether a process is there, and no mere zombie.
  static func isAlive(_ process: Int32) -> Bool {
    guard let state = fields(of: process)?.first else { return false }
    return state != "Z" && state != "X"
  }

  /// Waits until something holds; false after half a minute.
  static func wait(until condition: () -> Bool) -> Bool {
    for _ in 0..<1500 {
      if condition() { return true }
      usleep(20_000)
    }
    return condition()
  }

  private static func parent(of process: Int32) -> Int32? {
    fields(of: process)?.dropFirst().first.flatMap { Int32($0) }
  }

  /// The fields of proc(5)'s `stat` behind the name, which may hold anything.
  private static func fields(of process: Int32) -> [Substring]? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }
}
