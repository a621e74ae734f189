#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A regular file open for reading from its beginning.
struct InputFile: ~Copyable {
  /// How many bytes the file had when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: `notFound`, `readFailed`, or `malformed` for what is not a regular file.
  init(path: String) throws(NiftiError) {
    // Not blocking, so that a pipe with a scan's name does not hold the worker up.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? NiftiError(.notFound, "there is no such file")
        : NiftiError(.readFailed, "the file cannot be opened: \(systemMessage(errno))")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw NiftiError(.malformed, "it is not a regular file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the next bytes; fewer only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(NiftiError) -> Int {
    var filled = 0
    while filled < buffer.count, let start = buffer.baseAddress {
      #if canImport(Glibc)
      let count = unsafe Glibc.read(descriptor, start + filled, buffer.count - filled)
      #else
      let count = unsafe Darwin.read(descriptor, start + filled, buffer.count - filled)
      #endif
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw NiftiError(.readFailed, "the file cannot be read: \(systemMessage(errno))")
      }
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }

  /// The last four bytes as a number, least significant first: the length that gzip notes.
  func trailingLength() -> UInt32 {
    var bytes = [UInt8](repeating: 0, count: 4)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe pread(descriptor, buffer.baseAddress, 4, off_t(max(size - 4, 0)))
    }
    return count == 4 ? bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } : 0
  }
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}
