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

  /// The name, shortened to what a folder takes; its ending stays, for it says what the file is.
  static func fitting(_ name: String) -> String {
    if name.utf8.count <= 240 { return name }
    let head = String(decoding: name.utf8.prefix(150), as: UTF8.self)
    let tail = String(decoding: name.utf8.suffix(20), as: UTF8.self)
    return head + "~" + ContentKey.sha256(of: name).prefix(16) + tail
  }

  /// Whether a file accompanies another.
  static func isCompanion(_ path: FilePath) -> Bool {
    let lower = path.encoded.lowercased()
    return companions.contains { lower.hasSuffix($0) }
  }

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
