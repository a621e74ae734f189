import NiftiFormat
import ScanModel

/// What the probe says, taken apart.
enum Verdict {
  /// A verdict other than `whole`.
  struct NotWhole: Error {
    var verdict: ProbeVerdict
  }

  /// The facts of a whole file.
  static func facts(_ path: String, keywords: [String] = []) throws -> FileFacts {
    let verdict = NiftiProbe.verdict(path: path, question: ProbeQuestion(keywords: keywords))
    guard case .whole(let facts) = verdict else { throw NotWhole(verdict: verdict) }
    return facts
  }

  /// Whether the probe waits for more of a file.
  static func isIncomplete(_ path: String) -> Bool {
    if case .incomplete = NiftiProbe.verdict(path: path) { true } else { false }
  }

  /// Whether the probe says that a file can never become a scan.
  static func isNotScan(_ path: String, isFinal: Bool = false) -> Bool {
    if case .notScan = NiftiProbe.verdict(path: path, isFinal: isFinal) { true } else { false }
  }
}
