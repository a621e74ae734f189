import Foundation

/// `dciodvfy` and `dcentvfy` of dicom3tools, where they are installed.
enum DerivedValidator {
  /// Whether both tools are there.
  static let isInstalled = ["dciodvfy", "dcentvfy"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
  }

  /// The error lines of `dciodvfy` for one file, with values that differ from file to file cut.
  static func errors(_ path: String) throws -> Set<String> {
    let lines = try output("dciodvfy", [path]).filter { $0.contains("Error") }
    return Set(lines.map(normalised))
  }

  /// What `dcentvfy` has to say of a set of files.
  static func entityErrors(_ paths: [String]) throws -> Set<String> {
    Set(try output("dcentvfy", paths).filter { !$0.isEmpty }.map(normalised))
  }

  /// Positions in values and UIDs are no part of what is wrong.
  private static func normalised(_ line: String) -> String {
    line.replacingOccurrences(of: #"2\.25\.\d+"#, with: "UID", options: .regularExpression)
  }

  private static func output(_ tool: String, _ arguments: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + tool)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
