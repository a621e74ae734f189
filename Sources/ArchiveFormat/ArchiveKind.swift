/// The kinds of archives that are taken for one drop.
public enum ArchiveKind: Sendable, CaseIterable {
  /// Zip, with its directory at the end.
  case zip
  /// Tar as it is.
  case tar
  /// Tar within gzip.
  case packedTar

  /// What a name says; nil when it is not that of an archive.
  ///
  /// Names decide: many an office document is a zip by its content.
  public init?(name: String) {
    let lowered = name.lowercased()
    if lowered.hasSuffix(".zip") {
      self = .zip
    } else if lowered.hasSuffix(".tar") {
      self = .tar
    } else if lowered.hasSuffix(".tar.gz") || lowered.hasSuffix(".tgz") {
      self = .packedTar
    } else {
      return nil
    }
  }
}
