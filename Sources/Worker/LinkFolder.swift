import Disk
import Foundation
import Glibc
import SystemPackage

/// Names that every library can open.
///
/// Names whose bytes are no UTF-8 come from old systems and archives; neither Foundation nor
/// Swift's text can say them. Such a file is opened through a link with a plain name, and so are
/// the files beside it that belong to it by their names.
struct LinkFolder {
  /// Where the links are made; the folder itself is made with the first.
  let path: String

  /// Puts plain names in the place of others.
  ///
  /// - Parameter request: Of a `restore` the sources get their new names here, of an `unpack` the
  ///   archive.
  /// - Returns: The files that a `probe` or a `compare` is to look at, or the archive.
  func makeReadable(_ request: inout WorkerRequest) -> [String] {
    switch request {
    case .probe(let probe):
      return probe.paths.enumerated().map { number, encoded in
        readable(FilePath(encoded: encoded), number)
      }
    case .compare(let pair):
      return [pair.later, pair.earlier].enumerated().map { number, encoded in
        readable(FilePath(encoded: encoded), number)
      }
    case .restore(var restore):
      makeReadable(&restore)
      request = .restore(restore)
      return []
    case .unpack(var unpack):
      unpack.path = readable(FilePath(encoded: unpack.path), 0)
      request = .unpack(unpack)
      return [unpack.path]
    case .trial: return []
    }
  }

  private func readable(_ file: FilePath, _ number: Int) -> String {
    guard !file.isText, let name = file.lastComponent else { return file.string }
    let folder = file.removingLastComponent()
    // A folder that cannot be read leaves the file alone, which then tells what it lacks.
    for beside in (try? RealFileSystem().entries(of: folder)) ?? []
    where beside != name && Self.stem(of: beside) == Self.stem(of: name) {
      _ = add(folder.appending(beside), number)
    }
    return add(file, number)
  }

  /// The sources of one folder stay together: a pair is found by its names.
  private func makeReadable(_ restore: inout RestoreRequest) {
    var numbers: [FilePath: Int] = [:]
    for (index, source) in restore.sources.enumerated() {
      guard let encoded = source.encoded else { continue }
      let file = FilePath(encoded: encoded)
      let folder = file.removingLastComponent()
      let number = numbers[folder] ?? numbers.count
      numbers[folder] = number
      restore.sources[index].path = add(file, number)
    }
  }

  /// Makes a link, whose name begins with a number that tells apart what does not belong together;
  /// returns its path.
  private func add(_ file: FilePath, _ number: Int) -> String {
    guard let name = file.lastComponent else { return file.string }
    _ = unsafe mkdir(path, 0o700)
    let stem = Self.stem(of: name)
    let ending = Self.encoded(name).dropFirst(stem.count).suffix(60)
    let link = "\(path)/\(number)-\(stem.suffix(160))\(ending)"
    if unsafe file.withPlatformString({ unsafe symlink($0, link) }) == 0 { return link }
    // Another name ends like this one.
    let other = "\(path)/\(UUID().uuidString)\(ending)"
    _ = unsafe file.withPlatformString { unsafe symlink($0, other) }
    return other
  }

  /// The name up to its first dot, without bytes that are no text.
  private static func stem(of name: FilePath.Component) -> Substring {
    let text = encoded(name)
    return text.firstIndex(of: ".").map { text[..<$0] } ?? text[...]
  }

  private static func encoded(_ name: FilePath.Component) -> String {
    FilePath(root: nil, [name]).encoded
  }
}

extension FilePath {
  /// Whether its bytes are UTF-8.
  fileprivate var isText: Bool {
    unsafe withPlatformString { unsafe String(validatingCString: $0) != nil }
  }
}
