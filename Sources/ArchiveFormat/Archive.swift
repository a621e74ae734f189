import Glibc

/// Looks through archives, and unpacks them.
public enum Archive {
  private static let bufferBytes = 1 << 20

  /// Reads what has to be read before a process shuts itself off from the system's files.
  public static func prepare() { ArchiveLocale.prepare() }

  /// Reads an archive to its end: every member's data and checksum.
  ///
  /// The CRC of a tar's gzip is not held against its data: libarchive passes over it.
  /// - Parameters:
  ///   - path: The archive; its name says of which kind it is.
  ///   - limits: What it may hold.
  /// - Returns: What it holds.
  /// - Throws: What speaks against unpacking it.
  public static func census(
    of path: String, limits: ArchiveLimits = ArchiveLimits()
  ) throws(ArchiveError) -> ArchiveCensus {
    try walk(path, limits) { _ throws(ArchiveError) in nil }
  }

  /// Unpacks an archive into an empty folder; everything in it is synced.
  ///
  /// Only plain files and folders are made, each by a name that was free: nothing that is unpacked
  /// can lead what follows elsewhere.
  /// - Parameters:
  ///   - path: The archive; its name says of which kind it is.
  ///   - folder: The folder; nothing else may write there.
  ///   - limits: What the archive may hold.
  ///   - wanted: The paths of the files that are wanted of it, as bytes; nil for all. An archive that
  ///     lacks one of them is unpacked without it, and one that has them all is read no further.
  /// - Returns: What it held, as far as it was read.
  /// - Throws: What speaks against unpacking it; what was unpacked until then stays.
  public static func unpack(
    _ path: String, into folder: String, limits: ArchiveLimits = ArchiveLimits(),
    wanted: Set<[UInt8]>? = nil
  ) throws(ArchiveError) -> ArchiveCensus {
    let tree = UnpackedTree(folder)
    let names = try wanted.map { paths throws(ArchiveError) in try Self.names(paths, limits) }
    let census = try walk(path, limits, wanted: names) { member throws(ArchiveError) in
      try tree.make(member)
    }
    try tree.sync()
    return census
  }

  private static func names(
    _ paths: Set<[UInt8]>, _ limits: ArchiveLimits
  ) throws(ArchiveError) -> Set<MemberName> {
    var names: Set<MemberName> = []
    for path in paths {
      if let name = try MemberName(path, limits) { names.insert(name) }
    }
    return names
  }

  /// Reads all members, or those that are wanted; `open` says where to write one, nil for nowhere.
  private static func walk(
    _ path: String, _ limits: ArchiveLimits, wanted: Set<MemberName>? = nil,
    _ open: (ArchiveReader.Member) throws(ArchiveError) -> Int32?
  ) throws(ArchiveError) -> ArchiveCensus {
    guard let kind = ArchiveKind(name: path) else {
      throw ArchiveError(.malformed, "the name is not that of an archive")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 64)
    defer { unsafe buffer.deallocate() }
    let reader = try ArchiveReader(path: path, kind, limits)
    var missing = wanted
    while missing?.isEmpty != true, let member = try reader.next() {
      if wanted != nil {
        guard member.kind == .file, missing?.remove(member.name) != nil else { continue }
      }
      let descriptor = try open(member)
      defer { if let descriptor { close(descriptor) } }
      guard member.kind == .file else { continue }
      let before = reader.census.bytes
      while true {
        let count = try unsafe reader.read(into: buffer)
        if count == 0 { break }
        guard let descriptor else { continue }
        try unsafe write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: descriptor)
      }
      // A hole at a file's end would be missing from what was read.
      guard member.size == reader.census.bytes - before else {
        throw ArchiveError(.damaged, "a member is shorter than its header says")
      }
    }
    return reader.census
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32
  ) throws(ArchiveError) {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw notWritten() }
      done += count
    }
  }

  /// What the system said when something could not be written.
  static func notWritten() -> ArchiveError {
    ArchiveError(.writeFailed, "what is unpacked cannot be written: error \(errno)")
  }
}
