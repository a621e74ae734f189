import SystemPackage

/// Names that are nobody's scan: what systems and half-done transfers leave in folders.
enum IgnoreRules {
  private static let names: Set<String> = ["thumbs.db", "desktop.ini"]
  private static let folders: Set<String> = ["__MACOSX", "lost+found", "@eaDir"]
  private static let endings = [".part", ".partial", ".tmp", ".filepart", ".crdownload", "~"]

  static func ignoresFile(_ name: FilePath.Component) -> Bool {
    let text = name.string
    let lower = text.lowercased()
    return text.hasPrefix(".") || text.hasPrefix("~$") || names.contains(lower)
      || endings.contains { lower.hasSuffix($0) }
  }

  static func ignoresFolder(_ name: FilePath.Component) -> Bool {
    name.string.hasPrefix(".") || folders.contains(name.string)
  }
}
