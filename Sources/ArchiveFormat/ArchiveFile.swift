import Glibc

/// What an archive's first and last bytes say.
struct ArchiveFile {
  /// Bytes.
  let size: Int
  private let head: [UInt8]
  private let tail: [UInt8]

  /// Looks at a file.
  init(path: String) throws(ArchiveError) {
    // Not blocking, so that a pipe with an archive's name does not hold the worker up.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ArchiveError(.readFailed, "it cannot be opened: error \(errno)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ArchiveError(.malformed, "it is not a regular file")
    }
    size = Int(status.st_size)
    head = Self.bytes(of: descriptor, 512, at: 0)
    tail = Self.bytes(of: descriptor, 1024, at: max(0, size - 1024))
  }

  private static func bytes(of descriptor: Int32, _ count: Int, at place: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let read = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(descriptor, buffer.baseAddress, count, off_t(place))
    }
    return Array(bytes.prefix(max(0, read)))
  }

  /// Holds beginning and end against what the name says.
  ///
  /// libarchive takes the end of the file for that of a tar: a tar that is cut between two members
  /// would look whole, were it not for the two empty blocks.
  /// - Throws: `malformed` for other content, `truncated` for an end that is missing.
  func check(_ kind: ArchiveKind) throws(ArchiveError) {
    guard head.contains(where: { $0 != 0 }) else {
      throw ArchiveError(.truncated, "it holds nothing yet")
    }
    switch kind {
    case .zip:
      guard head.starts(with: [0x50, 0x4B]) else {
        throw ArchiveError(.malformed, "the name says zip, the content is not zip")
      }
    case .packedTar:
      guard head.starts(with: [0x1F, 0x8B]) else {
        throw ArchiveError(.malformed, "the name says gzip, the content is not gzip")
      }
    case .tar:
      guard size >= 1024, size % 512 == 0, tail.allSatisfy({ $0 == 0 }) else {
        throw ArchiveError(.truncated, "the two empty blocks at the end of the tar are missing")
      }
    }
  }
}
