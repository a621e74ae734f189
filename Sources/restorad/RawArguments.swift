import SystemPackage

/// The command line as the system gave it: paths are bytes, and Swift's text cannot say all.
enum RawArguments {
  /// The paths that arguments name, with the bytes that decoding replaced.
  static func paths(_ texts: [String]) -> [FilePath] {
    var lost: [String: [FilePath]] = [:]
    for index in 0..<Int(CommandLine.argc) {
      guard let raw = unsafe CommandLine.unsafeArgv[index],
        unsafe String(validatingCString: raw) == nil
      else { continue }
      unsafe lost[String(cString: raw), default: []].append(FilePath(platformString: raw))
    }
    return texts.map { text in
      guard var candidates = lost[text], !candidates.isEmpty else { return FilePath(text) }
      let path = candidates.removeFirst()
      // The last one stays: the same text may be asked for again.
      if !candidates.isEmpty { lost[text] = candidates }
      return path
    }
  }
}
