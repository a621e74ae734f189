import Disk
import SystemPackage

/// What names say of files that belong together: a NIfTI pair, its sidecar, its gradients.
enum ScanName {
  private static let endings = [
    ".nii.gz", ".hdr.gz", ".img.gz", ".nii", ".hdr", ".img", ".json", ".bval", ".bvec",
  ]
  private static let companions = [".img.gz", ".img", ".json", ".bval", ".bvec"]

  /// The path without the ending that tells the files of one NIfTI scan apart.
  static func stem(_ path: FilePath) -> String {
    let text = path.encoded
    let lower = text.lowercased()
    guard let ending = endings.first(where: { lower.hasSuffix($0) }) else { return text }
    return String(text.dropLast(ending.count))
  }

  /// The stem of a file whose name is that of a NIfTI file or of its companion; nil for others.
  static func familyStem(_ path: FilePath) -> String? {
    guard let name = path.lastComponent?.string.lowercased(),
      endings.contains(where: name.hasSuffix)
    else { return nil }
    return stem(path)
  }

  /// The encoded paths of the files that a companion may belong to.
  static func owners(of companion: FilePath) -> [String] {
    let stem = stem(companion)
    return [".nii.gz", ".nii", ".hdr", ".hdr.gz"].map { stem + $0 }
  }

  /// The name, shortened to what a folder takes; its ending stays, for it says what the file is.
  ///
  /// The files of one NIfTI scan stay together: what is cut off goes by what is the same in them.
  static func fitting(_ name: String) -> String {
    if name.utf8.count <= 240 { return name }
    let lower = name.lowercased()
    let ending = endings.first { lower.hasSuffix($0) }
    let stem = ending.map { String(name.dropLast($0.count)) } ?? name
    let head = String(decoding: stem.utf8.prefix(150), as: UTF8.self)
    let tail = ending.map { name.suffix($0.count) }.map(String.init)
    return head + "~" + ContentKey.sha256(of: stem).prefix(16)
      + (tail ?? String(decoding: name.utf8.suffix(20), as: UTF8.self))
  }

  /// Whether a file accompanies another.
  static func isCompanion(_ path: FilePath) -> Bool {
    let lower = path.encoded.lowercased()
    return companions.contains { lower.hasSuffix($0) }
  }

  /// Whether the name is that of a sidecar.
  static func isSidecar(_ path: FilePath) -> Bool { path.encoded.lowercased().hasSuffix(".json") }

  /// Whether the name is that of a pair's header.
  static func isHeader(_ path: FilePath) -> Bool {
    [".hdr", ".hdr.gz"].contains { path.encoded.lowercased().hasSuffix($0) }
  }

  /// Whether the name is that of a pair's voxels.
  static func isVoxels(_ path: FilePath) -> Bool {
    [".img", ".img.gz"].contains { path.encoded.lowercased().hasSuffix($0) }
  }

  /// Whether the name is that of a gzip file.
  static func isCompressed(_ path: FilePath) -> Bool { path.encoded.lowercased().hasSuffix(".gz") }
}
