import Foundation

/// Which Restorad this is.
enum Build {
  /// The version; part of the identity of everything that is made.
  static let version = "0.1.0"

  /// The commit that it was built from, as `make` left it beside the executable.
  static let commit: String = {
    let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let places = ["restorad.commit", "../share/restorad/commit"]
    let texts = places.lazy.compactMap { place in
      try? String(
        contentsOf: executable.deletingLastPathComponent().appendingPathComponent(place),
        encoding: .utf8)
    }
    return texts.first?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
  }()
}
