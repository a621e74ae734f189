import Foundation
import Testing

/// The built program, run as its users run it.
struct Restorad {
  /// What a run came to.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// The lines of standard output, each one JSON object.
    func objects() throws -> [[String: Any]] {
      try output.split(separator: "\n").map { line in
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
      }
    }
  }

  /// `RESTORAD_BINARY`, else what was built beside these tests.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["RESTORAD_BINARY"] { return named }
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("restorad").path
  }()

  static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// Runs a command to its end.
  static func run(_ arguments: String..., in folder: Workplace? = nil) throws -> Outcome {
    try start(arguments, in: folder).finish()
  }

  static func start(
    _ arguments: [String], in folder: Workplace?, environment: [String: String] = [:],
    program: String = path
  ) throws -> Running {
    try Running(program, arguments, in: folder, environment: environment)
  }

  /// A command that is under way.
  final class Running {
    private let process = Process()
    private let output: URL
    private let errors: URL
    private var ended: Int32?

    init(
      _ program: String, _ arguments: [String], in folder: Workplace?,
      environment more: [String: String] = [:]
    ) throws {
      let scratch = FileManager.default.temporaryDirectory
      output = scratch.appendingPathComponent("restorad-out-\(UUID().uuidString)")
      errors = scratch.appendingPathComponent("restorad-err-\(UUID().uuidString)")
      for url in [output, errors] { try Data().write(to: url) }
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
      var environment = ProcessInfo.processInfo.environment
      environment["RESTORAD_CONFIG"] = folder?.path("restorad.yaml")
      environment["JOURNAL_STREAM"] = nil
      // What is tested is what was built now, whatever lies beside it from another time.
      environment["RESTORAD_LEVEL"] = "v3"
      environment.merge(more) { $1 }
      process.environment = environment
      if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder.root) }
      try process.run()
    }

    deinit {
      if !isOver && process.isRunning { kill(process.processIdentifier, SIGKILL) }
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }

    /// What it has said on standard error so far.
    var errorsSoFar: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Waits until its standard error holds a text; false when it ended or half a minute went by.
    func waits(for text: String) -> Bool {
      for _ in 0..<1500 {
        if errorsSoFar.contains(text) { return true }
        if !process.isRunning { return errorsSoFar.contains(text) }
        usleep(20_000)
      }
      return false
    }

    /// Its number.
    var number: Int32 { process.processIdentifier }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end by itself: Foundation now and then misses that of a short-lived process.
    private func awaitEnd() -> Int32 {
      while !isOver {
        var status: Int32 = 0
        let found = unsafe waitpid(process.processIdentifier, &status, WNOHANG)
        if found == process.processIdentifier {
          ended = status & 0x7F == 0 ? (status >> 8) & 0xFF : status & 0x7F
        } else if found < 0 && errno == ECHILD {
          process.waitUntilExit()
          ended = process.terminationStatus
        } else {
          usleep(5000)
        }
      }
      return ended ?? -1
    }

    private var isOver: Bool { ended != nil }

    func finish() throws -> Outcome {
      Outcome(
        status: awaitEnd(),
        output: String(decoding: try Data(contentsOf: output), as: UTF8.self), errors: errorsSoFar)
    }
  }
}
