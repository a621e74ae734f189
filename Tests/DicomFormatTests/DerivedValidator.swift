import Foundation
import RestoradTestSupport

/// `dciodvfy` and `dcentvfy` of dicom3tools, where they are installed.
enum DerivedValidator {
  /// Whether both tools are there.
  static let isInstalled = ["dciodvfy", "dcentvfy"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
  }

  /// The error lines of `dciodvfy` for one file, with values that differ from file to file cut,
  /// and without those that the standard contradicts.
  static func errors(_ path: String) throws -> Set<String> {
    let lines = try output("dciodvfy", [path])
    let allowed = lines.contains("EnhancedMRImage") ? try allowedInEnhancedMR() : []
    return Set(lines.filter { $0.contains("Error") }.map(normalised)).subtracting(allowed)
  }

  /// Of attributes that a derived enhanced MR image may have, and dciodvfy says that it may not.
  private static func allowedInEnhancedMR() throws -> [String] {
    let path = TestFiles.expected("enhanced-mr-may-be-present.txt")
    let names = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
    return names.flatMap { name in
      ["MRPulseSequence", "BulkMotionSynchronization"].map { module in
        "Error - Attribute present when condition unsatisfied (which may not be present "
          + "otherwise) Type 1C Conditional Element=<\(name)> Module=<\(module)>"
      }
    }
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
