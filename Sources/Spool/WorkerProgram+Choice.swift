import Foundation
public import Worker

extension WorkerProgram {
  /// A program for workers that may be better than one's own.
  public struct Candidate: Sendable, Equatable {
    /// The instructions that it is there for.
    public var level: InstructionLevel
    /// Where it is.
    public var path: String
  }

  /// The environment variable that names the highest level to be used: `v4`, `v3`.
  public static let variable = "RESTORAD_LEVEL"

  /// The best program for workers that lies beside one's own.
  ///
  /// - Parameters:
  ///   - own: Where one's own program is.
  ///   - built: The level of that.
  ///   - machine: The highest level that the machine can run.
  ///   - most: What `RESTORAD_LEVEL` says; nil, or what names no level, sets no limit.
  ///   - isThere: Whether a program lies at a path.
  /// - Returns: The one of the highest level above `built`; nil when one's own is the best.
  public static func candidate(
    beside own: String, built: InstructionLevel, machine: InstructionLevel, most: String?,
    isThere: (String) -> Bool
  ) -> Candidate? {
    let limit = InstructionLevel.allCases.first { $0.name == most } ?? machine
    let better = InstructionLevel.allCases.filter { $0 > built && $0 <= min(limit, machine) }
    for level in better.sorted(by: >) {
      let path = places(of: level, beside: own).first(where: isThere)
      if let path { return Candidate(level: level, path: path) }
    }
    return nil
  }

  /// Where `make release` and `make install` put the program of a level.
  private static func places(of level: InstructionLevel, beside own: String) -> [String] {
    let folder = URL(fileURLWithPath: own).deletingLastPathComponent()
    return ["\(level.name)/restorad", "../libexec/restorad/\(level.name)/restorad"].map {
      folder.appendingPathComponent($0).standardizedFileURL.path
    }
  }

  /// The best program for workers on this machine, beside the running one.
  static func candidateHere() -> Candidate? {
    // No link, and no path that is there, once the running program was replaced.
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return own.flatMap { own in
      candidate(
        beside: own, built: .built, machine: .machine,
        most: ProcessInfo.processInfo.environment[variable],
        isThere: FileManager.default.isExecutableFile)
    }
  }
}
