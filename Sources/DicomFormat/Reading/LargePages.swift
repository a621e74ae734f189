#if canImport(Glibc)
internal import Glibc
#endif

/// Pages of two megabytes, where the system lends them to those who ask.
enum LargePages {
  private static let size: UInt = 1 << 21

  /// Asks for large pages for a volume that nothing was written to yet.
  ///
  /// Its memory is handed out page by page as it is first touched, which takes longer than to fill
  /// it; a large page is one such step where there were 512. Where the system says no, nothing
  /// changes.
  static func prefer<Element>(for buffer: UnsafeMutableBufferPointer<Element>) {
    #if canImport(Glibc)
    guard let start = buffer.baseAddress else { return }
    let begin = UInt(bitPattern: start)
    let first = (begin + size - 1) & ~(size - 1)
    let last = (begin + UInt(buffer.count * MemoryLayout<Element>.stride)) & ~(size - 1)
    guard first < last, let pages = unsafe UnsafeMutableRawPointer(bitPattern: first) else {
      return
    }
    _ = unsafe madvise(pages, Int(last - first), MADV_HUGEPAGE)
    #endif
  }
}
