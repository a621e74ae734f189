import Glibc

/// The letters that libarchive takes names to be written in: all of Unicode's.
///
/// Without such a locale it gives up a zip's names in UTF-8 that are more than ASCII.
enum ArchiveLocale {
  /// Read from the system's files once, which a jailed process cannot.
  private nonisolated(unsafe) static let unicode = unsafe newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

  /// Reads the locale while its files can be read.
  static func prepare() { _ = unsafe unicode }

  /// Has this thread use it.
  ///
  /// - Returns: What it used before; nil where there is no such locale.
  static func use() -> locale_t? {
    guard let unicode = unsafe unicode else { return nil }
    return unsafe uselocale(unicode)
  }
}
