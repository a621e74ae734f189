import Disk
import Foundation
import Glibc
import SystemPackage

/// A path that every library can open.
///
/// Names whose bytes are no UTF-8 come from old systems and archives; neither Foundation nor
/// Swift's text can say them. Such a file is opened through a link with a plain name.
struct ReadablePath {
  /// What to open.
  let text: String
  private let folder: String?

  /// Makes a path readable.
  ///
  /// - Parameter encoded: The path as `FilePath.encoded` gives it.
  init(encoded: String) {
    let path = FilePath(encoded: encoded)
    let isPlain = unsafe path.withPlatformString { unsafe String(validatingCString: $0) != nil }
    let folder = NSTemporaryDirectory() + "restorad-\(UUID().uuidString)"
    guard !isPlain, let name = path.lastComponent, unsafe mkdir(folder, 0o700) == 0 else {
      text = path.string
      self.folder = nil
      return
    }
    let link = folder + "/" + FilePath(root: nil, [name]).encoded.suffix(200)
    _ = unsafe path.withPlatformString { unsafe symlink($0, link) }
    text = link
    self.folder = folder
  }

  /// Removes the link.
  func close() {
    guard let folder else { return }
    _ = unsafe unlink(text)
    _ = unsafe rmdir(folder)
  }
}
