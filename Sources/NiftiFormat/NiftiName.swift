import Foundation

/// What a file's name says: whether it is NIfTI, which of a pair, and what BIDS calls it.
struct NiftiName {
  /// The folder, with a slash at its end, or nothing.
  let folder: String
  /// The name without folder and extension.
  let stem: String
  /// The extension in lower case, such as `.nii.gz`; empty when it is none of NIfTI's.
  let fileExtension: String
  /// The extension as it is written.
  private let writtenExtension: String

  private static let extensions = [".nii.gz", ".nii", ".hdr.gz", ".hdr", ".img.gz", ".img"]

  /// Takes a path apart.
  init(path: String) {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    folder = String(path.dropLast(name.count))
    let lowered = name.lowercased()
    fileExtension = Self.extensions.first { lowered.hasSuffix($0) && lowered != $0 } ?? ""
    stem = String(name.dropLast(fileExtension.count))
    writtenExtension = String(name.suffix(fileExtension.count))
  }

  /// Whether a path's name says gzip.
  static func isCompressed(_ path: String) -> Bool { path.lowercased().hasSuffix(".gz") }

  /// Why the file is kept but never filtered, as far as the name tells: a phase or field map.
  var signedMapReason: String? {
    BidsSuffix(stem: stem).signedMapWord.map {
      "the name says \($0): a phase or field map, no magnitude"
    }
  }

  /// Whether the name is that of a NIfTI file.
  var isNifti: Bool { !fileExtension.isEmpty }
  /// Whether the name is that of the voxels of a pair.
  var isImage: Bool { fileExtension.hasPrefix(".img") }
  /// Whether the name is that of the header of a pair.
  var isHeader: Bool { fileExtension.hasPrefix(".hdr") }

  /// The name of the pair's other half that exists; the one compressed like this half first.
  var existingImage: String? {
    let isUpper = writtenExtension.hasPrefix(".H")
    let image = stem + (isUpper ? ".IMG" : ".img")
    let packed = image + (writtenExtension.hasSuffix(".GZ") || isUpper ? ".GZ" : ".gz")
    let candidates = NiftiName.isCompressed(fileExtension) ? [packed, image] : [image, packed]
    return (candidates + [stem + ".img", stem + ".img.gz"]).first(where: exists)
  }

  /// Names beside the file that belong to it, other than a pair's image.
  var existingCompanions: [String] { [".json", ".bval", ".bvec"].map { stem + $0 }.filter(exists) }

  /// Whether a name exists in the folder.
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + name) }
}
