/// What an archive may ask for.
public struct ArchiveLimits: Sendable {
  /// Members at most, folders among them.
  public var members = 100_000
  /// Bytes of all members together at most.
  public var bytes = 256 << 30
  /// Content that is more than `suspicious` bytes and more than this many times the archive is taken
  /// for a bomb: scans do not shrink so far.
  public var ratio = 200
  /// Bytes from which on the ratio counts.
  public var suspicious = 1 << 30
  /// Folders below each other at most.
  public var depth = 64
  /// Bytes of a member's path at most.
  public var pathBytes = 1024

  /// The limits that hold for everything that comes from outside.
  public init() {}

  /// The most bytes that an archive of a size may become.
  public func bytes(forArchiveOf size: Int) -> Int {
    let (product, isBeyond) = size.multipliedReportingOverflow(by: ratio)
    return min(bytes, max(suspicious, isBeyond ? .max : product))
  }
}

/// What an archive holds.
public struct ArchiveCensus: Sendable, Equatable {
  /// Plain files.
  public var files = 0
  /// Their bytes once unpacked.
  public var bytes = 0

  /// Nothing yet.
  public init() {}
}
