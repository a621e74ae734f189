#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file open for writing.
struct OutputFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Creates a file, or empties the one that is there.
  init(path: String) throws(NiftiError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw NiftiError(.writeFailed, "the result cannot be created: \(systemMessage(errno))")
    }
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(NiftiError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        #if canImport(Glibc)
        return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
        return unsafe Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure }
      done += count
    }
  }

  /// Waits until the bytes are on disk.
  func synchronize() throws(NiftiError) {
    guard fsync(descriptor) == 0 else { throw failure }
  }

  /// Takes an unfinished file away.
  func remove() { unsafe unlink(path) }

  private var failure: NiftiError {
    NiftiError(.writeFailed, "the result cannot be written: \(systemMessage(errno))")
  }
}
