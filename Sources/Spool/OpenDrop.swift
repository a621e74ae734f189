import SystemPackage

/// An archive that was unpacked, and whose files are on their way to jobs of their own.
struct OpenDrop {
  /// The inbox that it came through, whose desk looks after its files.
  var inbox: String
  /// The files that the last look found, by their full paths; nil before the first.
  var files: Set<FilePath>?
  /// What is no scan, and why.
  var rejected: [FilePath: String] = [:]
  /// Whether all that is left of it waits for its surroundings.
  var isPutOff = false
  /// When it was last asked whether all is done, on the forward clock.
  var askedAt = -Double.infinity

  /// What of it became no job, in words; empty when everything did.
  var rejection: String {
    guard let first = rejected.sorted(by: { $0.key.string < $1.key.string }).first?.value else {
      return ""
    }
    return rejected.count == 1
      ? "one of its files is no scan: \(first)"
      : "\(rejected.count) of its files are no scans, the first since: \(first)"
  }
}
