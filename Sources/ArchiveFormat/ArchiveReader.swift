import CArchive
import Glibc

/// An archive open for reading from its first member to its last, through libarchive.
@safe final class ArchiveReader {
  /// What a member is.
  enum Kind {
    case file
    case folder
  }

  /// The header of a member.
  struct Member {
    var name: MemberName
    var kind: Kind
    /// Bytes, as the header says.
    var size: Int
  }

  private static let blockBytes = 256 << 10
  private static let longestPadding = 1 << 20
  // libarchive's AE_IFMT and its kin are casts, which Swift does not see; the numbers are POSIX's.
  private static let plainFile: UInt32 = 0o100000
  private static let folder: UInt32 = 0o040000

  private let handle: OpaquePointer
  private let before: locale_t?
  private let limits: ArchiveLimits
  private let most: Int
  private let kind: ArchiveKind
  private let size: Int
  private var members = 0
  /// What was read so far.
  private(set) var census = ArchiveCensus()

  /// Opens an archive.
  ///
  /// - Throws: `malformed`, `truncated` or `readFailed`.
  init(path: String, _ kind: ArchiveKind, _ limits: ArchiveLimits) throws(ArchiveError) {
    let file = try ArchiveFile(path: path)
    try file.check(kind)
    guard let handle = unsafe archive_read_new() else {
      throw ArchiveError(.readFailed, "there is no memory for reading the archive")
    }
    unsafe self.handle = unsafe handle
    self.limits = limits
    self.kind = kind
    size = file.size
    most = limits.bytes(forArchiveOf: size)
    // Names in UTF-8 are translated into the locale's letters; for this thread alone.
    unsafe before = ArchiveLocale.use()
    switch kind {
    case .zip: unsafe archive_read_support_format_zip_seekable(handle)
    case .tar: unsafe archive_read_support_format_tar(handle)
    case .packedTar:
      unsafe archive_read_support_format_tar(handle)
      unsafe archive_read_support_filter_gzip(handle)
    }
    guard unsafe archive_read_open_filename(handle, path, Self.blockBytes) == ARCHIVE_OK else {
      throw failure()
    }
  }

  deinit {
    _ = unsafe archive_read_free(handle)
    if let before = unsafe before { _ = unsafe uselocale(before) }
  }

  /// The next member; nil after the last.
  ///
  /// - Throws: `refused` for what is never unpacked; `truncated` or `damaged`.
  func next() throws(ArchiveError) -> Member? {
    while true {
      var header: OpaquePointer?
      let code = unsafe archive_read_next_header(handle, &header)
      if code == ARCHIVE_EOF {
        try checkEnd()
        return nil
      }
      // A warning is about a name's letters or a date; what counts is looked at here.
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry = unsafe header else {
        throw failure()
      }
      members += 1
      guard members <= limits.members else {
        throw ArchiveError(.refused, "it holds more than \(limits.members) members")
      }
      if let member = try unsafe member(entry) {
        if member.kind == .file { census.files += 1 }
        return member
      }
    }
  }

  /// A tar may be padded with empty blocks; where very many follow, they stand for what a copy has
  /// still to write into the room that it has reserved.
  private func checkEnd() throws(ArchiveError) {
    guard kind == .tar, unsafe size - Int(archive_filter_bytes(handle, 0)) > Self.longestPadding
    else { return }
    throw ArchiveError(
      .truncated, "far more empty blocks follow on the last member than tar writes")
  }

  private func member(_ entry: OpaquePointer) throws(ArchiveError) -> Member? {
    guard unsafe archive_entry_is_encrypted(entry) == 0 else {
      throw ArchiveError(.refused, "it is encrypted: pack it without a password")
    }
    guard unsafe archive_entry_hardlink(entry) == nil, unsafe archive_entry_symlink(entry) == nil
    else {
      throw ArchiveError(.refused, "it holds a link: pack what it points to")
    }
    guard unsafe archive_entry_sparse_count(entry) == 0 else {
      throw ArchiveError(.refused, "it holds a file with holes: pack it without --sparse")
    }
    let kind: Kind
    switch unsafe archive_entry_filetype(entry) {
    case Self.plainFile: kind = .file
    case Self.folder: kind = .folder
    default: throw ArchiveError(.refused, "it holds a link, a pipe or a device")
    }
    guard
      let text = unsafe archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry)
    else { throw ArchiveError(.refused, "a member's name cannot be read") }
    let bytes = unsafe Array(UnsafeBufferPointer(start: text, count: strlen(text)))
    let name = try MemberName(bytes.map(UInt8.init(bitPattern:)), limits)
    let size = unsafe Int(archive_entry_size(entry))
    return name.map { Member(name: $0, kind: kind, size: size) }
  }

  /// Fills a buffer with the next bytes of the member; 0 at its end, where its checksum is held
  /// against them.
  ///
  /// - Throws: `damaged`, `truncated`, or `refused` for a bomb.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    let count = unsafe archive_read_data(handle, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw failure() }
    census.bytes += count
    guard census.bytes <= most else {
      throw ArchiveError(
        .refused,
        most == limits.bytes
          ? "it becomes more than \(limits.bytes >> 30) GiB"
          : "it becomes more than \(limits.ratio) times its own size")
    }
    return count
  }

  /// What libarchive says, in our own words: its own may hold a name.
  private func failure() -> ArchiveError {
    let words = unsafe archive_error_string(handle).map { unsafe String(cString: $0) } ?? ""
    if words.hasPrefix("Truncated") || words.contains("truncated") {
      return ArchiveError(.truncated, "it ends early")
    }
    if words.hasPrefix("Unsupported ZIP compression") || words.hasPrefix("Unsupported filter") {
      return ArchiveError(.refused, "it is packed by a method that is not read")
    }
    if words.contains("ncrypt") {
      return ArchiveError(.refused, "it is encrypted: pack it without a password")
    }
    if words.contains("CRC") { return ArchiveError(.damaged, "a member's CRC does not hold") }
    let code = unsafe archive_errno(handle)
    if code == EIO || code == ESTALE {
      return ArchiveError(.readFailed, "it cannot be read: error \(code)")
    }
    return ArchiveError(.damaged, "it is damaged (libarchive says \(code))")
  }
}
