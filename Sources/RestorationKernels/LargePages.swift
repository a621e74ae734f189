#if canImport(Glibc)
import Glibc
#endif

/// Pages of two megabytes, where the system lends them to those who ask.
public enum LargePages {
  /// Bytes of a large page.
  public static let size = 1 << 21

  /// Asks for large pages for memory that nothing was written to yet.
  ///
  /// A volume's memory is handed out page by page as it is first touched, which costs more than
  /// many a filter; a large page is one such step where there were 512. Where the system says no,
  /// nothing changes.
  public static func prefer(_ start: UnsafeMutableRawPointer, bytes: Int) {
    #if canImport(Glibc)
    let begin = UInt(bitPattern: start)
    let page = UInt(size)
    let first = (begin + page - 1) & ~(page - 1)
    let last = (begin + UInt(max(0, bytes))) & ~(page - 1)
    guard first < last, let pages = UnsafeMutableRawPointer(bitPattern: first) else { return }
    madvise(pages, Int(last - first), MADV_HUGEPAGE)
    #endif
  }
}
